"""Inboxes with very many films: nobody waits for a look into them."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon.contract.states import JobState
from daemon.inbox.findings import CHUNK
from daemon.inbox.keeper import Keeper
from daemon.jobs.holding import SLICE
from daemon.jobs.rows import EventRow
from daemon.jobs.scanning import PAGE
from daemon.jobs.store import Store
from tests.daemon.inbox.conftest import Start, move, settings_for


class Turns:
    """The most that is done in one turn of the loop: rows read, jobs told of, and seconds that the loop's thread works."""

    def __init__(self, store: Store) -> None:
        self.rows = self.told = 0
        self.most_rows = self.most_told = 0
        self.longest = 0.0
        self._store = store

    @contextlib.asynccontextmanager
    async def counted(self) -> AsyncIterator[None]:
        real = self._store._read

        def read(query: Any) -> list[tuple[Any, ...]]:
            rows = real(query)
            self.rows += len(rows)
            return rows

        end = self._store.on_event(self._hear)
        self._store._read = read  # type: ignore[method-assign]
        counting = asyncio.create_task(self._count())
        try:
            yield
        finally:
            counting.cancel()
            self._store._read = real  # type: ignore[method-assign]
            end()

    def _hear(self, event: EventRow) -> None:
        self.told += event.job_id is not None

    async def _count(self) -> None:
        while True:
            began = time.thread_time()
            await asyncio.sleep(0)
            self.longest = max(self.longest, time.thread_time() - began)
            self.most_rows, self.most_told = max(self.rows, self.most_rows), max(self.told, self.most_told)
            self.rows = self.told = 0


def lay(folder: Path, films: int) -> None:
    """Films in a tree, a hundred in a folder."""
    for number in range(films):
        path = folder / str(number // 1000) / str(number // 100) / f"{number}.mp4"
        if number % 100 == 0:
            path.parent.mkdir(parents=True)
        path.touch()


async def test_a_look_at_many_films_lets_others_have_their_turn_in_between(store: Store, inbox: Path) -> None:
    films = 3 * PAGE
    lay(inbox, films)
    keeper, first, second = Keeper(store, settings_for(inbox, polling=True)), Turns(store), Turns(store)
    async with first.counted():
        await keeper.rescan()
    async with second.counted():
        await keeper.rescan()
    assert store.counts()[JobState.ARRIVING] == films
    assert second.most_told == 0
    assert first.most_told <= CHUNK
    assert max(first.most_rows, second.most_rows) <= PAGE + CHUNK
    shutil.rmtree(inbox / "0")
    async with second.counted():
        await keeper.rescan()
    assert store.counts()[JobState.CANCELLED] == 1000
    assert second.most_told <= CHUNK
    assert second.most_rows <= PAGE + CHUNK


async def test_an_inbox_with_many_films_that_goes_missing_and_comes_back_lets_others_have_their_turn(store: Store, inbox: Path) -> None:
    films = SLICE + 100
    lay(inbox, films)
    keeper, turns = Keeper(store, settings_for(inbox, polling=True)), Turns(store)
    await keeper.rescan()
    with store.together():
        for job in store.arriving_in(os.fsencode(inbox)):
            store.settled(job.job_id, job.facts)
    async with turns.counted():
        move(inbox, inbox.parent / "away")
        await keeper.rescan()
        assert store.counts()[JobState.HELD] == films
        move(inbox.parent / "away", inbox)
        await keeper.rescan()
        assert store.counts()[JobState.PENDING] == films
    assert turns.most_told <= SLICE


@contextlib.contextmanager
def disk(folder: Path) -> Iterator[None]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "films", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.faults
@pytest.mark.needs("mount", "umount")
async def test_a_deep_tree_over_two_disks_with_rules_is_looked_through_while_others_work(start: Start, store: Store, inbox: Path) -> None:
    """The loop's own thread never works longer in one piece than a client would notice; what the rules leave out is not gone into."""
    films, deep = 10_000, Path(*(f"level {depth}" for depth in range(60)))
    with disk(inbox / "disk"):
        lay(inbox / deep, films // 2)
        lay(inbox / "disk" / "films", films // 2)
        lay(inbox / "disk" / "samples", 500)
        lay(inbox / ".trash", 500)
        turns = Turns(store)
        async with turns.counted(), start(settings_for(inbox, ignore=("samples",), settle=600)) as daemon:
            await daemon.keeper.rescan()
            assert store.counts()[JobState.ARRIVING] == films
            assert sum(one.state is JobState.ARRIVING for one in store.page(limit=films + 1000).items) == films
        assert turns.longest < 0.2
