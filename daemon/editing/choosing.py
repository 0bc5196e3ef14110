"""A person's choices for a film, as they are typed in the monitor or asked for by a command: they end up in the film's override file.

Whoever watches the inboxes takes the changed file up, as if it had been edited by hand.
"""

import asyncio
import os
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from config import override_files, overrides
from config.errors import ConfigProblems
from config.override_files import Mirrors
from config.override_writing import Change, adding, removing, replacing, together, update
from config.overrides import Overrides
from config.places import Places
from config.ranges import Range
from config.settings import Settings
from config.times import Time
from daemon.contract.errors import ChangedMeanwhile, NotThere, ReelscribeError
from daemon.contract.skips import ChangedRange, Chosen, NewRange, OwnRange, RangeKind
from daemon.contract.values import shown
from daemon.jobs.errors import NoSuchJob
from daemon.jobs.rows import JobRow
from daemon.jobs.store import Store

Value = TypeVar("Value", float, str)

KEYS: dict[RangeKind, str] = {"skip": "skips", "keep": "keep"}


class NoSuchRange(NotThere):
    """Nobody wrote down a range of that name."""


class NotChosen(ReelscribeError):
    """The choice would be refused when it is read, or its file cannot be read or written."""


class Choosing:
    """The choices for the films of a job table. ``settings`` gives the ones in force; ``changed`` is told of each film with new ones.

    Every change may raise NoSuchJob, NoSuchRange, ChangedMeanwhile and NotChosen: nothing was written then.
    """

    def __init__(self, store: Store, places: Places, settings: Callable[[], Settings], changed: Callable[[JobRow], None]) -> None:
        self._store = store
        self._places = places
        self._settings = settings
        self._changed = changed
        self._writing = asyncio.Lock()

    async def of(self, job_id: int) -> Chosen:
        """What is written down for a job's film. Raises NoSuchJob."""
        return await asyncio.to_thread(self._read, self._job(job_id), self._duration(job_id))

    async def add(self, job_id: int, new: NewRange, expected: str | None) -> None:
        """Writes a range down."""
        await self.choose(job_id, lambda _: adding(KEYS[new.kind], _range(new.start, new.end, new.note)), expected)

    async def change(self, job_id: int, range_id: str, wanted: ChangedRange, expected: str | None) -> None:
        """Changes what is said of a range."""

        def change(chosen: Chosen) -> Change:
            old = _named(chosen, range_id)
            new = _range(_or(wanted.start, old.start), _or(wanted.end, old.end), _or(wanted.note, old.note))
            return replacing(KEYS[old.kind], _number(range_id), new)

        await self.choose(job_id, change, expected)

    async def remove(self, job_id: int, range_id: str, expected: str | None) -> None:
        """Takes a range out of the file."""
        await self.choose(job_id, lambda chosen: removing(KEYS[_named(chosen, range_id).kind], _number(range_id)), expected)

    async def split(self, job_id: int, range_id: str, at: float, expected: str | None) -> None:
        """Makes two of a range, which meet at ``at`` seconds."""

        def change(chosen: Chosen) -> Change:
            old = _named(chosen, range_id)
            first, second = _range(old.start, at, old.note), _range(at, old.end, old.note)
            return together(replacing(KEYS[old.kind], _number(range_id), first), adding(KEYS[old.kind], second))

        await self.choose(job_id, change, expected)

    async def choose(self, job_id: int, change: Callable[[Chosen], Change], expected: str | None = None) -> None:
        """Makes any ``change``, given what is written down now; ``expected`` is the version that the person has seen, if it matters."""
        job, duration = self._job(job_id), self._duration(job_id)
        async with self._writing:
            chosen = await asyncio.to_thread(self._read, job, duration)
            if expected is not None and expected != chosen.version:
                raise ChangedMeanwhile("somebody changed these choices since you read them", "look at them again, then repeat your change")
            if chosen.problem:
                raise NotChosen(f"the film's choices cannot be read: {chosen.problem}", "mend the file by hand: reelscribe skips edit")
            await asyncio.to_thread(self._write, job, change(chosen), duration)
        self._changed(job)

    def _job(self, job_id: int) -> JobRow:
        job = self._store.job(job_id)
        if job is None:
            raise NoSuchJob(f"there is no job {job_id}", "reelscribe jobs lists those there are")
        return job

    def _duration(self, job_id: int) -> float | None:
        probe = self._store.probe(job_id)
        return float(probe["duration"]) if probe and probe.get("duration") else None

    def _read(self, job: JobRow, duration: float | None) -> Chosen:
        video, inbox = _places(job)
        try:
            file = self._file(video, inbox)
            content = file.read_bytes() if file else b""
            version = blake2b(content, digest_size=8).hexdigest() if file else "none"
            own = _own(overrides.read(video, inbox, self._settings(), state_dir=self._places.state), duration)
        except ConfigProblems as problems:
            return Chosen(problem=str(problems))
        except OSError as error:
            return Chosen(problem=f"{shown(video)}: {error.strerror}")
        return Chosen(file=shown(file) if file else "", version=version, own=own)

    def _file(self, video: Path, inbox: Path) -> Path | None:
        settings = self._settings()
        places = override_files.of_film(video, Mirrors(inbox, settings.output, self._places.state), settings.watch.extensions)
        return next((path for path in places if os.path.lexists(path)), None)

    def _write(self, job: JobRow, change: Change, duration: float | None) -> None:
        video, inbox = _places(job)
        try:
            update(video, inbox, self._settings(), change, state_dir=self._places.state, duration=duration)
        except ConfigProblems as problems:
            raise NotChosen("; ".join(problem.message for problem in problems.problems)) from problems
        except OSError as error:
            raise NotChosen(f"the choices cannot be written: {error.strerror}", "look at the rights of the film's folder") from error


def _places(job: JobRow) -> tuple[Path, Path]:
    video = Path(os.fsdecode(job.path))
    return video, Path(os.fsdecode(job.inbox)) if job.inbox else video.parent


def _own(chosen: Overrides, duration: float | None) -> tuple[OwnRange, ...]:
    """The ranges in film seconds; those that count from the end of a film whose length is not known are left out."""
    ranges: list[tuple[RangeKind, tuple[Range, ...]]] = [("skip", chosen.skips), ("keep", chosen.keep)]
    return tuple(
        _own_range(kind, number, range_, duration or 0.0)
        for kind, listed in ranges
        for number, range_ in enumerate(listed, 1)
        if duration is not None or not (range_.start.from_end or range_.end.from_end)
    )


def _own_range(kind: RangeKind, number: int, range_: Range, duration: float) -> OwnRange:
    start, end = range_.at(duration)
    return OwnRange(id=f"{kind}-{number}", kind=kind, start=start, end=end, note=range_.note)


def _named(chosen: Chosen, range_id: str) -> OwnRange:
    found = next((own for own in chosen.own if own.id == range_id), None)
    if found is None:
        raise NoSuchRange(f"there is no range {range_id}", "look at them again: they are numbered in the order of the file")
    return found


def _number(range_id: str) -> int:
    return int(range_id.rpartition("-")[2]) - 1


def _range(start: float, end: float, note: str) -> Range:
    return Range(start=Time(round(start, 3)), end=Time(round(end, 3)), note=note)


def _or(wanted: Value | None, old: Value) -> Value:
    return old if wanted is None else wanted
