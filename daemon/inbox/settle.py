"""When a file is whole: the rule, without any I/O.

A file is whole when nobody holds it open for writing and its size and mtime have rested for ``settle`` seconds, counted from our own
first look at them: a copy may carry an mtime of years ago. Where nobody can tell who holds it, or where it has holes (a download that
reserved its whole length at once), it has to rest for ``unsure`` seconds instead. Times are monotonic float seconds.
"""

from dataclasses import dataclass
from enum import Enum

from daemon.jobs.rows import Facts

LEAST = 0.25  # seconds between two looks, however short ``settle`` is
MOST = 60.0  # seconds between two looks at a file that takes hours


class Lease(Enum):
    """Whether a file is open for writing."""

    FREE = "nobody has it open for writing"
    WRITER = "a program has it open for writing"
    CANNOT_TELL = "nobody can tell whether it is open for writing"


@dataclass(frozen=True, slots=True)
class Look:
    """How a file stood at one moment. ``holes``: less of it lies on the disk than its size says."""

    facts: Facts
    holes: bool
    lease: Lease


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a file must rest, in seconds."""

    settle: float
    unsure: float


@dataclass(frozen=True, slots=True)
class Observation:
    """What is known of an arriving file: at rest ``since``, under watch since ``first``, to be looked at ``again``."""

    look: Look
    first: float
    since: float
    again: float
    whole: bool


def observe(previous: Observation | None, look: Look, now: float, patience: Patience) -> Observation:
    """The next observation of a file, from the one before and a fresh look."""
    first = previous.first if previous else now
    since = previous.since if previous and _rested(previous.look, look) else now
    whole_at = since + rest_of(look, patience)
    if look.lease is not Lease.WRITER and now >= whole_at:
        return Observation(look, first, since, now, whole=True)
    pause = min(max(patience.settle, LEAST, (now - first) / 10), MOST)
    again = now + pause if look.lease is Lease.WRITER else min(whole_at, now + pause)
    return Observation(look, first, since, again, whole=False)


def rest_of(look: Look, patience: Patience) -> float:
    """Seconds that a file has to rest once nobody writes to it."""
    sure = look.lease is not Lease.CANNOT_TELL and not look.holes
    return patience.settle if sure else max(patience.settle, patience.unsure)


def same_content(one: Facts, other: Facts) -> bool:
    """Whether two looks saw the same bytes, as far as size and mtime tell.

    Device, inode and ctime stay out of it: they change when a disk is mounted again, when a file is moved or its rights are changed.
    """
    return (one.size, one.mtime_ns) == (other.size, other.mtime_ns)


def same_file(one: Facts, other: Facts) -> bool:
    """Whether two names belong to one file."""
    return (one.device, one.inode) == (other.device, other.inode)


def _rested(before: Look, after: Look) -> bool:
    at_rest = same_content(before.facts, after.facts) and same_file(before.facts, after.facts)
    return at_rest and Lease.WRITER not in {before.lease, after.lease}
