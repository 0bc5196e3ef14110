"""What a scan found against what the job table has: the differences, as values.

Pure: whatever has to be looked up in the file system is asked for through ``fate``.
"""

from collections.abc import Callable, Iterable, Mapping
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


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences, and how many known films were found where they should be."""

    differences: tuple[Difference, ...]
    present: int

    @property
    def missing(self) -> int:
        """How many jobs that are not at their end have lost their film."""
        return sum(isinstance(difference, Gone) and difference.known.state in LIVE for difference in self.differences)


def compare(films: Iterable[Film], known: Mapping[bytes, Known], fate: Callable[[Known], Fate]) -> Comparison:
    """Every difference between the films found and those known, in the order found; what is gone comes last.

    ``known`` has the paths that the films were looked for in, and no others.
    """
    found: set[bytes] = set()
    differences: list[Difference] = []
    for film in films:
        before = known.get(film.path)
        if before:
            found.add(film.path)
        difference = _difference(before, film)
        if difference:
            differences.append(difference)
    lost = (one for path, one in known.items() if path not in found and not one.gone)
    differences.extend(Gone(one) for one in lost if fate(one) is Fate.GONE)
    return Comparison(tuple(differences), len(found))


def with_renames(differences: Iterable[Difference], known: Iterable[Known], fate: Callable[[Known], Fate]) -> tuple[Difference, ...]:
    """The same differences, with a new film that is a known one under another name seen as renamed.

    ``known`` has the films of every inbox. One whose old name is still there has merely got a second name (a hard link).
    """
    differences = tuple(differences)
    moved = _moved([one.film for one in differences if isinstance(one, New)], known, fate)
    kept = {one.known.job_id for one in moved.values()}
    rest = (one for one in differences if not (isinstance(one, Gone) and one.known.job_id in kept))
    return tuple(moved.get(one.film.path, one) if isinstance(one, New) else one for one in rest)


def crowd(known: Iterable[Known], differences: Iterable[Difference], *, new: bool) -> int:
    """How many films wait to be taken in an inbox that is ``new`` to us; 0 where it is not.

    It is new still where the first start was cut short: there are jobs, and all of them arrive or were paused.
    """
    states = [one.state for one in known]
    if not new and not (states and set(states) <= {JobState.ARRIVING, JobState.PAUSED}):
        return 0
    return states.count(JobState.ARRIVING) + sum(isinstance(one, New) for one in differences)


def _moved(films: Iterable[Film], known: Iterable[Known], fate: Callable[[Known], Fate]) -> dict[bytes, Renamed]:
    """Which of these new films are known ones under another name, by their path."""
    by_file = {(film.facts.device, film.facts.inode): film for film in films}
    moved: dict[bytes, Renamed] = {}
    for before in known if by_file else ():
        film = by_file.get((before.facts.device, before.facts.inode))
        if film and not before.gone and _same_film(before, film) and fate(before) is Fate.GONE:
            moved.setdefault(film.path, Renamed(before, film))
    return moved


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
