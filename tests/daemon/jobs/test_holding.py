import pytest

from daemon.contract.states import HoldCause, JobState, Stage
from daemon.jobs.holding import POSTPONED, SHARED, SLICE
from daemon.jobs.store import Artefact, IllegalMove, NoSuchJob, Store
from tests.daemon.jobs.conftest import INBOX, Clock, Films


def test_what_waits_for_one_thing_goes_on_together(store: Store, films: Films) -> None:
    jobs = [films.job(str(number)) for number in range(3)]
    for job, cause in zip(jobs, (HoldCause.OLLAMA, HoldCause.OLLAMA, HoldCause.DISK), strict=True):
        store.move(job.id, JobState.HELD, cause=cause)
    heard: list[tuple[int | None, object]] = []
    store.on_event(lambda event: heard.append((event.job_id, event.data["state"])))
    assert store.release(HoldCause.OLLAMA) == 2
    assert heard == [(jobs[0].id, "pending"), (jobs[1].id, "pending")]
    assert store.counts()[JobState.HELD] == 1


def test_held_jobs_go_on_when_their_time_has_come(store: Store, films: Films) -> None:
    early, late, waiting = (films.job(name) for name in "abc")
    store.move(early.id, JobState.HELD, cause=HoldCause.OLLAMA, not_before=10.0)
    store.move(late.id, JobState.HELD, cause=HoldCause.OLLAMA, not_before=20.0)
    store.move(waiting.id, JobState.HELD, cause=HoldCause.MODEL)
    assert store.next_due() == 10.0
    assert [store.due(9.9), store.due(10.0), store.due(15.0), store.due(30.0), store.due(30.0)] == [0, 1, 0, 1, 0]
    assert store.next_due() is None


def test_one_goes_to_see_whether_it_is_there_and_the_others_wait_for_it(store: Store, films: Films) -> None:
    for number in range(3):
        store.move(films.job(str(number)).id, JobState.HELD, cause=HoldCause.OLLAMA, not_before=10.0)
    for name in "ab":
        store.move(films.job(name).id, JobState.HELD, cause=HoldCause.OVERRIDE, not_before=10.0)
    assert store.due(10.0) == 3  # one for Ollama; the two overrides have nothing to do with each other
    assert store.due(11.0) == 0
    assert store.counts()[JobState.HELD] == 2
    assert store.due(10.0 + POSTPONED) == 1  # the first was of no help, so another goes
    assert store.release(HoldCause.OLLAMA) == 1


def test_a_clock_that_is_put_back_keeps_nobody_waiting(store: Store, films: Films, clock: Clock) -> None:
    days = 2 * 86_400.0
    clock.now = days
    store.move(films.job("held").id, JobState.HELD, cause=HoldCause.OLLAMA, not_before=days + 30)
    store.move(films.job("tried", JobState.PROCESSING).id, JobState.PENDING, not_before=days + 30)
    assert (store.due(days - 1), store.claim(days - 1)) == (0, None)
    clock.now = 0.0
    assert store.due(0.0) == 1
    assert store.claim(0.0) is not None


def test_what_is_waited_for_is_said_once(store: Store, films: Films, clock: Clock) -> None:
    for number in range(3):
        job = films.job(str(number))
        store.move(job.id, JobState.HELD, reason="nobody answers", advice="ollama serve", cause=HoldCause.OLLAMA, not_before=50.0 - number)
        clock.now += 1
    store.move(films.job("x").id, JobState.HELD, reason="full", cause=HoldCause.DISK)
    ollama, disk = store.holds()
    assert (ollama.cause, ollama.reason, ollama.advice, ollama.next_try, ollama.jobs, ollama.since) == (
        HoldCause.OLLAMA, "nobody answers", "ollama serve", 48.0, 3, 0.0,
    )  # fmt: skip
    assert (disk.cause, disk.next_try, disk.jobs) == (HoldCause.DISK, None, 1)


def test_all_paused_jobs_of_an_inbox_can_be_resumed(store: Store, films: Films) -> None:
    for number in range(3):
        films.job(str(number), JobState.PAUSED)
    other = films.job("x", JobState.PAUSED, inbox=b"/in2")
    assert store.resume(INBOX) == 3
    assert store.counts()[JobState.PAUSED] == 1
    assert store.resume() == 1
    found = store.job(other.id)
    assert found is not None
    assert found.state is JobState.PENDING


