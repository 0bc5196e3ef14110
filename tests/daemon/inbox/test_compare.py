"""Differences between disk and table, from chosen values."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from daemon.contract.states import JobState
from daemon.inbox.compare import (
    Back,
    Changed,
    Difference,
    Fate,
    New,
    Overridden,
    Renamed,
    Renumbered,
    compare,
    lost,
    with_renames,
)
from daemon.inbox.scan import Film
from daemon.jobs.rows import Facts, Known

FACTS = Facts(device=1, inode=1, size=10, mtime_ns=100, ctime_ns=100)
A = Film(b"/in/a.mp4", FACTS, "")
KNOWN_A = Known(1, 1, b"/in/a.mp4", JobState.PENDING, FACTS, "", gone=False)


def gone(_: Known) -> Fate:
    return Fate.GONE


def there(_: Known) -> Fate:
    return Fate.THERE


def differences(films: Iterable[Film], *known: Known) -> tuple[Difference, ...]:
    return compare(films, {one.path: one for one in known})


def test_nothing_differs() -> None:
    assert differences([A], KNOWN_A) == ()


def test_a_new_film() -> None:
    assert differences([A]) == (New(A),)


def test_what_was_not_found_is_lost_unless_it_may_be_there_still_or_was_lost_before() -> None:
    assert lost([KNOWN_A], {2}, gone) == (KNOWN_A,)
    assert lost([KNOWN_A], {1}, gone) == ()
    assert lost([KNOWN_A], {2}, there) == ()
    assert lost([replace(KNOWN_A, gone=True)], {2}, gone) == ()


@pytest.mark.parametrize("facts", [replace(FACTS, size=11), replace(FACTS, mtime_ns=101)])
def test_other_content(facts: Facts) -> None:
    film = replace(A, facts=facts)
    assert differences([film], KNOWN_A) == (Changed(KNOWN_A, film),)
    cancelled = replace(KNOWN_A, state=JobState.CANCELLED, gone=True)
    assert differences([film], cancelled) == (Changed(cancelled, film),)
    assert differences([film], replace(KNOWN_A, state=JobState.ARRIVING)) == ()


def test_the_same_content_elsewhere_on_the_disk() -> None:
    film = replace(A, facts=replace(FACTS, device=2, inode=3))
    assert differences([film], KNOWN_A) == (Renumbered(KNOWN_A, film),)
    assert differences([replace(A, facts=replace(FACTS, ctime_ns=1))], KNOWN_A) == ()


def test_a_film_that_was_gone_is_back() -> None:
    lost = replace(KNOWN_A, gone=True, state=JobState.CANCELLED)
    assert differences([A], lost) == (Back(lost, A),)
    arriving = replace(lost, state=JobState.ARRIVING)
    assert differences([A], arriving) == (Back(arriving, A),)


@pytest.mark.parametrize("state", [JobState.COMPLETED, JobState.FAILED, JobState.HELD])
def test_other_overrides(state: JobState) -> None:
    known, film = replace(KNOWN_A, state=state), replace(A, overrides="new")
    assert differences([film], known) == (Overridden(known, film),)
    assert differences([film], replace(known, overrides="new")) == ()


@pytest.mark.parametrize("state", [JobState.PENDING, JobState.PROCESSING, JobState.PAUSED, JobState.CANCELLED])
def test_other_overrides_of_a_job_that_will_read_them_anyway(state: JobState) -> None:
    assert differences([replace(A, overrides="new")], replace(KNOWN_A, state=state)) == ()


def test_a_new_film_that_is_a_lost_one_under_another_name() -> None:
    film = replace(A, path=b"/in/b.mp4")
    assert with_renames([New(film)], [KNOWN_A], gone) == (Renamed(KNOWN_A, film),)


@pytest.mark.parametrize("state", [JobState.COMPLETED, JobState.CANCELLED])
def test_a_new_film_that_was_lost_long_ago_is_the_same(state: JobState) -> None:
    film, known = replace(A, path=b"/in/b.mp4"), replace(KNOWN_A, state=state, gone=True)
    assert with_renames([New(film)], [known], gone) == (Renamed(known, film),)


def test_a_hard_link_is_no_other_name() -> None:
    film = replace(A, path=b"/in/b.mp4")
    assert with_renames([New(film)], [KNOWN_A], there) == (New(film),)


def test_nor_is_a_link_to_a_film_of_which_another_name_was_lost_long_ago() -> None:
    film, known = replace(A, path=b"/in/c.mp4"), replace(KNOWN_A, path=b"/in/b.mp4", job_id=2, gone=True)
    assert with_renames([New(film)], [KNOWN_A, known], there) == (New(film),)


def test_a_reused_inode_is_no_other_name() -> None:
    film = Film(b"/in/b.mp4", replace(FACTS, size=99), "")
    assert with_renames([New(film)], [KNOWN_A], gone) == (New(film),)
    film, elsewhere = replace(A, path=b"/in/b.mp4"), replace(KNOWN_A, facts=replace(FACTS, device=2))
    assert with_renames([New(film)], [elsewhere], gone) == (New(film),)


def test_a_film_that_grows_while_it_is_renamed_is_the_same() -> None:
    film, known = Film(b"/in/b.mp4", replace(FACTS, size=99), ""), replace(KNOWN_A, state=JobState.ARRIVING)
    assert with_renames([New(film)], [known], gone) == (Renamed(known, film),)


def test_one_lost_film_becomes_one_of_two_links_to_it() -> None:
    one, other = replace(A, path=b"/in/b.mp4"), replace(A, path=b"/in/c.mp4")
    found = with_renames([New(one), New(other)], [KNOWN_A], gone)
    assert found == (Renamed(KNOWN_A, one), New(other))


def test_two_lost_links_to_one_new_name() -> None:
    other = replace(KNOWN_A, job_id=2, video_id=2, path=b"/in/c.mp4")
    film = replace(A, path=b"/in/b.mp4")
    assert with_renames([New(film)], [KNOWN_A, other], gone) == (Renamed(KNOWN_A, film),)
