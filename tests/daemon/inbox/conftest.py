"""A real store, a real folder, and a keeper that runs between them."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from config.settings import Inbox, Settings, Watch
from daemon.contract.states import JobState
from daemon.inbox.keeper import Keeper
from daemon.jobs.rows import EventRow, JobRow
from daemon.jobs.store import Store

DEADLINE = 40.0  # seconds, on a busy machine; less than the minute after which a scan finds what an event did not tell


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "jobs.db")
    yield store
    store.close()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def settings_for(*inboxes: Path, settle: float = 0.2, unsure: float = 0.3, **watch: object) -> Settings:
    return Settings(
        inboxes=tuple(Inbox(path=path) for path in inboxes), settle=settle, settle_unsure=unsure, watch=Watch.model_validate(watch)
    )


class Daemon:
    """What a test sees of a keeper at work: the table, and a way to wait for it."""

    def __init__(self, store: Store, keeper: Keeper) -> None:
        self.store = store
        self.keeper = keeper
        self.events: list[EventRow] = []
        self._told = asyncio.Event()

    def hear(self, event: EventRow) -> None:
        self.events.append(event)
        self._told.set()

    def job(self, path: Path | bytes) -> JobRow | None:
        return self.store.job_by_path(os.fsencode(path))

    def state(self, path: Path | bytes) -> JobState | None:
        job = self.job(path)
        return job.state if job else None

    def jobs(self) -> dict[bytes, JobState]:
        return {job.path: job.state for job in self.store.page(limit=100_000).items}

    async def until(self, true: Callable[[], bool]) -> None:
        """Waits for the table's events until this is true."""
        async with asyncio.timeout(DEADLINE):
            while not true():
                self._told.clear()
                await self._told.wait()

    async def until_state(self, path: Path | bytes, state: JobState) -> JobRow:
        await self.until(lambda: self.state(path) is state)
        job = self.job(path)
        assert job
        return job

    async def looked_at(self, path: Path) -> None:
        """Waits until another look is taken at what arrives there."""
        arrival = self.keeper._arriving.at(os.fsencode(path))
        assert arrival
        before = arrival.looked
        await reached(lambda: arrival.looked != before)


async def reached(true: Callable[[], bool]) -> None:
    """Waits for what nobody tells of: asks at every turn of the loop's clock."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def ask() -> None:
        if true():
            done.set()
        else:
            loop.call_later(0.01, ask)

    ask()
    async with asyncio.timeout(DEADLINE):
        await done.wait()


Start = Callable[..., contextlib.AbstractAsyncContextManager[Daemon]]


@pytest.fixture
def start(store: Store) -> Start:
    @contextlib.asynccontextmanager
    async def running(settings: Settings) -> AsyncIterator[Daemon]:
        daemon = Daemon(store, Keeper(store, settings))
        unsubscribe = store.on_event(daemon.hear)
        task = asyncio.create_task(daemon.keeper.run())
        try:
            await daemon.keeper.rescan()
            yield daemon
        finally:
            unsubscribe()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    return running


def film(path: Path, content: bytes = b"a film") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def move(path: Path, to: Path) -> None:
    path.rename(to)


def make(folder: Path) -> None:
    folder.mkdir()


def remove(path: Path) -> None:
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink()
