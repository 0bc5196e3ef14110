from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.contract.jobs import JobSort
from daemon.contract.states import JobState
from daemon.jobs.errors import NoSuchJob
from daemon.jobs.store import Store
from tests.daemon.jobs.conftest import Clock, Films, facts


def pages(store: Store, size: int, **how: Any) -> list[int]:
    """All jobs, page by page."""
    read: list[int] = []
    after: int | None = None
    while True:
        page = store.page(after, size, **how)
        read.extend(job.id for job in page.items)
        if page.next is None:
            return read
        assert len(page.items) == size
        after = page.next


@pytest.mark.parametrize("sort", get_args(JobSort))
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_pages_hold_every_job_once_and_in_order(store: Store, films: Films, clock: Clock, sort: JobSort, size: int) -> None:
    jobs = {name: films.job(name).id for name in "dbgacef"}
    for name, priority in (("a", 5), ("c", 5), ("f", -1)):
        clock.now += 1
        store.prioritise(jobs[name], priority)
    orders = {"newest": "fecagbd", "oldest": "dbgacef", "changed": "fcaegbd", "queue": "acdbgef", "name": "abcdefg"}
    assert pages(store, size, sort=sort) == [jobs[name] for name in orders[sort]]


def test_a_list_that_is_not_by_number_says_when_its_place_is_gone(store: Store, films: Films) -> None:
    gone = films.job("a", JobState.CANCELLED).id
    kept = films.job("b").id
    store.delete(gone)
    assert [job.id for job in store.page(gone, sort="oldest").items] == [kept]
    with pytest.raises(NoSuchJob, match="is gone"):
        store.page(gone, sort="name")


def test_a_list_of_what_a_person_looks_for(store: Store, films: Films) -> None:
    train, rain = films.job("Night Train.mp4").id, films.job("rain_100%.mp4").id
    other = store.arrive(b"/other/na\xffme.mp4", b"/other", facts(), "screenplay")
    assert pages(store, 5, text="TRAIN") == [train]
    assert pages(store, 1, text="ain", sort="name") == [train, rain]
    assert pages(store, 5, text="%") == [rain]
    assert pages(store, 5, inbox=b"/other") == [other]
    assert pages(store, 5, text="night", inbox=b"/other") == []
    assert store.chosen((JobState.ARRIVING,), b"/other") == (other,)
    assert store.chosen(text="ain") == (train, rain)


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
