"""Skips as they are seen from outside: what is left out of a film, what is suggested, and what was learned."""

from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, Field

from daemon.contract.evidence import Skip, Span
from daemon.contract.jobs import JobId
from daemon.contract.values import Frozen


class Suggestion(Skip):
    """A range that nobody has left out. ``origin``: the film by which it was found, ``""`` for its own."""

    origin: str = ""


RangeKind: TypeAlias = Literal["skip", "keep"]
Moment = Annotated[float, Field(ge=0, le=3_600_000, allow_inf_nan=False)]  # film seconds; no film is longer than a thousand hours
Note = Annotated[str, Field(max_length=500)]


class OwnRange(Span):
    """A range that a person wrote down: left out (``skip``) or protected (``keep``). ``id`` is its place in the file: ``skip-1``."""

    id: str
    kind: RangeKind
    note: str = ""


class Chosen(Frozen):
    """What a person wrote down for a film. ``version`` changes with every byte of the ``file``; ``problem``: why it cannot be used."""

    file: str = ""
    version: str = "none"
    own: tuple[OwnRange, ...] = ()
    problem: str = ""


class FilmSkips(Chosen):
    """What is left out of one film, what a person may want to leave out as well, and what a person wrote down."""

    skips: tuple[Skip, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


class NewRange(Frozen):
    """A range to write down. A ``keep`` over an automatic skip takes it away."""

    kind: RangeKind = "skip"
    start: Moment
    end: Moment
    note: Note = ""


class ChangedRange(Frozen):
    """What becomes of a range; what is not said stays."""

    start: Moment | None = None
    end: Moment | None = None
    note: Note | None = None


class SplitRange(Frozen):
    """One range becomes two that meet at ``at``."""

    at: Moment


class Learned(Span):
    """A range that is found again in the films that follow. ``film``: the name of the one in which it was marked."""

    id: JobId
    film: str
    note: str = ""
    created: AwareDatetime


class LearnedRanges(Frozen):
    """All of them, or those just learned."""

    items: tuple[Learned, ...] = ()
