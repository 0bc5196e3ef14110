"""A worker that is told to end while news come in ends, in whatever order the loop hears of the two."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from daemon.jobs.store import JobRow, Store
from daemon.stages.recipe import Order
from daemon.worker.artefacts import Artefacts
from daemon.worker.worker import Worker


def no_order(_: JobRow) -> Order:
    raise AssertionError("there is no job")


@pytest.mark.parametrize("turns", range(5))
async def test_a_worker_that_is_told_of_something_and_to_end_at_once_ends(tmp_path: Path, turns: int) -> None:
    with contextlib.closing(Store.open(tmp_path / "jobs.db")) as store:
        working = asyncio.create_task(Worker(store, Artefacts(tmp_path / "artefacts"), no_order).run())
        for _ in range(5):  # until it sleeps
            await asyncio.sleep(0)
        store.announce({"inbox": "/films"})
        for _ in range(turns):
            await asyncio.sleep(0)
        working.cancel()
        done, _ = await asyncio.wait([working], timeout=5)
        working.cancel()
        assert done