def test_of_any_number_of_jobs_a_slice_is_moved_at_a_time_so_that_others_get_their_turn(store: Store, films: Films) -> None:
    first = films.job("first")
    store._db.execute_sql(  # type: ignore[no-untyped-call]
        """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2 * ?)
        INSERT INTO job (video_id, recipe, state, created, updated) SELECT ?, i, 'paused', 0, 0 FROM n""",
        (SLICE, first.video_id),
    )
    assert [store.resume() for _ in range(3)] == [SLICE, SLICE, 0]
    assert store.last_event() == 2 * SLICE + 2
    held = [store.hold_folder(INBOX, "not mounted", "") for _ in range(4)]
    assert held == [SLICE, SLICE, 1, 0]
    assert [store.release(HoldCause.FOLDER, INBOX) for _ in range(4)] == [SLICE, SLICE, 1, 0]
    assert store.counts()[JobState.PENDING] == 2 * SLICE + 1


def test_a_change_of_the_system_is_told(store: Store) -> None:
    store.announce({"model": "llama3.1:8b"})
    (event,) = store.events_after(0)
    assert (event.type, event.job_id, event.data) == ("system.changed", None, {"model": "llama3.1:8b"})


def test_a_deleted_job_leaves_nothing_but_its_last_event(store: Store, films: Films) -> None:
    job, copy = films.job("a", JobState.PROCESSING), films.job("b")
    store.stage_started(job.id, Stage.PROBE, "shared")
    store.stage_started(job.id, Stage.PROBE, "own")
    store.stage_started(job.id, Stage.WRITE, "own")
    store.stage_started(job.id, Stage.WRITE, "own")
    store.stage_started(copy.id, Stage.PROBE, "shared")
    store.published(job.id, 1, [(b"/in/a.md", "md", "x")])
    store.complete(job.id, "")
    artefacts = store.delete(job.id)
    assert sorted(artefacts, key=lambda artefact: artefact.stage) == [
        Artefact(stage=Stage.PROBE, key="own"),
        Artefact(stage=Stage.WRITE, key="own"),
    ]
    assert store.job(job.id) is None
    assert (store.stages(job.id), store.scripts(job.id)) == ((), ())
    assert [one.path for one in store.known_below(INBOX, INBOX)] == [copy.path]
    assert store.counts()[JobState.COMPLETED] == 0
    last = store.events_after(0)[-1]
    assert (last.type, last.data) == ("job.deleted", {"id": job.id})


def test_a_job_that_runs_is_not_deleted(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)
    with pytest.raises(IllegalMove, match="runs"):
        store.delete(job.id)
    with pytest.raises(NoSuchJob):
        store.delete(99)


def test_numbers_are_never_given_twice(store: Store, films: Films) -> None:
    job = films.job("a")
    store.delete(job.id)
    assert films.job("a").id > job.id


def test_old_events_are_forgotten_and_who_missed_them_learns_it(store: Store, films: Films, clock: Clock) -> None:
    films.job("a")
    clock.now += 100
    films.job("b")
    assert not store.events_lost(0)
    assert store.trim(clock.now - 50) == 2
    assert [event.id for event in store.events_after(0)] == [3, 4]
    assert [store.events_lost(seen) for seen in (0, 1, 2, 3, 4, 5)] == [True, True, False, False, False, True]


def test_no_more_events_are_kept_than_asked(store: Store, films: Films) -> None:
    for name in "abc":
        films.job(name)
    assert store.trim(0, keep_events=2) == 4
    assert [event.id for event in store.events_after(0)] == [5, 6]
    assert store.trim(0, keep_events=0) == 2
    assert (store.last_event(), store.events_lost(6), store.events_lost(5)) == (6, False, True)


def test_a_look_at_what_is_due_reads_only_what_waits_for_a_time(store: Store, films: Films) -> None:
    """As SQLite plans it: a table of a million films costs it no more than one of ten."""
    films.job("a.mp4")
    asked: list[str] = []
    connection = store._db.connection()  # type: ignore[no-untyped-call]
    connection.set_trace_callback(asked.append)
    store.due(10.0)
    connection.set_trace_callback(None)
    questions = [question for question in asked if question.startswith("SELECT")]
    plans = [row[3] for question in questions for row in connection.execute(f"EXPLAIN QUERY PLAN {question}")]
    assert len(questions) == 1 + len(SHARED)
    assert not [line for line in plans if line.startswith("SCAN")], plans
