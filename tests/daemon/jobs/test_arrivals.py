import os
from pathlib import Path

import pytest

from daemon.contract.states import HoldCause, JobState, Stage
from daemon.jobs.store import Facts, IllegalMove, InboxSeen, JobRow, NoSuchJob, Store
from tests.daemon.jobs.conftest import INBOX, Clock, Films, facts

ODD = [
    b"two words.mp4",
    b'it\'s "quoted".mp4',
    b"line\nbreak.mp4",
    b"\x1b[31mred.mp4",
    b"not \xff\xfe utf-8.mp4",
    b"a" * 251 + b".mp4",
    "\u202egnp.mp4".encode(),
    "café.mp4".encode(),
    "cafe\u0301.mp4".encode(),
    b"-rf.mp4",
    b"100%s.mp4",
    b"*[a-z]?.mp4",
    "🎬.mp4".encode(),
    b"back\\slash.mp4",
    b" .mp4 ",
    b"x%03d.png",
]


def now(store: Store, job: JobRow | int) -> JobRow:
    found = store.job(job if isinstance(job, int) else job.id)
    assert found is not None
    return found


def test_a_file_that_comes_is_arriving(store: Store, clock: Clock) -> None:
    number = store.arrive(b"/in/a.mp4", INBOX, facts(), "screenplay")
    job = now(store, number)
    assert (job.path, job.inbox, job.recipe, job.state) == (b"/in/a.mp4", INBOX, "screenplay", JobState.ARRIVING)
    assert (job.facts, job.digest, job.attempt, job.stage, job.created) == (facts(), "", 1, None, clock.now)


@pytest.mark.parametrize("name", ODD, ids=repr)
def test_odd_names_come_back_byte_for_byte(store: Store, tmp_path: Path, name: bytes) -> None:
    path = os.fsencode(tmp_path) + b"/" + name
    Path(os.fsdecode(path)).touch()
    number = store.arrive(path, os.fsencode(tmp_path), Facts.of(Path(os.fsdecode(path)).stat()), "screenplay")
    assert now(store, number).path == path
    assert store.job_by_path(path) == now(store, number)
    (known,) = store.known_below(os.fsencode(tmp_path), os.fsencode(tmp_path))
    assert {known.path} == {path} == {os.fsencode(entry) for entry in tmp_path.glob("*") if entry.is_file()}


def test_names_that_look_alike_are_two_films(store: Store, films: Films) -> None:
    assert films.job("café.mp4").id != films.job("cafe\u0301.mp4").id


def test_the_same_path_comes_once(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PENDING)
    assert store.arrive(job.path, INBOX, facts(), "screenplay") == job.id
    assert now(store, job) == job


@pytest.mark.parametrize("number", [2**63, 2**64 - 1, -(2**63) - 1, 13_569_465_600 * 10**9])
def test_numbers_beyond_what_sqlite_holds_still_compare(store: Store, number: int) -> None:
    wide = Facts(device=number, inode=number, size=1, mtime_ns=number, ctime_ns=number)
    job = store.arrive(b"/in/a.mp4", INBOX, wide, "screenplay")
    assert now(store, job).facts == wide == Facts(number, number, 1, number, number)


def test_a_growing_file_is_noted_without_an_event(store: Store, films: Films) -> None:
    job = films.job(state=JobState.ARRIVING)
    last = store.last_event()
    store.resting(job.id, facts(size=20))
    assert now(store, job).facts.size == 20
    assert store.last_event() == last


def test_a_whole_file_waits_its_turn_or_for_a_person(store: Store, films: Films) -> None:
    first, second = films.job("a", JobState.ARRIVING), films.job("b", JobState.ARRIVING)
    store.settled(first.id, facts(size=30))
    store.settled(second.id, facts(), paused=True, reason="26 films at once")
    assert (now(store, first).state, now(store, first).facts.size) == (JobState.PENDING, 30)
    assert (now(store, second).state, now(store, second).reason) == (JobState.PAUSED, "26 films at once")


@pytest.mark.parametrize("state", [state for state in JobState if state not in {JobState.PROCESSING, JobState.PAUSED}])
def test_a_replaced_file_arrives_again(store: Store, films: Films, state: JobState) -> None:
    job = films.job(state=state)
    store.probed(job.id, "digest", {})
    store.changed(job.id, facts(size=99))
    again = now(store, job)
    assert (again.state, again.facts.size, again.digest) == (JobState.ARRIVING, 99, "")


def test_another_run_is_another_attempt_where_one_had_begun(store: Store, films: Films) -> None:
    untouched, begun = films.job("a"), films.job("b", JobState.PROCESSING)
    store.stage_started(begun.id, Stage.PROBE, "k")
    store.complete(begun.id, "")
    for job in (untouched, begun):
        store.changed(job.id, facts(size=99))
    assert (now(store, untouched).attempt, now(store, begun).attempt) == (1, 2)
    assert now(store, begun).stage is None


def test_a_paused_job_stays_paused_when_its_file_is_replaced(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PAUSED)
    store.changed(job.id, facts(size=99))
    assert (now(store, job).state, now(store, job).facts.size) == (JobState.PAUSED, 99)


@pytest.mark.parametrize("to", [JobState.PENDING, JobState.COMPLETED, JobState.FAILED, JobState.HELD, JobState.PAUSED])
def test_what_was_made_of_a_replaced_file_does_not_count(store: Store, films: Films, to: JobState) -> None:
    job = films.job(state=JobState.PROCESSING)
    store.changed(job.id, facts(size=99))
    running = now(store, job)
    assert (running.state, running.stale, running.facts.size) == (JobState.PROCESSING, True, 99)
    store.probed(job.id, "of the file before", {})
    after = store.move(job.id, to)
    assert (after.state, after.stale, after.digest) == (JobState.ARRIVING, False, "")
    assert after.reason


