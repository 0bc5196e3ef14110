from hypothesis import given
from hypothesis import strategies as st

from daemon.contract.states import JobState, Stage
from daemon.jobs.recovery import crashes
from daemon.jobs.store import JobRow, Store
from tests.daemon.jobs.conftest import Clock, Films, facts


def _crash_in(store: Store, stage: Stage) -> JobRow:
    """A run that is cut short in a stage, and the next start."""
    taken = store.claim(0)
    assert taken is not None
    store.stage_started(taken.id, stage, "key")
    assert store.recover() == [taken.id]
    job = store.job(taken.id)
    assert job is not None
    return job


def test_a_job_cut_short_goes_on_at_its_stage(store: Store, films: Films, clock: Clock) -> None:
    films.job()
    job = _crash_in(store, Stage.TRANSCRIBE)
    assert (job.state, job.stage, job.attempt, job.not_before) == (JobState.PENDING, Stage.TRANSCRIBE, 1, None)
    (run,) = store.stages(job.id)
    assert (run.outcome, run.ended) == ("crashed", clock.now)


def test_three_crashes_in_one_stage_end_a_job_and_the_queue_goes_on(store: Store, films: Films) -> None:
    bad = films.job("bad")
    good = films.job("good")
    states = [_crash_in(store, Stage.ANALYSE).state for _ in range(3)]
    assert states == [JobState.PENDING, JobState.PENDING, JobState.FAILED]
    failed = store.job(bad.id)
    assert failed is not None
    assert "crashed repeatedly" in failed.reason
    assert failed.advice
    taken = store.claim(0)
    assert taken is not None
    assert taken.id == good.id


def test_crashes_in_different_stages_do_not_add_up(store: Store, films: Films) -> None:
    films.job()
    stages = [Stage.ANALYSE, Stage.ANALYSE, Stage.TRANSCRIBE, Stage.TRANSCRIBE, Stage.ANALYSE]
    assert {_crash_in(store, stage).state for stage in stages} == {JobState.PENDING}


def test_a_stage_that_comes_through_clears_the_count(store: Store, films: Films) -> None:
    films.job()
    for _ in range(2):
        _crash_in(store, Stage.ANALYSE)
    taken = store.claim(0)
    assert taken is not None
    store.stage_ended(store.stage_started(taken.id, Stage.ANALYSE, "key"), "done")
    store.move(taken.id, JobState.PENDING)
    assert _crash_in(store, Stage.ANALYSE).state is JobState.PENDING


def test_a_retry_begins_to_count_anew(store: Store, films: Films) -> None:
    films.job()
    for _ in range(3):
        failed = _crash_in(store, Stage.ANALYSE)
    again = store.move(failed.id, JobState.PENDING)
    assert (again.attempt, again.stage, again.tries) == (2, None, 0)
    assert _crash_in(store, Stage.ANALYSE).state is JobState.PENDING


def test_a_child_that_dies_counts_like_a_crash_and_waits_before_the_next_try(store: Store, films: Films) -> None:
    job = films.job()
    for attempt in range(1, 3):
        taken = store.claim(attempt * 100)
        assert taken is not None
        store.stage_started(job.id, Stage.ANALYSE, "key")
        again = store.crashed(job.id, "killed by SIGSEGV", not_before=attempt * 100.0)
        assert (again.state, again.not_before, again.detail, again.tries) == (
            JobState.PENDING, attempt * 100.0, "killed by SIGSEGV", attempt,
        )  # fmt: skip
    store.claim(1000)
    store.stage_started(job.id, Stage.ANALYSE, "key")
    failed = store.crashed(job.id, "killed by SIGSEGV", not_before=1.0)
    assert (failed.state, failed.detail, failed.not_before) == (JobState.FAILED, "killed by SIGSEGV", None)


def test_a_job_cut_short_whose_file_was_replaced_arrives_again(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)
    store.changed(job.id, facts(size=99))
    store.recover()
    found = store.job(job.id)
    assert found is not None
    assert (found.state, found.stale) == (JobState.ARRIVING, False)


def test_what_did_not_run_is_left_alone(store: Store, films: Films) -> None:
    before = [films.job(state, state) for state in JobState if state is not JobState.PROCESSING]
    assert store.recover() == []
    assert [store.job(job.id) for job in before] == before


@given(st.lists(st.sampled_from([None, *Stage]), min_size=1))
def test_the_count_is_that_of_the_last_stretch_in_one_stage(stages: list[Stage | None]) -> None:
    count, last = 0, None
    for stage in stages:
        count, last = crashes(stage, last, count), stage
    stretch = next((index for index, stage in enumerate(reversed(stages)) if stage is not last), len(stages))
    assert count == stretch
