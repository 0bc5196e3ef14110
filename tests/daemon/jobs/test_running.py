from collections.abc import Callable

import pytest

from daemon.contract.evidence import Skip
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.jobs.ledger import waited
from daemon.jobs.running import NEXT
from daemon.jobs.store import Store
from daemon.jobs.tables import Job
from tests.daemon.jobs.conftest import Clock, Films


def test_jobs_are_taken_by_priority_and_then_by_age(store: Store, films: Films) -> None:
    first, second, urgent = films.job("a"), films.job("b"), films.job("c")
    store.prioritise(urgent.id, 5)
    taken = []
    while job := store.claim(0):
        taken.append(job.id)
        assert job.state is JobState.PROCESSING
        store.complete(job.id, "")
    assert taken == [urgent.id, first.id, second.id]


def test_one_job_runs_at_a_time(store: Store, films: Films) -> None:
    films.job("a")
    films.job("b")
    assert store.claim(0) is not None
    assert store.claim(0) is None


def test_a_job_that_waits_for_a_time_is_not_taken_before_it(store: Store, films: Films) -> None:
    late, other = films.job("a", JobState.PROCESSING), films.job("b")
    store.move(late.id, JobState.PENDING, reason="time-out", not_before=50.0)
    assert store.next_due() == 50.0
    first = store.claim(49.9)
    assert first is not None
    assert first.id == other.id
    store.complete(other.id, "")
    assert store.claim(49.9) is None
    again = store.claim(50.0)
    assert again is not None
    assert (again.id, again.tries, again.reason, again.not_before) == (late.id, 1, "", None)


def test_taking_a_job_reads_one_entry_of_the_index(store: Store) -> None:
    plan = store._db.execute_sql(f"EXPLAIN QUERY PLAN {NEXT.sql[1:-1]}").fetchall()  # type: ignore[no-untyped-call]
    assert [row[3].replace("COVERING ", "") for row in plan] == ["SCAN job USING INDEX job_turn"]  # in its order: nothing is sorted


