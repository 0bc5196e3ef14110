"""Whose turn it is: the fewest loads of models, and nobody passed for ever."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from daemon.contract.states import JobState
from daemon.jobs.rows import Waiting
from daemon.jobs.running import FIRST, NEAR
from daemon.jobs.store import Store
from daemon.worker.turns import Turns, pick
from tests.daemon.jobs.conftest import Clock, Films

FIRST_IN_TURN, NEAR_ONE, URGENT = Waiting(1, 0, "eyes"), Waiting(2, 0, "writer"), Waiting(3, 5, "eyes")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(tmp_path / "jobs.db", Clock())) as store:
        yield store


@pytest.fixture
def films(store: Store) -> Films:
    return Films(store)


@pytest.mark.parametrize(
    ("first", "near", "resident", "passed", "chosen"),
    [
        (FIRST_IN_TURN, None, "writer", 0, 1),  # nobody needs what is loaded
        (FIRST_IN_TURN, NEAR_ONE, "writer", 0, 2),
        (FIRST_IN_TURN, NEAR_ONE, "writer", 7, 2),
        (FIRST_IN_TURN, NEAR_ONE, "writer", 8, 1),  # it was passed often enough
        (FIRST_IN_TURN, NEAR_ONE, "eyes", 0, 1),  # it needs what is loaded itself
        (URGENT, NEAR_ONE, "writer", 0, 3),  # no model is worth making an urgent film wait
    ],
)
def test_who_is_taken(first: Waiting, near: Waiting | None, resident: str, passed: int, chosen: int) -> None:
    assert pick(first, near, resident, passed, 8).id == chosen


def work_off(store: Store, detour: int, wants: tuple[str, ...] = ("", "eyes", "writer")) -> tuple[list[str], list[int]]:
    """Every waiting job through stages that want these models; gives the loads, and the jobs in the order of their ends."""
    turns, loads, ended, at = Turns(store), [""], list[int](), Counter[int]()
    while (number := turns.next(detour)) is not None:
        job = store.claim(0, number)
        assert job
        while at[job.id] < len(wants):
            wanted = wants[at[job.id]]
            if turns.gives_way(job, wanted, detour):
                store.put_back(job.id, wanted, "waits")
                break
            if wanted != turns.resident:
                loads.append(wanted)
            turns.loads(job, wanted)
            at[job.id] += 1
        else:
            store.complete(job.id, "")
            ended.append(job.id)
        assert len(loads) < 1000
    return loads, ended


def test_eight_films_cost_one_load_a_model(store: Store, films: Films) -> None:
    numbers = [films.job(f"{name}").id for name in "abcdefgh"]
    assert work_off(store, 8) == (["", "eyes", "writer"], numbers)


@pytest.mark.parametrize("detour", [1, 3, 8])
def test_many_films_all_get_their_turn_and_wait_for_no_more_than_so_many(store: Store, films: Films, detour: int) -> None:
    numbers = [films.job(f"{number:02}").id for number in range(20)]
    loads, ended = work_off(store, detour)
    assert sorted(ended) == numbers
    assert len(loads) <= 3 * (20 / (detour + 1) + 1)
    late = [ended.index(number) - place for place, number in enumerate(numbers)]
    assert max(late) <= detour


def test_without_detours_each_film_is_done_in_turn(store: Store, films: Films) -> None:
    numbers = [films.job(name).id for name in "abc"]
    loads, ended = work_off(store, 0)
    assert (len(loads), ended) == (9, numbers)


def test_one_film_alone_is_never_put_back(store: Store, films: Films) -> None:
    job = films.job("a", JobState.PROCESSING)
    assert not Turns(store).gives_way(job, "writer", 8)


def test_an_urgent_film_goes_before_a_load(store: Store, films: Films) -> None:
    job = films.job("a", JobState.PROCESSING)
    urgent = films.job("b")
    store.prioritise(urgent.id, 1)
    assert Turns(store).gives_way(job, "writer", 8)


def test_the_next_two_are_read_from_an_index_each(store: Store) -> None:
    for query, values, steps in (
        (FIRST, (), "SCAN job USING INDEX job_turn"),
        (NEAR, ("eyes",), "SEARCH job USING INDEX job_needs (needs=?)"),
    ):
        plan = store._db.execute_sql(f"EXPLAIN QUERY PLAN {query}", values).fetchall()  # type: ignore[no-untyped-call]
        assert [row[3] for row in plan] == [steps]


def test_what_a_job_needs_is_forgotten_by_another_run(store: Store, films: Films) -> None:
    job = films.job("a", JobState.PROCESSING)
    back = store.put_back(job.id, "eyes", "waits")
    assert (back.state, back.needs, back.tries, back.reason) == (JobState.PENDING, "eyes", 0, "waits")
    store.claim(0)
    store.complete(job.id, "")
    assert store.move(job.id, JobState.PENDING).needs == ""
