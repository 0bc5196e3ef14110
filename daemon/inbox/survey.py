"""One look at an inbox from a thread: where it stands, and how what lies in it differs from what the table has."""

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from daemon.inbox.compare import Comparison, Difference, Fate, compare, with_renames
from daemon.inbox.place import Place, place_of, remote_devices
from daemon.inbox.scan import Part, films
from daemon.jobs.rows import Known


class Replaced(OSError):
    """The folder was replaced, or its disk taken away, while it was looked through."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a scan gave. ``remote``: devices that other machines write to."""

    place: Place
    remote: frozenset[int]
    comparison: Comparison


def survey(part: Part, known: Mapping[bytes, Known], usual: int) -> Survey:
    """Looks through an inbox or a part of it. ``known`` has the paths of that part; ``usual`` is the device on record.

    Raises:
        OSError: the inbox cannot be read, or was replaced meanwhile.
    """
    place = place_of(part.inbox)
    comparison = compare(films(part), known, lambda one: fate_of(one, place.device, usual))
    if place_of(part.inbox) != place:
        raise Replaced("it was replaced while it was looked through")
    return Survey(place, remote_devices(), comparison)


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


def is_away(place: Place, usual_device: int, before: Place | None, comparison: Comparison) -> bool:
    """Whether another folder lies where the inbox was: the bare mount point, most likely.

    It stands elsewhere than it did, and while jobs wait for its films not one that is known is there. After a restart the device alone
    is compared, since every boot and every service numbers mounts anew; a disk that came back under another number has its films.
    """
    moved = place.device != usual_device or (before is not None and place.mount_id != before.mount_id)
    return moved and comparison.missing > 0 and comparison.present == 0


def renames(differences: Iterable[Difference], known: Iterable[Known]) -> tuple[Difference, ...]:
    """The same differences, with what was moved from any inbox seen as that."""
    return with_renames(differences, known, lambda one: fate_of(one, -1, one.facts.device))


def _device_above(path: bytes) -> int:
    """The device of the nearest folder that is there."""
    while path not in {b"", b"/"}:
        path = path.rpartition(b"/")[0]
        try:
            return os.lstat(path or b"/").st_dev
        except OSError:
            continue
    return -1
