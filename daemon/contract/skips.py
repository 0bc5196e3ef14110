"""Skips as they are seen from outside: what is left out of a film, what is suggested, and what was learned."""

from pydantic import AwareDatetime

from daemon.contract.evidence import Skip, Span
from daemon.contract.jobs import JobId
from daemon.contract.values import Frozen


class Suggestion(Skip):
    """A range that nobody has left out. ``origin``: the film by which it was found, ``""`` for its own."""

    origin: str = ""


class FilmSkips(Frozen):
    """What is left out of one film, and what a person may want to leave out as well."""

    skips: tuple[Skip, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


class Learned(Span):
    """A range that is found again in the films that follow. ``film``: the name of the one in which it was marked."""

    id: JobId
    film: str
    note: str = ""
    created: AwareDatetime


class LearnedRanges(Frozen):
    """All of them, or those just learned."""

    items: tuple[Learned, ...] = ()
