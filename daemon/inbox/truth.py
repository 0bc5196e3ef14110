"""Makes the job table true to one inbox: looks through it, and writes down what differs.

File systems are read in threads; the table is written on the loop, a few jobs at a time, so that others get their turn.
"""

import asyncio
import logging
import shlex
import time
from collections.abc import Callable, Iterable

from daemon.contract.states import HoldCause, JobState
from daemon.contract.values import shown
from daemon.inbox.apply import Apply
from daemon.inbox.arriving import Arriving
from daemon.inbox.compare import Difference, New, crowd
from daemon.inbox.folder import Folder
from daemon.inbox.inboxes import NOWHERE, Inboxes
from daemon.inbox.place import place_of
from daemon.inbox.survey import Replaced, Survey, is_away, renames, survey
from daemon.inbox.watch import Hint
from daemon.jobs.rows import InboxSeen, Known
from daemon.jobs.store import Store

log = logging.getLogger(__name__)

CHUNK = 25  # differences written in one commit, before others may use the loop


class Truth:
    """What a scan finds becomes what the table says. ``lasting`` says how long so many films would take."""

    def __init__(
        self,
        store: Store,
        inboxes: Inboxes,
        arriving: Arriving,
        clock: Callable[[], float] = time.monotonic,
        lasting: Callable[[int], str] = lambda _films: "",
    ) -> None:
        self._lasting = lasting
        self._store = store
        self._inboxes = inboxes
        self._arriving = arriving
        self._apply = Apply(store, arriving)
        self._clock = clock

    def take_up(self, known: Iterable[Known], inbox: bytes, paused: str = "") -> None:
        """Looks at what was arriving and is not looked at: when the daemon starts, or when the folder is back."""
        for one in known:
            if one.state is JobState.ARRIVING and not one.gone and one.job_id not in self._arriving:
                self._arriving.begin(one.job_id, inbox, one.path, paused)

    async def make(self, folder: Folder, below: bytes, post: Callable[[Hint], None]) -> None:
        """Looks through an inbox from the folder ``below`` on, and notes what differs; one that is missing has its jobs held."""
        try:
            await self._look_through(folder, below, post)
        except OSError as error:
            await self._out_of_reach(folder, f"{shown(folder.path)} cannot be read: {error.strerror or error}.")

    async def _look_through(self, folder: Folder, below: bytes, post: Callable[[Hint], None]) -> None:
        place = await asyncio.to_thread(place_of, folder.path)
        seen = self._store.inbox_seen(folder.path, place.device, place.mount_id)
        await folder.keep_watch(place, post, natively=self._inboxes.natively(place))
        part = self._inboxes.part(folder.path, below if folder.place == place else folder.path)
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
        self.take_up(known.values(), folder.path, paused)
        for start in range(0, len(differences), CHUNK):
            self._apply.all(differences[start : start + CHUNK], folder, paused)
            await asyncio.sleep(0)
        folder.place = found.place  # at the end, so that a first scan that could not be written stays the first

    def _stands(self, folder: Folder, found: Survey, seen: InboxSeen) -> None:
        """The folder is there: what waited for it goes on."""
        if folder.away or folder.place is None:
            self._store.release(HoldCause.FOLDER, folder.path)
        if folder.away:
            log.info("%s is there again", shown(folder.path))
        if (seen.device, seen.mount_id) != (found.place.device, found.place.mount_id):
            self._store.inbox_accepted(folder.path, found.place.device, found.place.mount_id)
        folder.away, self._inboxes.remote = "", found.remote

    async def _with_renames(self, differences: tuple[Difference, ...]) -> tuple[Difference, ...]:
        if not any(isinstance(one, New) for one in differences):
            return differences
        known = [one for path in (NOWHERE, *self._inboxes.folders) for one in self._store.known(path).values()]
        return await asyncio.to_thread(renames, differences, known)

    def _crowded(self, folder: Folder, films: int) -> str:
        """Why the films of an inbox that is new to us are paused; ``""``: they are few enough."""
        if films <= self._inboxes.settings.watch.first_films:
            return ""
        resume = f"reelscribe resume --inbox {shlex.quote(shown(folder.path))}"
        lasting = self._lasting(films)
        take = f" (about {lasting} of work)" if lasting else ""
        said = "%s holds %d films that were there before%s; they are paused. `%s` lets them go on."
        log.warning(said, shown(folder.path), films, take, resume)
        self._store.announce({"inbox": shown(folder.path), "paused": films, "would_take": lasting, "advice": resume})
        return f"One of {films} films that were there before the inbox was watched{take}; `{resume}` lets them go on."

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
