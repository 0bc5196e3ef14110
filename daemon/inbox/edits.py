"""Published scripts that a person edits: noticed, and handed on once they are whole.

A scan compares how each file stands with how it stood when it was last looked at, and only what differs is read. A file that bears
its own mark untouched is the machine's, whoever put it there. Files are looked at in threads; the job table is written on the loop.
"""

import asyncio
import contextlib
import logging
import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from daemon.contract.errors import MustWait, TryAgain
from daemon.contract.values import shown
from daemon.inbox.lease import Missing, look
from daemon.inbox.settle import Look, Observation, Patience, observe
from daemon.jobs.rows import Facts, PublishedRow
from daemon.jobs.store import IllegalMove, NoSuchJob, Store
from daemon.screenplay.formats import mark
from daemon.screenplay.formats.listed import FORMATS
from daemon.stages.slots import READ_BACK

log = logging.getLogger(__name__)

ENDING = b".fountain"
PAGE = 1000  # files compared in one go
TABLE_AGAIN = 5.0  # seconds until the table is tried again that could not be written


@dataclass(slots=True)
class Edit:
    """A file that does not stand as it did. ``due`` is the next look, monotonic seconds."""

    path: bytes
    due: float
    observation: Observation | None = None


class Edits:
    """The published files that are being edited. The clock gives monotonic seconds."""

    def __init__(
        self, store: Store, patience: Callable[[], Patience], remote: Callable[[], frozenset[int]], clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._patience = patience
        self._remote = remote
        self._clock = clock
        self._edits: dict[bytes, Edit] = {}
        self._moved = asyncio.Event()

    def __len__(self) -> int:
        return len(self._edits)

    def hint(self, path: bytes) -> None:
        """Something happened to a file: looks at it where it is a published one."""
        with contextlib.suppress(MustWait, TryAgain):  # the table cannot be read: the next scan finds it
            if path.endswith(ENDING) and self._store.published_at(path):
                self._begin([path])

    async def scan(self) -> None:
        """Compares every published file with how it stood."""
        after = 0
        while rows := self._store.published_files(after, PAGE):
            after = rows[-1].id
            self._begin(await asyncio.to_thread(_differing, rows))

    async def run(self) -> None:
        """Looks until cancelled."""
        said = ""
        while True:
            await self._until_due()
            try:
                await self.step()
                said = ""
            except (MustWait, TryAgain) as problem:
                if problem.message != said:
                    log.warning("Edited scripts wait: %s", problem.message)
                said = problem.message
                await asyncio.sleep(TABLE_AGAIN)

    async def step(self) -> int:
        """Looks at files that are due. Gives at how many."""
        now = self._clock()
        due = [edit for edit in self._edits.values() if edit.due <= now]
        for edit in due:
            found = await asyncio.to_thread(look, edit.path, self._remote())
            if isinstance(found, Missing):  # an editor that saves by renaming: the next event or scan finds the new one
                self._forget(edit)
            else:
                await self._observe(edit, found)
        return len(due)

    def _begin(self, paths: Iterable[bytes]) -> None:
        for path in paths:
            edit = self._edits.setdefault(path, Edit(path, self._clock()))
            edit.due = min(edit.due, self._clock())
            self._moved.set()

    def _forget(self, edit: Edit) -> None:
        if self._edits.get(edit.path) is edit:
            del self._edits[edit.path]

    async def _observe(self, edit: Edit, found: Look) -> None:
        edit.observation = observe(edit.observation, found, self._clock(), self._patience())
        edit.due = edit.observation.again
        if not edit.observation.whole:
            return
        self._forget(edit)
        content = await asyncio.to_thread(_content, edit.path, found.facts)
        if content is None:  # it moved on just now
            self._begin([edit.path])
        elif row := self._store.published_at(edit.path):
            await self._take(row, found.facts, content)

    async def _take(self, row: PublishedRow, facts: Facts, content: bytes) -> None:
        digest = sha256(content).hexdigest()
        said = mark.read(content, FORMATS["fountain"].mark)
        if digest in (row.sha256, row.looked):
            self._store.looked_at(row.job_id, row.path, digest, facts.size, facts.mtime_ns)
            if digest == row.sha256 and said:
                self._undone(row, said.version)
            return
        if said and said.intact:
            return  # the machine wrote it, and the table will hear of it
        await asyncio.to_thread(self._store.editions.put, content, digest)
        try:
            self._store.edited(row.job_id, row.path, digest, facts.size, facts.mtime_ns, said.version if said else row.version)
        except (IllegalMove, NoSuchJob) as problem:
            log.debug("%s is not taken in: %s", shown(row.path), problem.message)
        else:
            log.info("%s was edited by hand", shown(row.path))

    def _undone(self, row: PublishedRow, version: int) -> None:
        """A file that is as it was written: where an edit kept a newer version away, or was complained of, another run mends that."""
        current = self._store.current_version(row.job_id)
        refused = row.looked and self._store.refused(row.job_id).get(row.path) == row.looked
        if refused or (current and current.number > version):
            with contextlib.suppress(IllegalMove, NoSuchJob):
                self._store.run_for(row.job_id, "An edit of its script was undone.")

    async def _until_due(self) -> None:
        self._moved.clear()
        first = min((edit.due for edit in self._edits.values()), default=None)
        wait = None if first is None else max(first - self._clock(), 0)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._moved.wait()


def _differing(rows: Iterable[PublishedRow]) -> list[bytes]:
    """The files that do not stand as they did when they were last looked at."""
    return [row.path for row in rows if _differs(row)]


def _differs(row: PublishedRow) -> bool:
    try:
        status = os.lstat(row.path)
    except OSError:
        return False  # deleted, or out of reach: nothing to take in
    return stat.S_ISREG(status.st_mode) and (status.st_size, status.st_mtime_ns) != (row.size, row.mtime_ns)


def _content(path: bytes, facts: Facts) -> bytes | None:
    """The file's bytes, if it still stands so; a file that is too large for a script counts as empty."""
    try:
        content = Path(os.fsdecode(path)).read_bytes() if facts.size <= READ_BACK else b""
        return content if Facts.of(os.lstat(path)) == facts else None
    except OSError:
        return None