def test_waking_what_is_due_reads_only_that(store: Store) -> None:
    for state in (JobState.PENDING, JobState.HELD):
        sql, parameters = Job.select(Job.id).where(waited(state, 0)).sql()
        plan = store._db.execute_sql(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()  # type: ignore[no-untyped-call]
        assert [row[3] for row in plan] == ["SEARCH t1 USING INDEX job_due (not_before>?)"]


def _steps(store: Store, question: Callable[[], object]) -> int:
    """How many of SQLite's own instructions it took, in tens."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    connection = store._db.connection()  # type: ignore[no-untyped-call]
    connection.set_progress_handler(tick, 10)
    question()
    connection.set_progress_handler(None, 0)
    return count


def _claim(store: Store) -> None:
    taken = store.claim(0)
    assert taken is not None
    store.move(taken.id, JobState.PENDING)


@pytest.mark.parametrize(
    "question",
    [
        _claim,
        lambda store: store.page(limit=20),
        lambda store: store.page(limit=20, state=JobState.PENDING, after=50),
        lambda store: store.counts(),
        lambda store: store.next_due(),
        lambda store: store.job_by_path(b"/in/7"),
    ],
    ids=["claim", "page", "page of a state", "counts", "next due", "by path"],
)
def test_a_long_queue_costs_no_more_than_a_short_one(store: Store, films: Films, question: Callable[[Store], object]) -> None:
    with store.together():
        for number in range(60):
            films.job(str(number))
    short = _steps(store, lambda: question(store))
    with store.together():
        for number in range(60, 600):
            films.job(str(number))
    assert _steps(store, lambda: question(store)) <= short * 1.5 + 2


def test_why_a_job_waits_is_said_and_forgotten_when_it_goes_on(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)
    held = store.move(
        job.id, JobState.HELD, reason="no answer", advice="start it", detail="refused", cause=HoldCause.OLLAMA, not_before=9.0,
        stage=Stage.WRITE,
    )  # fmt: skip
    assert (held.reason, held.advice, held.detail, held.cause, held.not_before) == (
        "no answer",
        "start it",
        "refused",
        HoldCause.OLLAMA,
        9.0,
    )
    assert (held.stage, held.tries) == (Stage.WRITE, 1)
    free = store.move(job.id, JobState.PENDING)
    assert (free.reason, free.advice, free.detail, free.cause, free.not_before, free.stage) == ("", "", "", None, None, Stage.WRITE)


def test_a_move_that_was_overtaken_changes_nothing(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)
    cancelled = store.move(job.id, JobState.CANCELLED, reason="by a person")
    assert store.move(job.id, JobState.PENDING, was=JobState.PROCESSING) == cancelled
    assert store.complete(job.id, "") == cancelled
    assert store.crashed(job.id, "") == cancelled


def test_tries_are_counted_within_a_stage(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)

    def again() -> int:
        store.move(job.id, JobState.PENDING, not_before=0.0)
        taken = store.claim(1.0)
        assert taken is not None
        return taken.tries

    store.stage_started(job.id, Stage.TRANSCRIBE, "t")
    assert [again(), again()] == [1, 2]
    run = store.stage_started(job.id, Stage.TRANSCRIBE, "t")
    assert again() == 3
    store.stage_ended(run, "done")
    assert again() == 1
    store.stage_started(job.id, Stage.WRITE, "w")
    assert again() == 1


def test_a_kept_result_is_noted_and_is_no_progress(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)
    store.stage_started(job.id, Stage.WRITE, "w")
    store.move(job.id, JobState.PENDING, not_before=0.0)
    store.claim(1.0)
    store.stage_kept(job.id, Stage.PROBE, "p")
    again = store.job(job.id)
    assert again is not None
    assert (again.tries, again.stage) == (1, Stage.WRITE)
    kept = store.stages(job.id)[-1]
    assert (kept.stage, kept.key, kept.outcome, kept.peak_memory, kept.record) == (Stage.PROBE, "p", "done", None, {"kept": True})


def test_a_stages_run_is_kept_with_its_numbers(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)
    run = store.stage_started(job.id, Stage.WRITE, "key")
    (going,) = store.stages(job.id)
    assert (going.stage, going.key, going.attempt, going.ended, going.outcome) == (Stage.WRITE, "key", 1, None, None)
    store.stage_ended(run, "failed", "no such model", {"tokens_in": 10, "tokens_out": 20, "model": "m"}, peak_memory=2**40)
    (ended,) = store.stages(job.id)
    assert (ended.outcome, ended.error, ended.tokens_in, ended.tokens_out, ended.peak_memory, ended.record) == (
        "failed", "no such model", 10, 20, 2**40, {"model": "m"},
    )  # fmt: skip


@pytest.mark.parametrize("set_to", [-172_800.0, 172_800.0])
def test_a_run_took_its_seconds_wherever_the_clock_was_set_meanwhile(store: Store, films: Films, clock: Clock, set_to: float) -> None:
    clock.now = 1000.0
    job = films.job(state=JobState.PROCESSING)
    store.probed(job.id, "abc", {"duration": 4.0})
    run = store.stage_started(job.id, Stage.WRITE, "key")
    clock.now += set_to
    store.stage_ended(run, "done", record={"model": "m", "calls": 1}, seconds=8.0)
    assert [(ended.started, ended.ended) for ended in store.stages(job.id)] == [(1000.0, 1008.0)]
    assert store.durations() == [(Stage.WRITE, 8.0, 4.0)]
    assert store.pace_of(Stage.WRITE, "m") == 2.0


def test_what_the_probe_found_is_kept(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)
    assert store.probe(job.id) is None
    store.probed(job.id, "abc", {"duration": 4.0})
    found = store.job(job.id)
    assert found is not None
    assert (found.digest, store.probe(job.id)) == ("abc", {"duration": 4.0})


def test_two_copies_of_a_film_are_two_jobs(store: Store, films: Films) -> None:
    for job in (films.job("a"), films.job("b")):
        store.probed(job.id, "same", {})
    assert [job.digest for job in store.page().items] == ["same", "same"]


def test_a_new_plan_of_skips_takes_the_place_of_the_old(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)
    store.skips_planned(job.id, [Skip(start=1, end=2, reason="black")])
    plan = (Skip(start=0, end=1.5, reason="manual", note="logos \udcff"), Skip(start=7, end=9, reason="credits", confidence=0.5))
    store.skips_planned(job.id, reversed(plan))
    assert store.skips(job.id) == (plan[0].model_copy(update={"note": "logos \\udcff"}), plan[1])
    assert [event.data for event in store.events_after(0) if event.type == "skips.changed"][-1] == {"id": job.id, "count": 2}


def test_what_was_published_is_known_by_path_and_version(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)
    assert (store.latest_version(job.id), store.written(job.id)) == (0, {})
    store.published(job.id, 1, [(b"/in/a\xff.fountain", "fountain", "f1"), (b"/in/a.md", "md", "m1")])
    store.published(job.id, 2, [(b"/in/a.md", "md", "m2")])
    assert store.written(job.id) == {b"/in/a\xff.fountain": "f1", b"/in/a.md": "m2"}
    assert store.latest_version(job.id) == 2
    assert [(script.version, script.format) for script in store.scripts(job.id)] == [(1, "fountain"), (1, "md"), (2, "md")]
    assert store.events_after(0)[-1].data == {"id": job.id, "version": 2, "formats": ["md"]}


def test_a_completed_job_is_whole(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)
    store.progress(job.id, Stage.PUBLISH, 0.9, 3.0)
    done = store.complete(job.id, "stamp")
    assert (done.state, done.progress, done.eta, done.overrides, done.warning) == (JobState.COMPLETED, 1.0, None, "stamp", "")
