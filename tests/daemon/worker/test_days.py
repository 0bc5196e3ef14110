"""Simulated hours of arrivals, of an Ollama that goes and comes, and of restarts: nothing lost, nothing doubled, memory flat."""

import gc
from collections import Counter
from pathlib import Path

import pytest

from config.settings import Settings
from daemon.contract.states import Stage
from daemon.worker import child
from daemon.worker.artefacts import Artefacts
from tests.faults.days import Child, Day

OBJECTS = 5_000  # that eighteen hours may leave: the films' names and what was done are in the test's own lists


@pytest.fixture
def day(tmp_path: Path, short_film: Path, artefacts: Artefacts, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Day:
    stand_in = Child(artefacts.root)
    monkeypatch.setattr(child, "run", stand_in.run)
    return Day(tmp_path, short_film, stand_in, settings, seed=5)


def assert_each_once(day: Day) -> None:
    assert day.completed() == len(day.films) == len(list(day.inbox.glob("*.fountain")))
    assert sum(day.store.counts().values()) == len(day.films)
    done = Counter(day.child.done)
    assert {stage_film: times for stage_film, times in done.items() if times > 1} == {}
    assert {film for _, film in done} == set(day.films)


async def test_an_hour(day: Day) -> None:
    await day.last(hours=1)
    assert day.films
    assert_each_once(day)
    day.store.close()


@pytest.mark.faults
async def test_twenty_four_hours(day: Day) -> None:
    await day.last(hours=6)
    gc.collect()
    early = len(gc.get_objects())
    await day.last(hours=24)
    gc.collect()
    late = len(gc.get_objects())
    assert day.restarts
    assert Stage.WRITE in {stage for stage, _ in day.child.done}
    assert_each_once(day)
    assert late - early < OBJECTS, (early, late)
    day.store.close()
