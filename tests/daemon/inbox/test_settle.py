"""When a file is whole: looks at chosen times."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from daemon.inbox.settle import LEAST, MOST, Lease, Look, Observation, Patience, observe, same_content, same_file
from daemon.jobs.rows import Facts

PATIENCE = Patience(settle=5, unsure=60)
FACTS = Facts(device=1, inode=2, size=1000, mtime_ns=10**18, ctime_ns=10**18)
FREE = Look(FACTS, holes=False, lease=Lease.FREE)
WRITER = replace(FREE, lease=Lease.WRITER)
UNSURE = replace(FREE, lease=Lease.CANNOT_TELL)
HOLES = replace(FREE, holes=True)
GROWN = replace(FREE, facts=replace(FACTS, size=2000))


def watched(*looks: tuple[float, Look], patience: Patience = PATIENCE) -> Observation:
    seen: Observation | None = None
    for now, look in looks:
        seen = observe(seen, look, now, patience)
    assert seen
    return seen


def test_a_file_at_rest_is_whole_after_its_time_and_looked_at_exactly_then() -> None:
    first = watched((100, FREE))
    assert (first.whole, first.again) == (False, 105)
    assert not watched((100, FREE), (104.9, FREE)).whole
    assert watched((100, FREE), (105, FREE)).whole


def test_without_a_time_to_settle_the_first_look_decides() -> None:
    assert watched((100, FREE), patience=Patience(0, 0)).whole
    assert not watched((100, WRITER), patience=Patience(0, 0)).whole


def test_growth_starts_the_time_anew() -> None:
    assert watched((100, FREE), (104, GROWN)).again == 109
    assert not watched((100, FREE), (104, GROWN), (105, GROWN)).whole


def test_a_changed_mtime_or_inode_starts_the_time_anew() -> None:
    for facts in (replace(FACTS, mtime_ns=1), replace(FACTS, inode=3)):
        assert watched((100, FREE), (104, replace(FREE, facts=facts))).since == 104


def test_touched_rights_do_not() -> None:
    assert watched((100, FREE), (104, replace(FREE, facts=replace(FACTS, ctime_ns=5)))).since == 100


def test_a_file_held_open_is_never_whole_however_long_it_rests() -> None:
    held = watched((100, WRITER), (1000, WRITER), (100_000, WRITER))
    assert not held.whole
    assert held.again - 100_000 == MOST


def test_the_time_counts_from_the_close() -> None:
    assert watched((100, WRITER), (200, FREE)).since == 200
    assert watched((100, WRITER), (200, FREE)).again == 205


def test_where_nobody_can_tell_it_rests_longer_and_is_looked_at_meanwhile() -> None:
    first = watched((100, UNSURE))
    assert first.again == 105
    assert not watched((100, UNSURE), (105, UNSURE), (159, UNSURE)).whole
    assert watched((100, UNSURE), (105, UNSURE), (160, UNSURE)).whole


def test_a_file_with_holes_rests_longer() -> None:
    assert not watched((100, HOLES), (159, HOLES)).whole
    assert watched((100, HOLES), (160, HOLES)).whole


def test_what_is_unsure_never_rests_shorter_than_what_is_sure() -> None:
    assert not watched((100, UNSURE), (101, UNSURE), patience=Patience(5, 1)).whole


def test_the_name_and_the_bytes_are_told_apart() -> None:
    remounted = replace(FACTS, device=9, inode=8, ctime_ns=7)
    assert same_content(FACTS, remounted)
    assert not same_file(FACTS, remounted)
    assert not same_content(FACTS, replace(FACTS, mtime_ns=FACTS.mtime_ns + 1))


@given(st.lists(st.tuples(st.floats(0.01, 30), st.sampled_from([FREE, WRITER, UNSURE, HOLES, GROWN])), min_size=1, max_size=30))
def test_a_whole_file_has_rested_unheld_for_its_time_and_the_next_look_lies_ahead(steps: list[tuple[float, Look]]) -> None:
    now, seen, history = 0.0, None, []
    for pause, look in steps:
        now += pause
        history.append((now, look))
        seen = observe(seen, look, now, PATIENCE)
        if seen.whole:
            resting = [one for at, one in history if at >= now - PATIENCE.settle + 1e-6]
            assert all(one.lease is not Lease.WRITER and one.facts == look.facts for one in resting)
            return
        assert look.lease is not Lease.WRITER or seen.again - now >= LEAST - 1e-9
        assert seen.again > now
        assert seen.again - now <= MOST
