"""Keeps the job table true to the inboxes: scans, watches between scans, and has every arriving file looked at.

The scan is the truth and an event is a hint: events only say where to scan sooner. File systems are read in threads; the table is
written on the loop, by the one who runs it.
"""

import asyncio
import contextlib
import logging
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from config.settings import Settings
from daemon.contract.errors import CannotGoOn, MustWait, TryAgain
from daemon.contract.states import JobState
from daemon.contract.status import Inbox
from daemon.contract.values import shown
from daemon.inbox.admit import is_override, refusal, relative
from daemon.inbox.apply import GONE, OVERRIDDEN
from daemon.inbox.arriving import Arrival, Arriving
from daemon.inbox.edits import Edits
from daemon.inbox.findings import Findings
from daemon.inbox.folder import Folder
from daemon.inbox.inboxes import NOWHERE, Inboxes
from daemon.inbox.scan import overrides_of
from daemon.inbox.settle import same_content
from daemon.inbox.truth import Truth
from daemon.inbox.watch import Hint, WatchdogLog
from daemon.inbox.why import Answer, of_job, of_stranger, waiting
from daemon.jobs.moves import ENDED
from daemon.jobs.rows import EventRow, Facts, JobRow
from daemon.jobs.store import Store

log = logging.getLogger(__name__)

TABLE_AGAIN = 5.0  # seconds until a scan is tried again whose findings could not be written


