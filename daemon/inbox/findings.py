"""What a look through an inbox finds becomes what the table says, a batch of films at a time, so that others get their turn.

File systems are read in threads; the table is read and written on the loop.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence

from daemon.contract.states import JobState
from daemon.inbox.apply import Apply
from daemon.inbox.arriving import Arriving
from daemon.inbox.compare import Difference, Gone, New, Renamed, compare
from daemon.inbox.folder import Folder
from daemon.inbox.missed import Missed
from daemon.inbox.scan import Film, Part
from daemon.inbox.survey import BATCH, Walk, renames, still_lost
from daemon.jobs.rows import Known
from daemon.jobs.store import Store

CHUNK = 25  # differences written in one commit, before others may use the loop


class Findings:
    """Compares what is found with the table, and notes what differs."""

    def __init__(self, store: Store, arriving: Arriving) -> None:
        self.missed = Missed()
        self._store = store
        self._arriving = arriving
        self._apply = Apply(store, arriving)

    def take_up(self, known: Iterable[Known], inbox: bytes, paused: str = "") -> None:
        """Looks at what was arriving and is not looked at: when the daemon starts, or when the folder is back."""
        for one in known:
            if one.state is JobState.ARRIVING and not one.gone and one.job_id not in self._arriving:
                self._arriving.begin(one.job_id, inbox, one.path, paused)

    def forget_inbox(self, inbox: bytes) -> None:
        """Lets what arrives in an inbox, and what was missed there, be until it is looked through again."""
        self._arriving.forget_inbox(inbox)
        self.missed.forget_inbox(inbox)

    async def note(self, films: Sequence[Film], folder: Folder, paused: str) -> set[int]:
        """Notes how these films differ from the table. Gives the jobs that they belong to, except new ones."""
        known = self._store.known_at([film.path for film in films], folder.path)
        self.take_up(known.values(), folder.path, paused)
        differences = await self._with_renames(self._wanted(compare(films, known)))
        await self._write(differences, folder, paused)
        moved = {one.known.job_id for one in differences if isinstance(one, Renamed)}
        return moved | {one.job_id for one in known.values()}

    async def note_missed(self, walk: Walk, found: set[int], usual: int, newest: int, look: int) -> bool:
        """Notes which films this look has missed, and tells whether there is any that no earlier one had.

        ``newest``: jobs beyond this number were not there when it began.
        """
        fresh = False
        async for page in self.pages(walk.part):
            older = [one for one in page if one.job_id <= newest]
            if any(one.job_id not in found for one in older):
                lost = await asyncio.to_thread(walk.lost, older, found, usual)
                fresh = self.missed.note(walk.part.inbox, lost, look) or fresh
        return fresh

    async def settle(self, folders: Iterable[Folder]) -> None:
        """Notes as gone what was missed, and not found since by a look through every inbox that is there."""
        there = {folder.path: folder for folder in folders if not folder.away}
        due = self.missed.take(min((folder.looked for folder in there.values()), default=0))
        for inbox in due.keys() & there.keys():
            for start in range(0, len(due[inbox]), BATCH):
                known = self._store.known_at([one.path for one in due[inbox][start : start + BATCH]], inbox)
                gone = await asyncio.to_thread(still_lost, known.values())
                await self._write([Gone(one) for one in gone], there[inbox])

    async def pages(self, part: Part) -> AsyncIterator[tuple[Known, ...]]:
        """All that is known of a part of an inbox, in the order of the paths."""
        after = b""
        while page := self._store.known_below(part.folder, part.inbox, after):
            yield page
            after = page[-1].path
            await asyncio.sleep(0)

    def _wanted(self, differences: Sequence[Difference]) -> tuple[Difference, ...]:
        """Without the films that a person does not want as jobs."""
        new = [(one.film.path, one.film.facts) for one in differences if isinstance(one, New)]
        removed = self._store.removed_at(new)
        return tuple(one for one in differences if not (isinstance(one, New) and one.film.path in removed))

    async def _with_renames(self, differences: tuple[Difference, ...]) -> tuple[Difference, ...]:
        inodes = {one.film.facts.inode for one in differences if isinstance(one, New)}
        known = self._store.known_as(inodes)
        return await asyncio.to_thread(renames, differences, known) if known else differences

    async def _write(self, differences: Sequence[Difference], folder: Folder, paused: str = "") -> None:
        for start in range(0, len(differences), CHUNK):
            self._apply.all(differences[start : start + CHUNK], folder, paused)
            await asyncio.sleep(0)
