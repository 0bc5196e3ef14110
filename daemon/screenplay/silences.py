"""Says in a scene where nobody speaks for long, so that a reader knows that something is seen there."""

from collections.abc import Iterator, Sequence

from daemon.contract.evidence import Shot
from daemon.screenplay.kept import Kept
from daemon.screenplay.model import Element, Evidence

LONG = 8.0  # seconds without a word, where nothing else stands in the script
SLIVER = 1.0  # seconds: a shot of which less than this is seen there does not count

_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def with_silences(elements: Sequence[Element], start: float, end: float, left: Kept) -> tuple[Element, ...]:
    """The elements of a scene that runs from ``start`` to ``end``, with a line for each long stretch that holds none of them."""
    found: list[Element] = []
    time, last = start, ""
    for element in elements:
        found += _line(time, element.evidence.start, last, left)
        found.append(element)
        spoken = element.evidence.end if element.kind == "dialogue" else element.evidence.start
        time, last = max(time, spoken), element.kind
    found += _line(time, end, last, left)
    return tuple(found or [_silence(start, end, left)])


def _line(start: float, end: float, last: str, left: Kept) -> Iterator[Element]:
    """Nothing where ``last``, the kind of what stands before the stretch, tells of it: prose, or the movement of its only shot."""
    if end - start < LONG:
        return
    seen = sum(max(0.0, min(end, shot.end) - max(start, shot.start)) for shot in left.shots)
    told = last == "action" or (last == "shot" and len(_within(start, end, left)) < 2)
    if seen >= LONG and not told:
        yield _silence(start, end, left)


def _silence(start: float, end: float, left: Kept) -> Element:
    shots = _within(start, end, left)
    whole = not shots or (shots[0].start >= start - SLIVER and shots[0].end <= end + SLIVER)
    text = f"{_number(len(shots))} shots without words." if len(shots) > 1 else f"A {'shot' if whole else 'pause'} without words."
    return Element(kind="action", text=text, evidence=Evidence(shots=tuple(shot.id for shot in shots), start=start, end=end))


def _within(start: float, end: float, left: Kept) -> list[Shot]:
    return [shot for shot in left.shots if min(end, shot.end) - max(start, shot.start) >= SLIVER]


def _number(number: int) -> str:
    return _NUMBERS[number - 2].capitalize() if number - 2 < len(_NUMBERS) else str(number)