def test_a_replaced_file_does_not_bring_back_what_a_person_cancelled_meanwhile(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)
    store.changed(job.id, facts(size=99))
    assert store.move(job.id, JobState.CANCELLED).state is JobState.CANCELLED


def test_a_renamed_file_keeps_its_job(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)
    assert store.renamed(job.video_id, b"/other/b.mp4", facts(), b"/other") == job.id
    moved = now(store, job)
    assert (moved.path, moved.inbox, moved.state) == (b"/other/b.mp4", b"/other", JobState.PROCESSING)
    assert store.job_by_path(job.path) is None
    assert store.known_below(INBOX, INBOX) == ()


def test_a_file_renamed_over_another_takes_that_ones_place(store: Store, films: Films) -> None:
    one, other = films.job("a"), films.job("b", JobState.COMPLETED)
    assert store.renamed(one.video_id, other.path, facts(inode=7)) == other.id
    assert (now(store, one).state, now(store, one).gone) == (JobState.CANCELLED, True)
    assert (now(store, other).state, now(store, other).facts.inode) == (JobState.ARRIVING, 7)


def test_a_file_found_again_under_another_name_goes_on(store: Store, films: Films) -> None:
    job = films.job()
    store.gone(job.id, "not there")
    store.renamed(job.video_id, b"/in/b.mp4", facts())
    assert (now(store, job).state, now(store, job).gone) == (JobState.ARRIVING, False)


@pytest.mark.parametrize("state", [JobState.ARRIVING, JobState.PENDING, JobState.PROCESSING, JobState.HELD, JobState.PAUSED])
def test_a_job_whose_source_goes_is_cancelled(store: Store, films: Films, state: JobState) -> None:
    job = films.job(state=state)
    store.gone(job.id, "the file is not there")
    found = now(store, job)
    assert (found.state, found.gone, found.reason) == (JobState.CANCELLED, True, "the file is not there")


@pytest.mark.parametrize("state", [JobState.COMPLETED, JobState.FAILED, JobState.IGNORED, JobState.CANCELLED])
def test_a_job_that_ended_keeps_its_state_when_its_source_goes(store: Store, films: Films, state: JobState) -> None:
    job = films.job(state=state)
    store.gone(job.id, "the file is not there")
    assert (now(store, job).state, now(store, job).gone) == (state, True)
    last = store.last_event()
    store.gone(job.id, "the file is not there")
    assert store.last_event() == last


def test_a_file_that_comes_back_goes_on_and_a_finished_one_is_not_done_again(store: Store, films: Films) -> None:
    waiting, finished = films.job("a"), films.job("b", JobState.COMPLETED)
    for job in (waiting, finished):
        store.gone(job.id, "not there")
        store.arrive(job.path, INBOX, facts(), "screenplay")
    assert [(now(store, job).state, now(store, job).gone) for job in (waiting, finished)] == [
        (JobState.ARRIVING, False),
        (JobState.COMPLETED, False),
    ]


def test_a_changed_override_gives_another_run(store: Store, films: Films) -> None:
    job = films.job(state=JobState.COMPLETED)
    store.refuse_override(job.id, "line 3: unknown key")
    store.reopen(job.id, "the override changed", "stamp 2")
    found = now(store, job)
    assert (found.state, found.reason, found.overrides, found.warning) == (JobState.PENDING, "the override changed", "stamp 2", "")
    with pytest.raises(IllegalMove):
        store.reopen(job.id, "again", "stamp 3")


def test_a_refused_override_is_a_warning_said_once(store: Store, films: Films) -> None:
    job = films.job(state=JobState.COMPLETED)
    for _ in range(2):
        store.refuse_override(job.id, "line 3: unknown key")
    assert (now(store, job).state, now(store, job).warning) == (JobState.COMPLETED, "line 3: unknown key")
    assert [event.data["state"] for event in store.events_after(0)].count("completed") == 2


def test_an_inbox_is_remembered_as_it_was_first_seen(store: Store) -> None:
    assert store.inbox_seen(b"/in", 1, 20) == InboxSeen(True, 1, 20)
    assert store.inbox_seen(b"/in", 9, 90) == InboxSeen(False, 1, 20)
    assert store.inbox_seen(b"/in", 9, 90) == InboxSeen(False, 1, 20)
    store.inbox_accepted(b"/in", 9, 90)
    assert store.inbox_seen(b"/in", 1, 20) == InboxSeen(False, 9, 90)


def test_a_missing_folder_holds_what_waits_and_runs_and_gives_it_back(store: Store, films: Films) -> None:
    running, waiting, done = films.job("a", JobState.PROCESSING), films.job("b"), films.job("c", JobState.PAUSED)
    elsewhere = films.job("d", inbox=b"/in2")
    assert store.hold_folder(INBOX, "not mounted", "plug it in") == 2
    assert [now(store, job).state for job in (running, waiting, done, elsewhere)] == ["held", "held", "paused", "pending"]
    assert now(store, waiting).cause is HoldCause.FOLDER
    assert store.release(HoldCause.FOLDER, b"/in2") == 0
    assert store.release(HoldCause.FOLDER, INBOX) == 2
    assert (now(store, running).state, now(store, running).reason) == (JobState.PENDING, "")


def test_a_job_that_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(NoSuchJob, match="no job 7"):
        store.gone(7, "")
    with pytest.raises(NoSuchJob):
        store.renamed(7, b"/x", facts())
