"""Ranges of a film that a person wants left out or kept. Pure: what is wrong with them is found with or without the film's length.

Times may count from the start or from the end, so before the length is known a fault is named only where it is one at any length.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, PlainSerializer

from config.settings import Section
from config.times import Time, clock, parse

SLACK = 1.0  # seconds that a time may lie past the end: players show a film's length rounded up
FAR = 1e9  # seconds; longer than any film

Moment = Annotated[Time, BeforeValidator(parse), PlainSerializer(str, return_type=str)]


class Range(Section):
    """From ``start`` to ``end``, and why. Dumped to JSON its times are text in one spelling (``0:01:30.000``, ``end``)."""

    start: Moment
    end: Moment
    note: str = ""

    def at(self, duration: float) -> tuple[float, float]:
        """Start and end in seconds in a film of ``duration`` seconds."""
        return self.start.resolve(duration), self.end.resolve(duration)

    def __str__(self) -> str:
        return f"{self.start}–{self.end}"


class Stretch(NamedTuple):
    """A range of a film whose length is known: ``start`` ≤ t < ``end``, seconds from the film's start."""

    start: float
    end: float
    note: str


class Choice(NamedTuple):
    """A range and where it was written: ``kind`` is ``skips`` or ``keep``, ``number`` its place in that list, from 0."""

    kind: str
    number: int
    range: Range


class Fault(NamedTuple):
    """``message`` is about entry ``number`` (from 0) of ``kind``; ``key`` names the half that is wrong, ``""`` for both."""

    kind: str
    number: int
    message: str
    key: str = ""


class RangeFaults(ValueError):
    """Ranges that cannot be: all of their faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{fault.kind}[{fault.number}]: {fault.message}" for fault in faults))


def faults(skips: Sequence[Range], keep: Sequence[Range]) -> list[Fault]:
    """What is wrong whatever the film's length: reversed and overlapping ranges."""
    choices = _choices(skips, keep)
    found = [_reversed(choice) for choice in choices if _surely_reversed(choice.range)]
    return found + [_overlap(one, other) for one, other in combinations(choices, 2) if _surely_overlap(one.range, other.range)]


def resolve(skips: Sequence[Range], keep: Sequence[Range], duration: float) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """Skips and keeps of a film of ``duration`` seconds, in order. Raises RangeFaults."""
    if found := faults_at(skips, keep, duration):
        raise RangeFaults(found)
    return _stretches(skips, duration), _stretches(keep, duration)


def faults_at(skips: Sequence[Range], keep: Sequence[Range], duration: float) -> list[Fault]:
    """What is wrong in a film of ``duration`` seconds: ranges outside of it, reversed or overlapping."""
    choices = _choices(skips, keep)
    found = [fault for choice in choices for fault in _faults_at(choice, duration)]
    return found or [_overlap(one, other) for one, other in combinations(choices, 2) if _overlap_at(one.range, other.range, duration)]


def _choices(skips: Sequence[Range], keep: Sequence[Range]) -> list[Choice]:
    return [Choice(kind, index, range_) for kind, ranges in (("skips", skips), ("keep", keep)) for index, range_ in enumerate(ranges)]


def _stretches(ranges: Sequence[Range], duration: float) -> tuple[Stretch, ...]:
    return tuple(sorted(Stretch(range_.at(duration)[0], min(range_.at(duration)[1], duration), range_.note) for range_ in ranges))


def _faults_at(choice: Choice, duration: float) -> Iterator[Fault]:
    start, end = choice.range.at(duration)
    length = f"the film is {clock(duration)} long"
    if not 0 <= start < duration:
        yield Fault(choice.kind, choice.number, f"{choice.range.start} is not in the film: {length}", "start")
    elif not 0 <= end <= duration + SLACK:
        yield Fault(choice.kind, choice.number, f"{choice.range.end} is not in the film: {length}", "end")
    elif start >= end:
        yield _reversed(choice)


def _surely_reversed(range_: Range) -> bool:
    start, end = range_.start, range_.end
    return start.from_end == end.from_end and start.resolve(FAR) >= end.resolve(FAR)


def _surely_overlap(one: Range, other: Range) -> bool:
    """Both ends move in a straight line with the film's length: what holds for the shortest and the longest film holds between."""
    if _surely_reversed(one) or _surely_reversed(other):
        return False
    return all(_overlap_at(one, other, length) for length in (max(_shortest(one), _shortest(other)), FAR))


def _shortest(range_: Range) -> float:
    """The length in seconds of the shortest film that has this range."""
    start, end = range_.start, range_.end
    return max(start.seconds, end.seconds, start.seconds + end.seconds if start.from_end != end.from_end else 0)


def _overlap_at(one: Range, other: Range, duration: float) -> bool:
    (start, end), (other_start, other_end) = one.at(duration), other.at(duration)
    return start < other_end and other_start < end


def _reversed(choice: Choice) -> Fault:
    return Fault(choice.kind, choice.number, f"ends at {choice.range.end}, which is not after its start at {choice.range.start}", "end")


def _overlap(one: Choice, other: Choice) -> Fault:
    return Fault(other.kind, other.number, f"{other.range} overlaps {one.kind}[{one.number}], {one.range}")
