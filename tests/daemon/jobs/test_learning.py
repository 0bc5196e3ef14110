"""Whose sound came before whose, what was learned, and what is suggested."""

from pathlib import Path

import pytest

from daemon.contract.evidence import Skip
from daemon.contract.states import JobState
from daemon.jobs.errors import NoSuchJob
from daemon.jobs.learning import RELATIVES
from daemon.jobs.store import Store
from tests.daemon.jobs.conftest import Films, facts


def heard(store: Store, films: Films, name: str, inbox: bytes = b"/in", digest: str = "") -> int:
    """A film that was analysed; gives its place."""
    job = films.job(name, inbox=inbox)
    store.probed(job.id, digest or name, {})
    return store.heard(job.id, digest or name, f"key of {name}")


def repeat(start: float, end: float) -> Skip:
    return Skip(start=start, end=end, reason="repeat", confidence=0.8)


def test_only_films_that_came_before_are_relatives(store: Store, films: Films) -> None:
    first, second, third = (heard(store, films, f"{number}.mp4") for number in range(3))
    assert store.relatives(first) == ()
    assert store.relatives(second) == ("key of 0.mp4",)
    assert store.relatives(third) == ("key of 1.mp4", "key of 0.mp4")


def test_a_film_that_is_done_again_keeps_its_place_and_so_its_relatives(store: Store, films: Films) -> None:
    first = heard(store, films, "0.mp4")
    heard(store, films, "1.mp4")
    job = store.job_by_path(b"/in/0.mp4")
    assert job is not None
    assert store.heard(job.id, "0.mp4", "another key") == first
    assert store.relatives(first) == ()


def test_those_of_its_own_folder_come_first_and_there_are_not_many(store: Store, films: Films) -> None:
    near = [heard(store, films, f"series/{number}.mp4") for number in range(2)]
    for number in range(RELATIVES + 2):
        heard(store, films, f"other/{number}.mp4")
    last = heard(store, films, "series/9.mp4")
    found = store.relatives(last)
    assert near
    assert found[:3] == ("key of series/1.mp4", "key of series/0.mp4", f"key of other/{RELATIVES + 1}.mp4")
    assert len(found) == RELATIVES


def test_other_inboxes_copies_and_other_folders_of_films_in_no_inbox_are_none(store: Store, films: Films) -> None:
    heard(store, films, "a.mp4", inbox=b"/else")
    heard(store, films, "copy.mp4", digest="same")
    place = heard(store, films, "b.mp4", digest="same")
    assert store.relatives(place) == ()
    number = store.arrive(b"/far/x.mp4", b"", facts(), "screenplay")
    other = store.arrive(b"/away/y.mp4", b"", facts(), "screenplay")
    store.heard(number, "x", "key of x")
    assert store.relatives(store.heard(other, "y", "key of y")) == ()


def test_a_film_that_changed_counts_as_it_is(store: Store, films: Films) -> None:
    heard(store, films, "0.mp4")
    last = heard(store, films, "1.mp4")
    job = store.job_by_path(b"/in/0.mp4")
    assert job is not None
    later = store.heard(job.id, "other content", "other key")
    assert store.relatives(last) == ()
    assert later > last


def test_a_learned_range_is_for_films_that_follow_and_can_be_taken_back(store: Store, films: Films) -> None:
    before = heard(store, films, "0.mp4")
    number = store.learn(1, 10, 25.5, "sponsor", b"\x00\xff", "0.mp4")
    after = heard(store, films, "1.mp4")
    assert store.lessons(before) == ()
    (lesson,) = store.lessons(after)
    assert (lesson.id, lesson.start, lesson.end, lesson.note, lesson.print, lesson.film) == (
        number,
        10,
        25.5,
        "sponsor",
        b"\x00\xff",
        "0.mp4",
    )
    store.forget(number)
    assert store.lessons(after) == store.lessons() == ()
    with pytest.raises(NoSuchJob, match="no learned range"):
        store.forget(number)


def test_what_is_learned_twice_is_one(store: Store, films: Films) -> None:
    heard(store, films, "0.mp4")
    assert store.learn(1, 10, 20, "", b"a", "0.mp4") == store.learn(1, 10, 20, "why", b"a", "0.mp4")
    assert [one.note for one in store.lessons()] == ["why"]
    with pytest.raises(NoSuchJob):
        store.learn(77, 10, 20, "", b"a", "0.mp4")


def test_suggestions_replace_those_of_the_same_origin(store: Store, films: Films) -> None:
    films.job()
    seen: list[object] = []
    store.on_event(lambda event: seen.append((event.type, event.data)))
    store.suggest(1, [repeat(50, 60)], "b.mp4")
    store.suggest(1, [repeat(5, 10), repeat(20, 30)])
    store.suggest(1, [repeat(6, 10)])
    assert [(one.start, one.end, one.origin) for one in store.suggestions(1)] == [(6, 10, ""), (50, 60, "b.mp4")]
    store.suggest(1, [])
    store.suggest(1, [])
    assert len(seen) == 4
    store.unsuggest(1, [])
    assert store.suggestions(1) == ()


def test_the_jobs_of_an_analysis_are_those_whose_film_is_still_that_one(store: Store, films: Films) -> None:
    heard(store, films, "0.mp4")
    assert (store.jobs_with("key of 0.mp4"), store.analysis_of(1)) == ((1,), "key of 0.mp4")
    store.probed(1, "changed", {})
    assert (store.jobs_with("key of 0.mp4"), store.analysis_of(1)) == ((), "")


def test_with_a_job_goes_what_was_known_of_its_film_but_not_what_was_learned(store: Store, films: Films, database: Path) -> None:
    heard(store, films, "0.mp4")
    store.suggest(1, [repeat(5, 10)])
    store.learn(1, 10, 20, "", b"a", "0.mp4")
    store.move(1, JobState.CANCELLED)
    store.delete(1)
    left = {table: store._db.execute_sql(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("sound", "suggestion", "learned")}  # type: ignore[no-untyped-call]
    assert left == {"sound": 0, "suggestion": 0, "learned": 1}
