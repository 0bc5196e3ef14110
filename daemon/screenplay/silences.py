"""Says in a scene where nobody speaks for long, so that a reader knows that something is seen there."""

from collections.abc import Iterator, Sequence

from daemon.contract.evidence import Shot
from daemon.screenplay.kept import Kept
from daemon.screenplay.drafts import Beat

LONG = 8.0  # seconds without a word, where nothing else stands in the script
SLIVER = 1.0  # seconds: a shot of which less than this is seen there does not count

_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def with_silences(elements: Sequence[Beat], start: float, end: float, left: Kept) -> tuple[Beat, ...]:
    """The elements of a scene that runs from ``start`` to ``end``, with a line for each long stretch that holds none of them."""
    ends = {cue.id: cue.end for cue in left.cues}
    found: list[Beat] = []
    time, last = start, ""
    for element in elements:
        found += _line(time, element.start, last, left)
        found.append(element)
        time, last = max(time, element.start, ends.get(element.cue, 0.0)), element.kind
    found += _line(time, end, last, left)
    return tuple(found or [_silence(start, end, left)])


def _line(start: float, end: float, last: str, left: Kept) -> Iterator[Beat]:
    """Nothing where ``last``, the kind of what stands before the stretch, tells of it: prose, or the movement of its only shot."""
    seen = sum(max(0.0, min(end, shot.end) - max(start, shot.start)) for shot in left.shots)
    told = last == "action" or (last == "camera" and len(_within(start, end, left)) < 2)
    if seen >= LONG and not told:
        yield _silence(start, end, left)


def _silence(start: float, end: float, left: Kept) -> Beat:
    shots = _within(start, end, left)
    whole = not shots or (shots[0].start >= start - SLIVER and shots[0].end <= end + SLIVER)
    text = f"{_number(len(shots))} shots without words." if len(shots) > 1 else f"A {'shot' if whole else 'pause'} without words."
    return Beat(kind="action", text=text, shot=shots[0].id if shots else "", start=start)


def _within(start: float, end: float, left: Kept) -> list[Shot]:
    return [shot for shot in left.shots if min(end, shot.end) - max(start, shot.start) >= SLIVER]


def _number(number: int) -> str:
    return _NUMBERS[number - 2].capitalize() if number - 2 < len(_NUMBERS) else str(number)
