"""Differences between disk and table, from chosen values."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from daemon.contract.states import JobState
from daemon.inbox.compare import (
    Back,
    Changed,
    Comparison,
    Difference,
    Fate,
    Gone,
    New,
    Overridden,
    Renamed,
    Renumbered,
    compare,
    crowd,
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
    return compare(films, {one.path: one for one in known}, gone).differences


def test_nothing_differs() -> None:
    assert compare([A], {A.path: KNOWN_A}, gone) == Comparison((), 1)


def test_a_new_film_and_one_that_is_gone() -> None:
    assert differences([A]) == (New(A),)
    assert differences([], KNOWN_A) == (Gone(KNOWN_A),)


def test_what_may_be_there_still_is_not_gone() -> None:
    assert compare([], {A.path: KNOWN_A}, there).differences == ()


def test_what_is_known_to_be_gone_is_not_told_again() -> None:
    assert differences([], replace(KNOWN_A, gone=True)) == ()


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
    assert with_renames([New(film), Gone(KNOWN_A)], [KNOWN_A], gone) == (Renamed(KNOWN_A, film),)


def test_a_hard_link_is_no_other_name() -> None:
    film = replace(A, path=b"/in/b.mp4")
    assert with_renames([New(film)], [KNOWN_A], there) == (New(film),)


def test_a_reused_inode_is_no_other_name() -> None:
    film = Film(b"/in/b.mp4", replace(FACTS, size=99), "")
    both = (New(film), Gone(KNOWN_A))
    assert with_renames(both, [KNOWN_A], gone) == both


def test_a_film_that_grows_while_it_is_renamed_is_the_same() -> None:
    film, known = Film(b"/in/b.mp4", replace(FACTS, size=99), ""), replace(KNOWN_A, state=JobState.ARRIVING)
    assert with_renames([New(film), Gone(known)], [known], gone) == (Renamed(known, film),)


def test_one_lost_film_becomes_one_of_two_links_to_it() -> None:
    one, other = replace(A, path=b"/in/b.mp4"), replace(A, path=b"/in/c.mp4")
    found = with_renames([New(one), New(other), Gone(KNOWN_A)], [KNOWN_A], gone)
    assert sorted(type(difference).__name__ for difference in found) == ["New", "Renamed"]


def test_two_lost_links_to_one_new_name() -> None:
    other = replace(KNOWN_A, job_id=2, video_id=2, path=b"/in/c.mp4")
    film = replace(A, path=b"/in/b.mp4")
    found = with_renames([New(film), Gone(KNOWN_A), Gone(other)], [KNOWN_A, other], gone)
    assert found == (Renamed(KNOWN_A, film), Gone(other))


def test_jobs_that_wait_for_a_missing_film_are_counted() -> None:
    done = replace(KNOWN_A, path=b"/in/b.mp4", state=JobState.COMPLETED)
    found = compare([], {one.path: one for one in (KNOWN_A, done)}, gone)
    assert (found.missing, found.present) == (1, 0)


def test_a_crowd_is_counted_in_a_new_inbox_only() -> None:
    arriving, paused = replace(KNOWN_A, state=JobState.ARRIVING), replace(KNOWN_A, state=JobState.PAUSED)
    assert crowd([], [New(A), New(A)], new=True) == 2
    assert crowd([], [New(A), New(A)], new=False) == 0
    assert crowd([arriving, paused], [New(A)], new=False) == 2
    assert crowd([arriving, KNOWN_A], [New(A)], new=False) == 0
