"""An inbox as it is looked through, from threads, a batch of films at a time; and what became of the films that were not found."""

import os
import stat
from collections.abc import Container, Iterable
from dataclasses import dataclass
from itertools import islice

from daemon.inbox.compare import LIVE, Difference, Fate, lost, with_renames
from daemon.inbox.place import Place, place_of
from daemon.inbox.scan import Film, Part, films
from daemon.jobs.rows import Known

BATCH = 500  # films


class Replaced(OSError):
    """The folder was replaced, or its disk taken away, while it was looked through."""


class Walk:
    """One look through an inbox or a part of it, which stands at ``place``. Used by one thread after the other."""

    def __init__(self, part: Part, place: Place) -> None:
        self.part = part
        self.place = place
        self._films = films(part)

    def more(self) -> tuple[Film, ...]:
        """The next films; ``()``: that was all.

        Raises:
            OSError: the topmost folder cannot be read.
            Replaced: these may be another folder's films.
        """
        batch = tuple(islice(self._films, BATCH))
        self._check()
        return batch

    def lost(self, known: Iterable[Known], found: Container[int], usual: int) -> tuple[Known, ...]:
        """Which known films are gone from here, of those that were not found. ``usual`` is the device on record. Raises as ``more``."""
        gone = lost(known, found, lambda one: fate_of(one, self.place.device, usual))
        self._check()
        return gone

    def _check(self) -> None:
        if place_of(self.part.inbox) != self.place:
            raise Replaced("it was replaced while it was looked through")


@dataclass(frozen=True, slots=True)
class RollCall:
    """Of some known films: whether any is there, and whether a job waits for one that is not."""

    present: bool
    missing: bool


def roll_call(known: Iterable[Known], place: Place, usual: int) -> RollCall:
    """Looks for films by their names alone."""
    missing = False
    for one in known:
        if _is_file(one.path):
            return RollCall(True, missing)
        missing = missing or (one.state in LIVE and not one.gone and fate_of(one, place.device, usual) is Fate.GONE)
    return RollCall(False, missing)


def stands_elsewhere(place: Place, usual_device: int, before: Place | None) -> bool:
    """Whether an inbox stands elsewhere than it did: perhaps another folder lies there, the bare mount point most likely.

    After a restart the device alone is compared, since every boot and every service numbers mounts anew.
    """
    return place.device != usual_device or (before is not None and place.mount_id != before.mount_id)


def fate_of(known: Known, device: int, usual: int) -> Fate:
    """What became of one film. On a disk of its own below the inbox, it is not gone with the disk."""
    try:
        mode = os.lstat(known.path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        own_disk = known.facts.device != usual
        return Fate.THERE if own_disk and _device_above(known.path) == device else Fate.GONE
    except OSError:
        return Fate.THERE
    return Fate.THERE if stat.S_ISREG(mode) else Fate.GONE


def still_lost(known: Iterable[Known]) -> tuple[Known, ...]:
    """Those at whose names nothing lies at this moment."""
    return lost(known, (), _fate_of_name)


def renames(differences: Iterable[Difference], known: Iterable[Known]) -> tuple[Difference, ...]:
    """The same differences, with what was moved from any inbox seen as that."""
    return with_renames(differences, known, _fate_of_name)


def count(part: Part) -> int:
    """How many films lie there."""
    return sum(1 for _ in films(part))


def _fate_of_name(known: Known) -> Fate:
    return fate_of(known, -1, known.facts.device)


def _is_file(path: bytes) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def _device_above(path: bytes) -> int:
    """The device of the nearest folder that is there."""
    while path not in {b"", b"/"}:
        path = path.rpartition(b"/")[0]
        try:
            return os.lstat(path or b"/").st_dev
        except OSError:
            continue
    return -1
