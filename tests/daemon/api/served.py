"""The real app over a real table on a real socket, in this loop or in a thread of its own."""

import asyncio
import os
import shutil
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from fastapi import FastAPI

from config.places import Places
from config.settings import Settings
from daemon.api.app import create
from daemon.api.controls import System
from daemon.api.server import Server
from daemon.api.views import job as job_view
from daemon.contract.alerts import Alert
from daemon.contract.doctor import Finding
from daemon.contract.jobs import Why
from daemon.contract.states import JobState
from daemon.contract.status import Inbox
from daemon.contract.values import shown
from daemon.editing.choosing import Choosing
from daemon.editing.scripts import Scripts
from daemon.editing.timeline import Timelines
from daemon.jobs.errors import NoSuchJob
from daemon.jobs.moves import ENDED, check
from daemon.jobs.store import Facts, JobRow, Store
from daemon.upkeep import alerts
from daemon.worker.artefacts import Artefacts

Answer = TypeVar("Answer")
VERSION = "0.1.0"
INBOX = b"/films/inbox"
NOWHERE = Path("/nowhere/to/be/found.mp4")


class TableControls:
    """The controls as far as the table alone goes: there is no inbox to watch and nothing runs."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.folder = folder
        self._store = store
        self._artefacts = Artefacts(folder / "artefacts")
        self.changed: list[int] = []
        places = Places(state=folder, models=folder, socket=folder / "reelscribe.sock", environ={})
        self.choices = Choosing(store, places, Settings, lambda job: self.changed.append(job.id))
        self.scripts = Scripts(store, self._artefacts, self.choices)
        self.timelines = Timelines(store, self._artefacts, self.choices, self.scripts)
        self.price: float | None = None
        self.inboxes: tuple[Inbox, ...] = (Inbox(path=shown(INBOX), path_bytes=Path(os.fsdecode(INBOX))),)
        self.moved: float | None = None  # when any work last got on, unix time; None: just now
        self.seen: dict[str, object] = {}  # what lies around: Ollama, disk, forecast
        self.found = (Finding(name="ffmpeg", verdict="ok", found="ffmpeg version 9"),)

    async def add(self, path: Path) -> int:
        if path == NOWHERE:
            raise NoSuchJob("there is no such file", "is it spelt as it is on the disk?")
        number = self._store.arrive(os.fsencode(path), os.fsencode(path.parent), facts(), "screenplay")
        self._store.move(number, JobState.PENDING)
        return number

    async def why(self, path: Path) -> Why:
        job = self._store.job_by_path(os.fsencode(path))
        answer = "it has a job" if job else "no inbox has it"
        return Why(path=shown(path), answer=answer, advice="" if job else "reelscribe add takes it", job=job_view(job) if job else None)

    async def retry(self, job_id: int) -> None:
        self._move(job_id, JobState.PENDING, among=ENDED | {JobState.HELD})

    async def cancel(self, job_id: int) -> None:
        self._move(job_id, JobState.CANCELLED)

    async def pause(self, job_id: int) -> None:
        self._move(job_id, JobState.PAUSED)

    async def resume(self, job_id: int) -> None:
        self._move(job_id, JobState.PENDING, among={JobState.PAUSED})

    async def resume_all(self, inbox: Path | None) -> int:
        paused = self._store.page(state=JobState.PAUSED, limit=500).items
        chosen = [job for job in paused if inbox is None or job.inbox == os.fsencode(inbox)]
        for job in chosen:
            self._store.move(job.id, JobState.PENDING)
        return len(chosen)

    async def delete(self, job_id: int) -> None:
        self._store.delete(job_id)

    async def learn(self, job_id: int) -> tuple[int, ...]:
        marked = [skip for skip in self._store.skips(job_id) if skip.reason == "manual"]
        if not marked:
            raise NoSuchJob("nobody left anything out", "write it under skips:")
        return tuple(self._store.learn(job_id, skip.start, skip.end, skip.note, b"sound", "a.mp4") for skip in marked)

    async def forget(self, learned_id: int) -> None:
        self._store.forget(learned_id)

    def system(self) -> System:
        return System(inboxes=self.inboxes)

    async def looked_around(self) -> System:
        return self.system().model_copy(update=self.seen)

    async def alerts(self, since: float) -> tuple[Alert, ...]:
        now = time.time()
        moved = now if self.moved is None else self.moved
        return alerts.alerts(alerts.facts(self._store, self.inboxes, moved, now, since), now)

    async def doctor(self, *, speed: bool) -> tuple[Finding, ...]:
        measured = Finding(name="speed", verdict="warn", found="1.0 tokens a second", advice="A smaller model is faster.")
        return (*self.found, measured) if speed else self.found

    def _move(self, job_id: int, to: JobState, among: frozenset[JobState] | set[JobState] | None = None) -> None:
        job = self._store.job(job_id)
        if job is not None and among is not None and job.state not in among:
            check(job.state, JobState.ARRIVING)
        self._store.move(job_id, to)


@dataclass
class Served:
    """A daemon, as far as its socket shows."""

    store: Store
    socket: Path
    server: Server
    controls: TableControls
    app: FastAPI

    def film(self, name: str | bytes, state: JobState = JobState.PENDING, reason: str = "", advice: str = "", detail: str = "") -> JobRow:
        """A job that took the shortest way to its state, which is not ``processing``."""
        path = INBOX + b"/" + (name if isinstance(name, bytes) else os.fsencode(name))
        number = self.store.arrive(path, INBOX, facts(), "screenplay")
        if state not in (JobState.ARRIVING, JobState.IGNORED, JobState.CANCELLED):
            self.store.settled(number, facts())
        if state in (JobState.COMPLETED, JobState.FAILED):
            self.store.move(number, JobState.PROCESSING)
        if state not in (JobState.ARRIVING, JobState.PENDING):
            self.store.move(number, state, reason=reason, advice=advice, detail=detail)
        found = self.store.job(number)
        assert found is not None
        return found


def facts() -> Facts:
    return Facts(device=1, inode=2, size=3, mtime_ns=4, ctime_ns=5)


@asynccontextmanager
async def served(folder: Path, clock: Callable[[], float] | None = None, heartbeat: float = 15.0) -> AsyncIterator[Served]:
    """In this loop."""
    store = Store.open(folder / "reelscribe.db", **({"clock": clock} if clock else {}))
    controls = TableControls(store, folder)
    app = create(store, controls, VERSION, heartbeat)
    server = Server(app, folder / "reelscribe.sock")
    try:
        await server.start()
        yield Served(store, server.path, server, controls, app)
    finally:
        app.state.broadcast.close()
        await server.stop()
        store.close()


class Elsewhere:
    """The same in a thread of its own, for who has no loop; ``call`` runs there."""

    def __init__(self, served: Served, loop: asyncio.AbstractEventLoop) -> None:
        self._served = served
        self._loop = loop
        self.socket = served.socket

    def call(self, act: Callable[[Served], Answer]) -> Answer:
        async def acted() -> Answer:
            return act(self._served)

        return asyncio.run_coroutine_threadsafe(acted(), self._loop).result(10)


@contextmanager
def served_elsewhere(folder: Path, clock: Callable[[], float] | None = None) -> Iterator[Elsewhere]:
    """In a thread."""
    started: list[Elsewhere] = []
    is_there = threading.Event()
    enough: list[asyncio.Event] = []

    async def serve() -> None:
        enough.append(asyncio.Event())
        async with served(folder, clock) as daemon:
            started.append(Elsewhere(daemon, asyncio.get_running_loop()))
            is_there.set()
            await enough[0].wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert is_there.wait(60), "the daemon did not start"
    try:
        yield started[0]
    finally:
        started[0].call(lambda _: enough[0].set())
        thread.join(10)


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder whose name leaves room for a socket's (107 bytes)."""
    folder = Path(tempfile.mkdtemp(prefix="rs-"))
    yield folder
    shutil.rmtree(folder)
