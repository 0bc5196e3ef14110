"""Makes the job table true to one inbox: looks through it, and has what differs written down.

File systems are read in threads; the table is read and written on the loop, a few jobs at a time, so that others get their turn.
"""

import asyncio
import logging
import shlex
import time
from collections.abc import Callable
from itertools import count

from daemon.contract.states import HoldCause
from daemon.contract.values import shown
from daemon.inbox.findings import Findings
from daemon.inbox.folder import Folder
from daemon.inbox.inboxes import Inboxes
from daemon.inbox.place import Place, place_of, remote_devices
from daemon.inbox.scan import Part
from daemon.inbox.survey import Replaced, Walk, roll_call, stands_elsewhere
from daemon.inbox.survey import count as films_in
from daemon.inbox.watch import Hint
from daemon.jobs.holding import in_slices
from daemon.jobs.rows import InboxSeen
from daemon.jobs.store import Store

log = logging.getLogger(__name__)


class Truth:
    """What a scan finds becomes what the table says. ``lasting`` says how long so many films would take."""

    def __init__(
        self,
        store: Store,
        inboxes: Inboxes,
        findings: Findings,
        clock: Callable[[], float] = time.monotonic,
        lasting: Callable[[int], str] = lambda _films: "",
    ) -> None:
        self._lasting = lasting
        self._store = store
        self._inboxes = inboxes
        self._findings = findings
        self._clock = clock
        self._looks = count(1)

    async def make(self, folder: Folder, below: bytes, post: Callable[[Hint], None]) -> None:
        """Looks through an inbox from the folder ``below`` on, and notes what differs; one that is missing has its jobs held."""
        try:
            await self._look(folder, below, post)
        except OSError as error:
            await self._out_of_reach(folder, f"{shown(folder.path)} cannot be read: {error.strerror or error}.")
        await self._findings.settle(self._inboxes.folders.values())

    async def _look(self, folder: Folder, below: bytes, post: Callable[[Hint], None]) -> None:
        place = await asyncio.to_thread(place_of, folder.path)
        seen = self._store.inbox_seen(folder.path, place.device, place.mount_id)
        await folder.keep_watch(place, post, self._clock(), natively=self._inboxes.natively(place))
        part = self._inboxes.part(folder.path, below if folder.place == place else folder.path)
        began = self._clock()
        try:
            await self._look_through(folder, part, place, seen)
        except OSError as error:
            if part.whole and not isinstance(error, Replaced):
                raise
            folder.want(folder.path)
        finally:
            folder.scanned(began, self._clock())

    async def _look_through(self, folder: Folder, part: Part, place: Place, seen: InboxSeen) -> None:
        if part.whole and stands_elsewhere(place, seen.device, folder.place) and await self._is_bare(part, place, seen):
            await self._out_of_reach(folder, f"{shown(folder.path)} is not the folder that it was; its disk may not be there.")
            return
        walk, look, newest = Walk(part, place), next(self._looks), self._store.newest_job()
        films = await asyncio.to_thread(walk.more)
        await self._stands(folder, place, seen)
        paused = await self._crowd(folder, part, seen) if folder.place is None else ""
        found: set[int] = set()
        while films:
            found |= await self._findings.note(films, folder, paused)
            films = await asyncio.to_thread(walk.more)
        if await self._findings.note_missed(walk, found, seen.device, newest, look):
            self._inboxes.want_all()
        folder.place = place  # at the end, so that a first scan that could not be written stays the first
        if part.whole:
            folder.looked = look

    async def _is_bare(self, part: Part, place: Place, seen: InboxSeen) -> bool:
        """Whether another folder lies where the inbox was: while jobs wait for its films, not one that is known is there."""
        missing = False
        async for page in self._findings.pages(part):
            called = await asyncio.to_thread(roll_call, page, place, seen.device)
            if called.present:
                return False
            missing = missing or called.missing
        return missing

    async def _stands(self, folder: Folder, place: Place, seen: InboxSeen) -> None:
        """The folder is there: what waited for it goes on."""
        if folder.away or folder.place != place:  # its disk was mounted anew, perhaps before anybody missed it
            await in_slices(lambda: self._store.release(HoldCause.FOLDER, folder.path))
        if folder.away:
            log.info("%s is there again", shown(folder.path))
        if (seen.device, seen.mount_id) != (place.device, place.mount_id):
            self._store.inbox_accepted(folder.path, place.device, place.mount_id)
        folder.away, self._inboxes.remote = "", await asyncio.to_thread(remote_devices)

    async def _crowd(self, folder: Folder, part: Part, seen: InboxSeen) -> str:
        """Why the films of an inbox that is new to us are paused; ``""``: they are few enough.

        It is new still where the first start was cut short: there are jobs, and all of them arrive or were paused.
        """
        paused = 0 if seen.first else self._store.paused_at_first(folder.path)
        return "" if paused is None else self._crowded(folder, await asyncio.to_thread(films_in, part) - paused)

    def _crowded(self, folder: Folder, films: int) -> str:
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
        self._findings.forget_inbox(folder.path)
        advice = "Mount the disk or put the folder back; its jobs go on by themselves."
        held = await in_slices(lambda: self._store.hold_folder(folder.path, reason, advice))
        if folder.away != reason:
            log.warning("%s Its jobs wait (%d).", reason, held)
            self._store.announce({"inbox": shown(folder.path), "missing": reason, "advice": advice})
        folder.away = reason
