"""What people ask of the next run, and how published files stood when they were looked at."""

import pytest

from daemon.contract.states import JobState
from daemon.jobs.store import IllegalMove, Store
from tests.daemon.jobs.conftest import Clock, Films

SCRIPT = b"/in/a.fountain"


def test_a_wish_has_a_job_that_ended_run_again_and_is_there_until_it_ended(store: Store, films: Films, clock: Clock) -> None:
    job = films.job(state=JobState.COMPLETED)
    store.ask_again(job.id, "scene-S3", "more tension")
    asked = store.job(job.id)
    assert asked is not None
    assert (asked.state, asked.attempt) == (JobState.PENDING, job.attempt)
    wish = store.open_wish(job.id)
    assert wish is not None
    assert (wish.kind, wish.scene, wish.instructions, wish.state) == ("regenerate", "scene-S3", "more tension", "open")
    clock.now = 4.0
    store.wish_ended(wish.id, "failed", "the model's answers could not be used")
    assert store.open_wish(job.id) is None
    (ended,) = store.wishes(job.id)
    assert (ended.state, ended.said, ended.ended) == ("failed", "the model's answers could not be used", 4.0)


def test_the_last_wish_for_a_scene_counts(store: Store, films: Films) -> None:
    job = films.job(state=JobState.COMPLETED)
    for instructions in ("calmer", "louder"):
        store.ask_again(job.id, "scene-S3", instructions)
    store.ask_again(job.id, "scene-S9", "shorter")
    assert [wish.instructions for wish in store.wishes(job.id)] == ["louder", "shorter"]
    assert store.take_back(job.id) == 2
    assert store.open_wish(job.id) is None


@pytest.mark.parametrize("state", [JobState.PENDING, JobState.HELD, JobState.PAUSED])
def test_a_job_that_waits_comes_to_it_by_itself(store: Store, films: Films, state: JobState) -> None:
    job = films.job(state=state)
    store.ask_again(job.id, "scene-S3", "")
    assert (found := store.job(job.id))
    assert found.state is state


def test_more_that_was_asked_for_during_a_run_is_done_after_it(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)
    store.ask_anew(job.id)
    assert store.complete(job.id, "").state is JobState.COMPLETED
    store.move(job.id, JobState.PENDING)
    store.claim(0)
    store.ask_again(job.id, "scene-S3", "")
    assert store.complete(job.id, "").state is JobState.PENDING


def test_of_a_film_that_is_gone_nothing_is_written(store: Store, films: Films) -> None:
    job = films.job(state=JobState.COMPLETED)
    store.gone(job.id, "gone")
    with pytest.raises(IllegalMove, match="gone"):
        store.ask_again(job.id, "scene-S3", "")
    assert store.wishes(job.id) == ()


def test_files_are_known_as_they_were_last_written_and_last_looked_at(store: Store, films: Films) -> None:
    job = films.job(state=JobState.COMPLETED)
    store.published(job.id, 1, [(SCRIPT, "fountain", "one"), (b"/in/a.md", "md", "x")])
    store.published(job.id, 2, [(SCRIPT, "fountain", "two")])
    (known,) = store.published_files()
    assert (known.path, known.sha256, known.size, known.looked) == (SCRIPT, "two", -1, "")
    store.looked_at(job.id, SCRIPT, "two", 10, 20)
    (known,) = store.published_files()
    assert (known.size, known.mtime_ns, known.looked) == (10, 20, "two")
    assert store.published_at(SCRIPT) == known
    assert store.published_at(b"/in/a.md") is None
    assert store.published_files(after=known.id) == ()
    store.gone(job.id, "gone")
    assert store.published_files() == ()


def test_an_edited_file_counts_as_known_from_when_it_was_taken_in_until_it_is_written_over(
    store: Store, films: Films, clock: Clock
) -> None:
    job = films.job(state=JobState.COMPLETED)
    clock.now = 1.0
    store.published(job.id, 1, [(SCRIPT, "fountain", "one")])
    clock.now = 2.0
    wish = store.edited(job.id, SCRIPT, "by hand", 11, 22, 1)
    assert store.taken_home(job.id) == {}
    assert (found := store.open_wish(job.id))
    assert (found.path, found.sha256, found.number) == (SCRIPT, "by hand", 1)
    clock.now = 3.0
    store.wish_ended(wish, "done", number=2)
    assert store.taken_home(job.id) == {SCRIPT: "by hand"}
    clock.now = 4.0
    store.published(job.id, 2, [(SCRIPT, "fountain", "two")])
    assert store.taken_home(job.id) == {}
    store.delete(job.id)


def test_an_edited_file_that_cannot_be_read_back_is_remembered(store: Store, films: Films) -> None:
    job = films.job(state=JobState.COMPLETED)
    store.published(job.id, 1, [(SCRIPT, "fountain", "one")])
    wish = store.edited(job.id, SCRIPT, "broken", 10, 20, 1)
    assert store.refused(job.id) == {}
    store.wish_ended(wish, "failed", "no scene heading was found in it")
    assert (store.refused(job.id), store.taken_home(job.id)) == ({SCRIPT: "broken"}, {})