class Keeper:
    """The inboxes of one daemon. ``run`` is the loop, on the thread that the store belongs to.

    Below ``state_dir`` lie the overrides of folders that cannot be written. The clock gives monotonic seconds;
    ``lasting`` says how long so many films would take.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        state_dir: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
        lasting: Callable[[int], str] = lambda _films: "",
    ) -> None:
        self._store = store
        self._clock = clock
        self._inboxes = Inboxes(settings, state_dir)
        self._arriving = Arriving(store, self._inboxes.patience, lambda: self._inboxes.remote, self._lost, clock)
        self._findings = Findings(store, self._arriving)
        self._truth = Truth(store, self._inboxes, self._findings, clock, lasting)
        self._edits = Edits(store, self._inboxes.patience, lambda: self._inboxes.remote, clock)
        self._scanning = asyncio.Lock()
        self._hinted = asyncio.Event()
        self._unnoted = ""  # why the last scan's findings could not be written

    async def run(self) -> None:
        """Watches until cancelled; what was arriving then is taken up again at the next start."""
        self._want_all()
        with contextlib.ExitStack() as ending:
            ending.callback(self._store.on_event(self._arriving.hear))
            ending.callback(self._store.on_event(self._hear_of_job))
            ending.enter_context(WatchdogLog(self._poster(self._want_all)))
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._run_scans(), name="inbox scans")
                    tasks.create_task(self._arriving.run(), name="arriving files")
                    tasks.create_task(self._edits.run(), name="edited scripts")
            finally:
                for folder in self._inboxes.folders.values():
                    await folder.end_watch()

    async def rescan(self) -> None:
        """A full scan of every inbox; returns once the table is true to it."""
        await self._begin_scans()
        await self._scan_all()
        if self._findings.missed:  # a film may have been moved to where the scan had been already
            await self._scan_all()
        await self._edits.scan()

    async def reconfigure(self, settings: Settings) -> None:
        """Goes on with other settings: inboxes that are new are scanned, those that are none any more are let be."""
        before = self._inboxes.folders
        self._inboxes.take(settings)
        async with self._scanning:  # a scan begins a watch
            for path in before.keys() - self._inboxes.folders.keys():
                self._findings.forget_inbox(path)
                await before[path].end_watch()
            for folder in self._inboxes.folders.values():
                folder.watched = None  # polling may have been switched
        await self.rescan()

    async def add(self, path: Path) -> int:
        """Takes a file that a person names, wherever it lies and whatever it is called. Gives its job's number.

        Raises:
            CannotGoOn: there is no regular file.
        """
        raw = os.fsencode(path)
        try:
            status = await asyncio.to_thread(os.lstat, raw)
        except OSError as error:
            raise CannotGoOn(f"{shown(raw)} cannot be read: {error.strerror}.", "Check the path and its rights.") from error
        if not stat.S_ISREG(status.st_mode):
            raise CannotGoOn(f"{shown(raw)} is not a regular file.", "Name the film itself.")
        return self._add(raw, Facts.of(status))

    def look_at(self, job: JobRow) -> None:
        """Has the choices of a job's film looked at, soon; those of a film that lies in no inbox are taken up at once."""
        folder = self._inboxes.holding(job.path)
        if folder:
            self._want(folder.path, job.path.rpartition(b"/")[0])
        elif job.state in ENDED:
            self._store.reopen(job.id, OVERRIDDEN, self.overrides_of(job.path, job.inbox))

    def why(self, path: Path) -> Answer:
        """What becomes of a file, and why."""
        raw = os.fsencode(path)
        folder = self._inboxes.holding(raw)
        job, arrival = self._store.job_by_path(raw), self._arriving.at(raw)
        if job and arrival and arrival.observation:
            return Answer(answer=f"Job {job.id}: {waiting(arrival.observation, self._clock(), self._inboxes.patience())}", job=job)
        return of_job(job) if job else of_stranger(raw, folder, self._inboxes.rules, removed=self._is_removed(raw))

    def overrides_of(self, film: bytes, inbox: bytes) -> str:
        """The stamp of the overrides that hold for a film at this moment, for ``store.complete`` to note."""
        folder = film.rpartition(b"/")[0] or b"/"
        holder = inbox if inbox and film.startswith(inbox.rstrip(b"/") + b"/") else folder
        return overrides_of(film, self._inboxes.part(holder, folder))

    def inboxes(self) -> tuple[Inbox, ...]:
        """How each inbox is watched."""
        return tuple(_status(folder) for folder in self._inboxes.folders.values())

    def _is_removed(self, path: bytes) -> bool:
        """Whether a person deleted the job of this very file."""
        try:
            return bool(self._store.removed_at([(path, Facts.of(os.lstat(path)))]))
        except OSError:
            return False

    # Hints

    def _poster(self, what: Callable[..., None]) -> Callable[..., None]:
        """The same from any thread: it is done on the loop, unless that has ended."""
        loop = asyncio.get_running_loop()

        def post(*about: object) -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(what, *about)

        return post

    def _hear(self, hint: Hint) -> None:
        self._edits.hint(hint.path)
        if hint.path == hint.inbox:
            self._want(hint.inbox, hint.inbox)
        elif self._matters(hint) and not (self._arriving.hint(hint.path) and hint.closed):
            self._want(hint.inbox, hint.path.rpartition(b"/")[0])

    def _hear_of_job(self, event: EventRow) -> None:
        """Follows the table: the choices of a film whose run has ended may have changed meanwhile."""
        completed = event.type == "job.changed" and event.data.get("state") == JobState.COMPLETED
        if (
            completed
            and event.job_id
            and (job := self._store.job(event.job_id))
            and job.overrides != self.overrides_of(job.path, job.inbox)
        ):
            asyncio.get_running_loop().call_soon(self.look_at, job)

    def _matters(self, hint: Hint) -> bool:
        holding = self._inboxes.holding(hint.path)
        if holding is None or holding.path != hint.inbox:
            return False  # it lies in an inbox inside this one, whose own watch tells
        name = hint.path.rpartition(b"/")[2]
        return hint.folder or is_override(name) or not refusal(relative(hint.path, hint.inbox), self._inboxes.rules)

    def _want(self, inbox: bytes, folder: bytes) -> None:
        if inbox in self._inboxes.folders:
            self._inboxes.folders[inbox].want(folder)
            self._hinted.set()

    def _want_all(self) -> None:
        self._inboxes.want_all()
        self._hinted.set()

    def _lost(self, arrival: Arrival) -> None:
        """No file is found where one was arriving: a scan tells whether it goes by another name, or whether the inbox is there at all."""
        if arrival.inbox in self._inboxes.folders:
            self._want(arrival.inbox, arrival.inbox)
        elif not arrival.beyond:
            self._store.gone(arrival.job_id, GONE)

    # Scans

    async def _run_scans(self) -> None:
        await self._begin_scans()
        await self._edits.scan()
        while True:
            await self._until_due()
            for folder in tuple(self._inboxes.folders.values()):
                due = folder.due()
                if due is not None and due <= self._clock():
                    await self._scan(folder)

    async def _begin_scans(self) -> None:
        await asyncio.to_thread(self._inboxes.read_mounts)
        self._findings.take_up(self._store.arriving_in(NOWHERE), NOWHERE)

    async def _scan_all(self) -> None:
        for folder in tuple(self._inboxes.folders.values()):
            folder.want(folder.path)
            await self._scan(folder)

    async def _until_due(self) -> None:
        self._hinted.clear()
        first = min((due for folder in self._inboxes.folders.values() if (due := folder.due()) is not None), default=None)
        wait = None if first is None else max(first - self._clock(), 0)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._hinted.wait()

    async def _scan(self, folder: Folder) -> None:
        """Makes the table true to what was wanted of an inbox."""
        async with self._scanning:
            below = folder.take()
            if below is None:
                return  # another scan was quicker
            try:
                await self._truth.make(folder, below, self._poster(self._hear))
            except (MustWait, TryAgain) as problem:
                if problem.message != self._unnoted:
                    log.warning("%s: what was found could not be noted: %s", shown(folder.path), problem.message)
                self._unnoted = problem.message
                folder.want(below)
                folder.not_before = self._clock() + TABLE_AGAIN
            else:
                self._unnoted = ""
            self._hinted.set()  # when the next scan is due may have changed

    def _add(self, path: bytes, facts: Facts) -> int:
        folder = self._inboxes.holding(path)
        inbox, recipe = (folder.path, folder.recipe) if folder else (NOWHERE, "screenplay")
        before = self._store.job_by_path(path)
        if before and not before.gone and same_content(before.facts, facts) and before.state is not JobState.CANCELLED:
            return before.id
        job_id = self._store.arrive(path, inbox, facts, recipe)
        job = self._store.job(job_id)
        if job and job.state is JobState.ARRIVING:
            self._arriving.begin(job_id, inbox, path)
        return job_id


def _status(folder: Folder) -> Inbox:
    watched: Literal["events", "polling", "missing"] = "missing" if folder.away else "polling" if folder.polled else "events"
    return Inbox(path=shown(folder.path), path_bytes=Path(os.fsdecode(folder.path)), watched=watched, note=folder.away or folder.note)
