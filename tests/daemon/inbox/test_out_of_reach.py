"""A file that arrives and cannot be reached for a while: its job waits, says so, and is not asked after all the time."""

import os
from pathlib import Path

import pytest

from daemon.contract.states import JobState
from daemon.inbox import arriving
from daemon.inbox.arriving import BEYOND, Arrival, Arriving
from daemon.inbox.lease import Missing
from daemon.inbox.settle import Look, Patience
from daemon.jobs.rows import Facts
from daemon.jobs.store import Store

FACTS = Facts(1, 2, 3, 4, 5)
TOO_LONG = b"a" * 300  # a name that no file system looks up


class Arrivals:
    """One file that arrives, under a clock of the test's."""

    def __init__(self, store: Store, path: bytes) -> None:
        self.store, self.now = store, 0.0
        self.missed: list[Arrival] = []
        self.arriving = Arriving(store, lambda: Patience(1, 1), frozenset, self.missed.append, lambda: self.now)
        self.job = store.arrive(path, b"", FACTS, "screenplay")
        self.arriving.begin(self.job, b"", path)

    async def look(self, now: float) -> str:
        """What the job says after another look at ``now``, where one is due."""
        self.now = now
        await self.arriving.step()
        job = self.store.job(self.job)
        assert job
        assert job.state is JobState.ARRIVING
        return job.reason


async def test_a_file_out_of_reach_says_so_and_is_looked_at_less_often(store: Store, tmp_path: Path) -> None:
    arrivals = Arrivals(store, os.fsencode(tmp_path) + b"/" + TOO_LONG)
    assert await arrivals.look(0) == "The file cannot be reached: its folder cannot be read."
    for second in range(1, int(BEYOND)):
        await arrivals.look(second)
    assert len(arrivals.missed) == 1
    await arrivals.look(BEYOND)
    assert len(arrivals.missed) == 2


async def test_what_is_back_says_no_more_that_it_is_away(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrivals = Arrivals(store, os.fsencode(tmp_path / "film.mp4"))
    found: list[Look | Missing] = [Missing.DISK]
    monkeypatch.setattr(arriving, "_look_at", lambda paths, _remote: found * len(paths))
    assert await arrivals.look(0) == "The file cannot be reached: its disk does not answer."
    monkeypatch.undo()
    (tmp_path / "film.mp4").write_bytes(b"film")
    assert await arrivals.look(BEYOND) == ""
