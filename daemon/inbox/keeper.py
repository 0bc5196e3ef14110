"""Keeps the job table true to the inboxes: scans, watches between scans, and has every arriving file looked at.

The scan is the truth and an event is a hint: events only say where to scan sooner. File systems are read in threads; the table is
written on the loop, by the one who runs it.
"""

import asyncio
import contextlib
import logging
import os
import shlex
import stat
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from config.override_files import Mirrors
from config.settings import Settings
from daemon.contract.errors import CannotGoOn, MustWait, TryAgain
from daemon.contract.states import HoldCause, JobState
from daemon.contract.status import Inbox
from daemon.contract.values import shown
from daemon.inbox.admit import Rules, is_override, refusal, relative
from daemon.inbox.apply import GONE, Apply
from daemon.inbox.arriving import Arrival, Arriving
from daemon.inbox.compare import Difference, New, crowd
from daemon.inbox.folder import Folder
from daemon.inbox.place import Place, place_of, remote_devices
from daemon.inbox.scan import Part, overrides_of
from daemon.inbox.settle import Patience, same_content
from daemon.inbox.survey import Replaced, Survey, is_away, renames, survey
from daemon.inbox.watch import Hint, WatchdogLog
from daemon.inbox.why import Answer, of_job, of_stranger, waiting
from daemon.jobs.rows import Facts, InboxSeen, Known
from daemon.jobs.store import Store

log = logging.getLogger(__name__)

CHUNK = 25  # differences written in one commit, before others may use the loop
TABLE_AGAIN = 5.0  # seconds until a scan is tried again whose findings could not be written
NOWHERE = b""  # the inbox of films that lie in none and were added by hand


