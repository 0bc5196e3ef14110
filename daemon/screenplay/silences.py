"""Says in a scene where nobody speaks for long, so that a reader knows that something is seen there."""

from collections.abc import Iterator, Sequence

from daemon.screenplay.kept import Kept
from daemon.screenplay.model import Element

LONG = 8.0  # seconds without a word, where nothing else stands in the script

_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def with_silences(elements: Sequence[Element], start: float, end: float, left: Kept) -> tuple[Element, ...]:
    """The elements of a scene that runs from ``start`` to ``end``, with a line for each long stretch that holds none of them."""
    ends = {cue.id: cue.end for cue in left.cues}
    found: list[Element] = []
    time, told = start, False
    for element in elements:
        found += _line(time, element.start, told, left)
        found.append(element)
        time, told = max(time, element.start, ends.get(element.cue, 0.0)), element.kind == "action"
    found += _line(time, end, told, left)
    return tuple(found or _shots(start, end, left))


def _line(start: float, end: float, told: bool, left: Kept) -> Iterator[Element]:
    seen = sum(max(0.0, min(end, shot.end) - max(start, shot.start)) for shot in left.shots)
    if not told and seen >= LONG:
        yield from _shots(start, end, left)


def _shots(start: float, end: float, left: Kept) -> Iterator[Element]:
    shots = [shot for shot in left.shots if min(end, shot.end) - max(start, shot.start) >= 1]
    whole = [shot for shot in shots if shot.start >= start - 1 and shot.end <= end + 1]
    if len(shots) > 1:
        number = _NUMBERS[len(shots) - 2].capitalize() if len(shots) - 2 < len(_NUMBERS) else str(len(shots))
        text = f"{number} shots without words."
    else:
        text = "A shot without words." if whole or not shots else "A pause without words."
    yield Element(kind="action", text=text, shot=shots[0].id if shots else "", start=start)
