import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.contract.states import JobState
from daemon.jobs.store import Store
from tests.daemon.jobs.conftest import Films


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_pages_hold_every_job_once_and_in_order(store: Store, films: Films, newest_first: bool, size: int) -> None:
    numbers = [films.job(name).id for name in "abcdefg"]
    read: list[int] = []
    after: int | None = None
    while True:
        page = store.page(after, size, newest_first=newest_first)
        read.extend(job.id for job in page.items)
        if page.next is None:
            break
        assert len(page.items) == size
        after = page.next
    assert read == sorted(numbers, reverse=newest_first)


def test_a_page_does_not_shift_when_a_job_comes(store: Store, films: Films) -> None:
    numbers = [films.job(name).id for name in "abcd"]
    first = store.page(limit=2)
    films.job("e")
    assert [job.id for job in store.page(first.next, 2).items] == numbers[1::-1]


def test_a_page_can_be_of_one_state(store: Store, films: Films) -> None:
    films.job("a", JobState.PAUSED)
    held = [films.job(name, JobState.HELD).id for name in "bc"]
    assert [job.id for job in store.page(state=JobState.HELD).items] == held[::-1]
    assert store.page(state=JobState.FAILED).items == ()
    assert store.page(state=JobState.HELD, limit=2).next is None


@given(st.lists(st.sampled_from(JobState), max_size=12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_are_what_counting_would_give(store: Store, films: Films, states: list[JobState]) -> None:
    for job in store.page(limit=1000).items:
        store.delete(job.id) if job.state is not JobState.PROCESSING else store.move(job.id, JobState.PAUSED)
    for number, state in enumerate(states):
        films.job(f"{number}-{state}", state)
    query = "SELECT state, count(*) FROM job GROUP BY state"
    counted = dict(store._db.execute_sql(query).fetchall())  # type: ignore[no-untyped-call]
    assert {state: count for state, count in store.counts().items() if count} == counted


def test_what_is_not_there_is_none(store: Store) -> None:
    assert store.job(1) is None
    assert store.job_by_path(b"/nowhere") is None
    assert store.probe(1) is None
    assert (store.stages(1), store.skips(1), store.scripts(1), store.holds()) == ((), (), (), ())
    assert (store.last_event(), store.events_after(0), store.events_lost(0), store.events_lost(1)) == (0, (), False, True)