class Keeper:
    """The inboxes of one daemon. ``run`` is the loop, on the thread that the store belongs to.

    Below ``state_dir`` lie the overrides of folders that cannot be written. The clock gives monotonic seconds.
    """

    def __init__(
        self, store: Store, settings: Settings, *, state_dir: Path | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._state_dir = state_dir
        self._store = store
        self._clock = clock
        self._remote: frozenset[int] = frozenset()
        self._arriving = Arriving(store, self._patience, lambda: self._remote, self._lost, clock)
        self._apply = Apply(store, self._arriving)
        self._scanning = asyncio.Lock()
        self._hinted = asyncio.Event()
        self._folders: dict[bytes, Folder] = {}
        self._take_settings(settings)

    async def run(self) -> None:
        """Watches until cancelled; what was arriving then is taken up again at the next start."""
        self._want_all()
        with contextlib.ExitStack() as ending:
            ending.callback(self._store.on_event(self._arriving.hear))
            ending.enter_context(WatchdogLog(self._poster(self._want_all)))
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._run_scans(), name="inbox scans")
                    tasks.create_task(self._arriving.run(), name="arriving files")
            finally:
                for folder in self._folders.values():
                    await folder.end_watch()

    async def rescan(self) -> None:
        """A full scan of every inbox; returns once the table is true to it."""
        await asyncio.to_thread(self._read_mounts)
        self._take_up(self._store.known(NOWHERE).values(), NOWHERE)
        for folder in tuple(self._folders.values()):
            folder.want(folder.path)
            await self._scan(folder)

    async def reconfigure(self, settings: Settings) -> None:
        """Goes on with other settings: inboxes that are new are scanned, those that are none any more are let be."""
        before = self._folders
        self._take_settings(settings)
        for path in before.keys() - self._folders.keys():
            self._arriving.forget_inbox(path)
            await before[path].end_watch()
        for folder in self._folders.values():
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

    def why(self, path: Path) -> Answer:
        """What becomes of a file, and why."""
        raw = os.fsencode(path)
        folder = self._holding(raw)
        job, arrival = self._store.job_by_path(raw), self._arriving.at(raw)
        if job and arrival and arrival.observation:
            return Answer(answer=f"Job {job.id}: {waiting(arrival.observation, self._clock(), self._patience())}", job=job)
        return of_job(job) if job else of_stranger(raw, folder, self._rules)

    def overrides_of(self, film: bytes, inbox: bytes) -> str:
        """The stamp of the overrides that hold for a film at this moment, for ``store.complete`` to note."""
        folder = film.rpartition(b"/")[0] or b"/"
        holder = inbox if inbox and film.startswith(inbox.rstrip(b"/") + b"/") else folder
        return overrides_of(film, self._part(holder, folder))

    def inboxes(self) -> tuple[Inbox, ...]:
        """How each inbox is watched."""
        return tuple(_status(folder) for folder in self._folders.values())

    # Settings

    def _take_settings(self, settings: Settings) -> None:
        self._settings = settings
        self._rules = Rules.of(settings.watch.extensions, settings.watch.ignore)
        wanted = {os.fsencode(inbox.path.expanduser().absolute()): inbox.recipe for inbox in settings.inboxes}
        self._folders = {path: self._folders.get(path) or Folder(path, recipe) for path, recipe in wanted.items()}

    def _patience(self) -> Patience:
        return Patience(self._settings.settle, self._settings.settle_unsure)

    def _holding(self, path: bytes) -> Folder | None:
        """The inbox that a path lies in: the innermost."""
        holding = (folder for folder in self._folders.values() if path.startswith(folder.path.rstrip(b"/") + b"/"))
        return max(holding, key=lambda folder: len(folder.path), default=None)

    def _part(self, inbox: bytes, folder: bytes) -> Part:
        mirrors = Mirrors(Path(os.fsdecode(inbox)), self._settings.output, self._state_dir)
        return Part(inbox, folder, self._rules, frozenset(self._folders), lambda one: _mirrors_of(one, mirrors))

    # Hints

    def _poster(self, what: Callable[..., None]) -> Callable[..., None]:
        """The same from any thread: it is done on the loop, unless that has ended."""
        loop = asyncio.get_running_loop()

        def post(*about: object) -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(what, *about)

        return post

    def _hear(self, hint: Hint) -> None:
        if hint.path == hint.inbox:
            self._want(hint.inbox, hint.inbox)
        elif self._matters(hint) and not (self._arriving.hint(hint.path) and hint.closed):
            self._want(hint.inbox, hint.path.rpartition(b"/")[0])

    def _matters(self, hint: Hint) -> bool:
        holding = self._holding(hint.path)
        if holding is None or holding.path != hint.inbox:
            return False  # it lies in an inbox inside this one, whose own watch tells
        name = hint.path.rpartition(b"/")[2]
        return hint.folder or is_override(name) or not refusal(relative(hint.path, hint.inbox), self._rules)

    def _want(self, inbox: bytes, folder: bytes) -> None:
        if inbox in self._folders:
            self._folders[inbox].want(folder)
            self._hinted.set()

    def _want_all(self) -> None:
        for folder in self._folders.values():
            folder.want(folder.path)
        self._hinted.set()

    def _lost(self, arrival: Arrival) -> None:
        """Nothing lies where a file was arriving: a scan tells whether it goes by another name."""
        if arrival.inbox in self._folders:
            self._want(arrival.inbox, arrival.inbox)
        else:
            self._store.gone(arrival.job_id, GONE)

    # Scans

    async def _run_scans(self) -> None:
        await asyncio.to_thread(self._read_mounts)
        self._take_up(self._store.known(NOWHERE).values(), NOWHERE)
        while True:
            await self._until_due()
            for folder in tuple(self._folders.values()):
                due = folder.due()
                if due is not None and due <= self._clock():
                    await self._scan(folder)

    async def _until_due(self) -> None:
        self._hinted.clear()
        first = min((due for folder in self._folders.values() if (due := folder.due()) is not None), default=None)
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
                await self._look_into(folder, below)
            except (MustWait, TryAgain) as problem:
                log.warning("%s: what was found could not be noted: %s", shown(folder.path), problem.message)
                folder.want(below)
                folder.not_before = self._clock() + TABLE_AGAIN
            self._hinted.set()  # when the next scan is due may have changed

    async def _look_into(self, folder: Folder, below: bytes) -> None:
        try:
            await self._make_true(folder, below)
        except OSError as error:
            await self._out_of_reach(folder, f"{shown(folder.path)} cannot be read: {error.strerror or error}.")

    async def _make_true(self, folder: Folder, below: bytes) -> None:
        place = await asyncio.to_thread(place_of, folder.path)
        seen = self._store.inbox_seen(folder.path, place.device, place.mount_id)
        await self._keep_watch(folder, place)
        part = self._part(folder.path, below if folder.place == place else folder.path)
        known = {path: one for path, one in self._store.known(folder.path).items() if part.holds(path)}
        began = self._clock()
        try:
            found = await asyncio.to_thread(survey, part, known, seen.device)
        except OSError as error:
            if part.whole and not isinstance(error, Replaced):
                raise
            folder.want(folder.path)
            return
        finally:
            folder.scanned(began, self._clock())
        if part.whole and is_away(found.place, seen.device, folder.place, found.comparison):
            await self._out_of_reach(folder, f"{shown(folder.path)} is not the folder that it was; its disk may not be there.")
            return
        await self._note(folder, found, known, seen)

    async def _note(self, folder: Folder, found: Survey, known: dict[bytes, Known], seen: InboxSeen) -> None:
        """Writes what a scan found."""
        first = folder.place is None
        self._stands(folder, found, seen)
        differences = await self._with_renames(found.comparison.differences)
        paused = self._crowded(folder, crowd(known.values(), differences, new=seen.first)) if first else ""
        self._take_up(known.values(), folder.path, paused)
        for start in range(0, len(differences), CHUNK):
            self._apply.all(differences[start : start + CHUNK], folder, paused)
            await asyncio.sleep(0)

    def _stands(self, folder: Folder, found: Survey, seen: InboxSeen) -> None:
        """The folder is there: what waited for it goes on."""
        if folder.away or folder.place is None:
            self._store.release(HoldCause.FOLDER, folder.path)
        if folder.away:
            log.info("%s is there again", shown(folder.path))
        if (seen.device, seen.mount_id) != (found.place.device, found.place.mount_id):
            self._store.inbox_accepted(folder.path, found.place.device, found.place.mount_id)
        folder.place, folder.away, self._remote = found.place, "", found.remote

    async def _with_renames(self, differences: tuple[Difference, ...]) -> tuple[Difference, ...]:
        if not any(isinstance(one, New) for one in differences):
            return differences
        known = [one for path in (NOWHERE, *self._folders) for one in self._store.known(path).values()]
        return await asyncio.to_thread(renames, differences, known)

    def _crowded(self, folder: Folder, films: int) -> str:
        """Why the films of an inbox that is new to us are paused; ``""``: they are few enough."""
        if films <= self._settings.watch.first_films:
            return ""
        resume = f"reelscribe resume --inbox {shlex.quote(shown(folder.path))}"
        log.warning("%s holds %d films that were there before; they are paused. `%s` lets them go on.", shown(folder.path), films, resume)
        self._store.announce({"inbox": shown(folder.path), "paused": films, "advice": resume})
        return f"One of {films} films that were there before the inbox was watched; `{resume}` lets them go on."

    def _take_up(self, known: Iterable[Known], inbox: bytes, paused: str = "") -> None:
        """Looks at what was arriving and is not looked at: when the daemon starts, or when the folder is back."""
        for one in known:
            if one.state is JobState.ARRIVING and not one.gone and one.job_id not in self._arriving:
                self._arriving.begin(one.job_id, inbox, one.path, paused)

    async def _out_of_reach(self, folder: Folder, reason: str) -> None:
        """The folder is missing: its jobs wait for it, and nothing in it counts as gone."""
        await folder.end_watch()
        self._arriving.forget_inbox(folder.path)
        advice = "Mount the disk or put the folder back; its jobs go on by themselves."
        held = self._store.hold_folder(folder.path, reason, advice)
        if folder.away != reason:
            log.warning("%s Its jobs wait (%d).", reason, held)
            self._store.announce({"inbox": shown(folder.path), "missing": reason, "advice": advice})
        folder.away = reason

    async def _keep_watch(self, folder: Folder, place: Place) -> None:
        folder.remote = place.device in self._remote
        natively = not (self._settings.watch.polling or folder.remote)
        await folder.keep_watch(place, self._poster(self._hear), natively=natively)

    def _read_mounts(self) -> None:
        self._remote = remote_devices()

    def _add(self, path: bytes, facts: Facts) -> int:
        folder = self._holding(path)
        inbox, recipe = (folder.path, folder.recipe) if folder else (NOWHERE, "screenplay")
        before = self._store.job_by_path(path)
        if before and not before.gone and same_content(before.facts, facts) and before.state is not JobState.CANCELLED:
            return before.id
        job_id = self._store.arrive(path, inbox, facts, recipe)
        job = self._store.job(job_id)
        if job and job.state is JobState.ARRIVING:
            self._arriving.begin(job_id, inbox, path)
        return job_id


def _mirrors_of(folder: bytes, mirrors: Mirrors) -> tuple[bytes, ...]:
    """Where else the overrides of a folder may lie."""
    return tuple(os.fsencode(place) for place in mirrors.of(Path(os.fsdecode(folder)))[1:])


def _status(folder: Folder) -> Inbox:
    watched = "missing" if folder.away else "polling" if folder.polled else "events"
    return Inbox(path=shown(folder.path), path_bytes=Path(os.fsdecode(folder.path)), watched=watched, note=folder.away or folder.note)
