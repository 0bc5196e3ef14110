"""What a person reads about skips: lines, for a terminal.

The lines may hold what somebody else wrote: whoever shows them makes them ``plain``.
"""

from collections.abc import Iterable, Sequence

from config.times import clock
from daemon.contract.evidence import Skip, Span
from daemon.contract.skips import FilmSkips, LearnedRanges, OwnRange
from tui.wording import percent


def skip_lines(found: FilmSkips) -> Iterable[str]:
    """What is left out, what a person wrote down, and what may be left out: each with the name by which commands call it."""
    yield from (f"left out   {_range(skip)}  {_why(skip)}" for skip in found.skips)
    yield from own_lines(found.own)
    for number, one in enumerate(found.suggestions, 1):
        yield f"suggested  {_range(one)}  {number}: {_why(one)}" + (f" (found by {one.origin})" if one.origin else "")
    if found.suggestions:
        yield "`reelscribe skips accept VIDEO NUMBER` leaves a suggested range out"
    if found.problem:
        yield f"your choices cannot be used: {found.problem}"
    if not (found.skips or found.suggestions or found.own):
        yield "nothing is left out"


def own_lines(own: Sequence[OwnRange]) -> Iterable[str]:
    """What a person wrote down."""
    yield from (f"yours      {_range(one)}  {one.id}{': ' + one.note if one.note else ''}" for one in own)


def learned_lines(found: LearnedRanges) -> Iterable[str]:
    """Ranges that are known by their sound."""
    for one in found.items:
        yield f"learned range {one.id}: {_range(one)} of {one.film}{': ' + one.note if one.note else ''}"
    if not found.items:
        yield "nothing was learned yet; `reelscribe skips learn VIDEO` learns what you left out of a video"


def _range(span: Span) -> str:
    return f"{clock(span.start)}–{clock(span.end)}"


def _why(skip: Skip) -> str:
    sure = "" if skip.reason == "manual" else f", {percent(skip.confidence)} sure"
    return f"{skip.reason}{sure}{': ' + skip.note if skip.note else ''}"
