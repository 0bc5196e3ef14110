"""One inbox as the daemon keeps it in memory: how it is watched, where it stands, what was hinted at."""

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from daemon.contract.values import shown
from daemon.inbox.place import Place
from daemon.inbox.watch import Hint, NoEvents, Watch

log = logging.getLogger(__name__)

POLL = 10.0  # seconds between two scans of an inbox whose events do not reach us
AGAIN = 600.0  # seconds until events are tried again that did not come: the machine may only have been busy
CALM = 10.0  # times as long as it took, a scan is followed by none that was merely hinted at, up to POLL


@dataclass(slots=True)
class Folder:
    """An inbox. ``place`` is where it stood at the last scan; ``away`` says, in words, why its films are out of reach.

    ``wanted`` are the folders to be scanned, at or after ``not_before``; ``looked`` is the number of the last look through all of it.
    Where no events came they are tried again at ``try_again``. Times are monotonic seconds.
    """

    path: bytes
    recipe: str
    place: Place | None = None
    watch: Watch | None = None
    watched: Place | None = None
    try_again: float = 0.0
    note: str = ""
    away: str = ""
    wanted: set[bytes] = field(default_factory=set)
    not_before: float = 0.0
    looked: int = 0

    @property
    def polled(self) -> bool:
        """Whether scans have to stand in for events."""
        return self.watch is None

    def want(self, folder: bytes) -> None:
        """Notes that this folder, which is the inbox or lies in it, is to be scanned with all below it."""
        self.wanted.add(folder)

    def due(self) -> float | None:
        """When the next scan between two full ones is due, monotonic seconds."""
        return self.not_before if self.wanted else None

    def take(self) -> bytes | None:
        """The one folder that holds all that is wanted, which is nothing after that; None: nothing is."""
        folders, self.wanted = self.wanted, set()
        return common(folders) if folders else None

    def scanned(self, began: float, ended: float) -> None:
        """Notes when a scan began and ended, and when the next may follow."""
        self.not_before = ended + (POLL if self.polled else min((ended - began) * CALM, POLL))
        if self.polled and not self.away:
            self.want(self.path)

    async def keep_watch(self, place: Place, post: Callable[[Hint], None], now: float, *, natively: bool) -> None:
        """Watches this very folder, anew where it was replaced, where the watch has died, or where it is time to try again."""
        if self.watched == place and (not natively or self._lasts(now)):
            return
        await self.end_watch()
        self.watched, self.try_again = place, now + AGAIN
        if natively:
            await self._begin_watch(post)

    def _lasts(self, now: float) -> bool:
        return self.watch.alive if self.watch else now < self.try_again

    async def end_watch(self) -> None:
        """Stops watching."""
        watch, self.watch, self.watched = self.watch, None, None
        if watch:
            await asyncio.to_thread(watch.stop)

    async def _begin_watch(self, post: Callable[[Hint], None]) -> None:
        watch = Watch(self.path, post)
        starting = asyncio.ensure_future(asyncio.to_thread(watch.start))
        try:
            await asyncio.shield(starting)
        except asyncio.CancelledError:  # the thread goes on all the same, and would leave its watch behind
            await asyncio.gather(starting, return_exceptions=True)
            await asyncio.to_thread(watch.stop)
            raise
        except NoEvents as problem:
            note = f"The kernel tells nothing of this folder ({problem.message}); it is looked through every {POLL:.0f} s."
            if note != self.note:
                log.warning("%s: %s", shown(self.path), note)
            self.note = note
        else:
            self.watch, self.note = watch, ""


def common(folders: Collection[bytes]) -> bytes:
    """The deepest folder that holds all of these, or is one of them. There must be one at least."""
    split = [folder.split(b"/") for folder in folders]
    shared = []
    for names in zip(*split, strict=False):
        if len(set(names)) > 1:
            break
        shared.append(names[0])
    return b"/".join(shared) or b"/"
