"""The store as a scan reads it: what the table has of the films that it finds, in pieces.

A scan goes through any number of films, on the thread of everybody else who asks the table; so nothing here reads a whole inbox.
"""

from collections.abc import Collection, Sequence
from typing import Any

from peewee import fn

from daemon.contract.states import JobState
from daemon.jobs.ledger import FACTS, Ledger, plainly
from daemon.jobs.rows import Facts, Known
from daemon.jobs.tables import Job, Removed, Video

PAGE = 500  # rows in one answer, at the most
NEW = (JobState.ARRIVING, JobState.PAUSED)
COLUMNS = (Video.id, Job.id, Video.path, Job.state, Job.overrides, Video.gone, *(getattr(Video, name) for name in FACTS))


class Scanning(Ledger):
    """What is known of files, by where they lie and by which files they are."""

    def known_at(self, paths: Collection[bytes], inbox: bytes) -> dict[bytes, Known]:
        """Those of these paths that have a job in this inbox, whatever its state."""
        return {one.path: one for one in self._known_where(Video.path.in_(list(paths)) & _lies_in(inbox))} if paths else {}

    def known_below(self, folder: bytes, inbox: bytes, after: bytes = b"") -> tuple[Known, ...]:
        """The next paths of an inbox below one of its folders that follow ``after``; ``()``: there are no more."""
        start = folder.rstrip(b"/") + b"/"
        below = (Video.path > max(start, after)) & (Video.path < start[:-1] + b"0")  # the character that follows the slash
        query = Job.select(*COLUMNS).join(Video).where(below & _lies_in(inbox)).order_by(Video.path).limit(PAGE)
        return tuple(_known(row) for row in self._read(query))

    def known_as(self, inodes: Collection[int]) -> tuple[Known, ...]:
        """The paths in any inbox whose files had one of these numbers; on whichever disk."""
        return self._known_where(Video.inode.in_(list(inodes))) if inodes else ()

    def arriving_in(self, inbox: bytes) -> tuple[Known, ...]:
        """What arrives in an inbox and was there when it was last looked for."""
        return self._known_where((Job.state == JobState.ARRIVING) & (Video.inbox == inbox) & (Video.gone == 0))

    def newest_job(self) -> int:
        """The largest number of a job, 0 where there is none."""
        return next((int(number) for (number,) in self._read(Job.select(fn.MAX(Job.id))) if number), 0)

    def paused_at_first(self, inbox: bytes) -> int | None:
        """How many films were paused of an inbox whose first start was cut short; None where it has jobs that went on, or none."""
        its = Job.select(Job.id).join(Video).where(Video.inbox == inbox)
        if not self._read(its.limit(1)) or self._read(its.where(Job.state.not_in(NEW)).limit(1)):
            return None
        return int(its.where(Job.state == JobState.PAUSED).count(self._db))

    def removed_at(self, files: Sequence[tuple[bytes, Facts]]) -> frozenset[bytes]:
        """Those of these paths whose job a person deleted, and whose file has not changed since, under whatever name."""
        if not files:
            return frozenset()
        same = Removed.path.in_([path for path, _ in files]) | Removed.inode.in_([facts.inode for _, facts in files])
        rows = self._read(Removed.select(Removed.path, Removed.device, Removed.inode, Removed.size, Removed.mtime_ns).where(same))
        removed = {key for path, *numbers in rows for key in ((path, *numbers[2:]), tuple(numbers))}
        return frozenset(path for path, facts in files if not removed.isdisjoint(_keys(path, facts)))

    def _known_where(self, where: Any) -> tuple[Known, ...]:
        return tuple(_known(row) for row in self._read(Job.select(*COLUMNS).join(Video).where(where).order_by(Job.id)))


def _lies_in(inbox: bytes) -> Any:
    """Of the films that are found by their paths, those of one inbox: all of its films may be a million."""
    return plainly(Video.inbox) == inbox


def _known(row: tuple[Any, ...]) -> Known:
    video_id, job_id, path, state, overrides, gone, *facts = row
    return Known(video_id, job_id, path, JobState(state), Facts(*facts), overrides, bool(gone))


def _keys(path: bytes, facts: Facts) -> tuple[tuple[Any, ...], ...]:
    """What tells that a file is the one that it was: its content and its name, or its content and its number."""
    content = (facts.size, facts.mtime_ns)
    return (path, *content), (facts.device, facts.inode, *content)
