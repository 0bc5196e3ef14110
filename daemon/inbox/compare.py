"""What a scan found against what the job table has: the differences, as values.

Pure: whatever has to be looked up in the file system is asked for through ``fate``.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from daemon.contract.states import JobState
from daemon.inbox.scan import Film
from daemon.inbox.settle import same_content, same_file
from daemon.jobs.rows import Known

ENDED = frozenset({JobState.COMPLETED, JobState.FAILED})
LIVE = frozenset({JobState.ARRIVING, JobState.PENDING, JobState.PROCESSING, JobState.HELD, JobState.PAUSED})


class Fate(Enum):
    """What became of a known path that a scan did not yield."""

    GONE = "nothing lies there"
    THERE = "it lies there still, or nobody can tell"


@dataclass(frozen=True, slots=True)
class New:
    """A film that the table has not."""

    film: Film


@dataclass(frozen=True, slots=True)
class Renamed:
    """A known film under another name."""

    known: Known
    film: Film


@dataclass(frozen=True, slots=True)
class Changed:
    """Other content at a known path."""

    known: Known
    film: Film


@dataclass(frozen=True, slots=True)
class Back:
    """A film that was gone lies there again as it was."""

    known: Known
    film: Film


@dataclass(frozen=True, slots=True)
class Renumbered:
    """The same content as another inode or on another device: put back from a copy, or its disk was mounted again."""

    known: Known
    film: Film


@dataclass(frozen=True, slots=True)
class Overridden:
    """The choices for a film are not those that its last run used."""

    known: Known
    film: Film


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing lies at a known path."""

    known: Known


Difference = New | Renamed | Changed | Back | Renumbered | Overridden | Gone


def compare(films: Iterable[Film], known: Mapping[bytes, Known]) -> tuple[Difference, ...]:
    """How these films differ from what is known of their paths, in the order found."""
    differences = (_difference(known.get(film.path), film) for film in films)
    return tuple(one for one in differences if one)


def lost(known: Iterable[Known], found: Container[int], fate: Callable[[Known], Fate]) -> tuple[Known, ...]:
    """The known films that a scan, which ``found`` those jobs, has lost."""
    missing = (one for one in known if not one.gone and one.job_id not in found)
    return tuple(one for one in missing if fate(one) is Fate.GONE)


def with_renames(differences: Iterable[Difference], known: Iterable[Known], fate: Callable[[Known], Fate]) -> tuple[Difference, ...]:
    """The same differences, with a new film that is a known one under another name seen as renamed.

    ``known`` has the films of every inbox that may be meant. One whose old name is still there has merely got a second name (a hard link).
    One that was lost for a while, and lies nowhere else, is followed too.
    """
    moved = _moved([one.film for one in differences if isinstance(one, New)], known, fate)
    return tuple(moved.get(one.film.path, one) if isinstance(one, New) else one for one in differences)


def _moved(films: Iterable[Film], known: Iterable[Known], fate: Callable[[Known], Fate]) -> dict[bytes, Renamed]:
    """Which of these new films are known ones under another name, by their path."""
    by_file = defaultdict[tuple[int, int], list[Known]](list)
    for one in known:
        by_file[one.facts.device, one.facts.inode].append(one)
    moved: dict[bytes, Renamed] = {}
    for film in films:
        names = by_file.get((film.facts.device, film.facts.inode), [])
        if before := _lost_name([one for one in names if _same_film(one, film)], fate):
            names.remove(before)
            moved[film.path] = Renamed(before, film)
    return moved


def _lost_name(names: Sequence[Known], fate: Callable[[Known], Fate]) -> Known | None:
    """The name that a file went by, of those that the table has for it: one that it lost just now before one that it lost long ago."""
    lost_now = [one for one in names if not one.gone and fate(one) is Fate.GONE]
    if lost_now or any(not one.gone for one in names):
        return next(iter(lost_now), None)
    return names[-1] if names else None


def _difference(known: Known | None, film: Film) -> Difference | None:
    if known is None:
        return New(film)
    if known.state is JobState.ARRIVING and not known.gone:
        return None  # how it rests is watched file by file
    if not same_content(known.facts, film.facts):
        return Changed(known, film)
    if known.gone:
        return Back(known, film)
    if known.state in ENDED | {JobState.HELD} and known.overrides != film.overrides:
        return Overridden(known, film)
    return None if same_file(known.facts, film.facts) else Renumbered(known, film)


def _same_film(known: Known, film: Film) -> bool:
    """The inode alone does not tell: file systems give a deleted file's number to the next one. One that arrives still grows."""
    return known.state is JobState.ARRIVING or same_content(known.facts, film.facts)
