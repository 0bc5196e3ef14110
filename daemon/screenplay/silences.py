"""Says in a scene where nobody speaks for long, and what was seen there, as far as anybody looked."""

from collections.abc import Iterator, Sequence

from daemon.contract.evidence import Caption, Shot
from daemon.screenplay.model import Element, Evidence
from daemon.screenplay.writing.kept import Kept
from daemon.screenplay.writing.prose import told

LONG = 8.0  # seconds without a word, where nothing else stands in the script
SLIVER = 1.0  # seconds: a shot of which less than this is seen there does not count

_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def with_silences(
    elements: Sequence[Element], start: float, end: float, left: Kept, captions: Sequence[Caption] = ()
) -> tuple[Element, ...]:
    """The elements of a scene that runs from ``start`` to ``end``, with what is known of each long stretch that holds none of them."""
    found: list[Element] = []
    time, last = start, ""
    known = {name for element in elements for name in element.evidence.captions}
    new = [caption for caption in captions if caption.id not in known]
    for element in elements:
        found += _lines(time, element.evidence.start, last, left, new)
        found.append(element)
        spoken = element.evidence.end if element.kind == "dialogue" else element.evidence.start
        time, last = max(time, spoken), element.kind
    found += _lines(time, end, last, left, new)
    return tuple(found or [_silence(start, end, left)])


def _lines(start: float, end: float, last: str, left: Kept, captions: Sequence[Caption]) -> Sequence[Element]:
    """Nothing where ``last``, the kind of what stands before the stretch, tells of it: prose, or the movement of its only shot."""
    if end - start < LONG:
        return ()
    seen = sum(max(0.0, min(end, shot.end) - max(start, shot.start)) for shot in left.shots)
    is_told = last == "action" or (last == "shot" and len(_within(start, end, left)) < 2)
    return () if is_told or seen < LONG else tuple(_sights(start, end, left, captions)) or (_silence(start, end, left),)


def _sights(start: float, end: float, left: Kept, captions: Sequence[Caption]) -> Iterator[Element]:
    """What was seen in the shots that begin there, in the words of whoever looked."""
    for shot in _within(start, end, left):
        for caption in captions:
            text = told(caption.text) if caption.shot == shot.id and shot.start >= start - SLIVER else ""
            if text:
                evidence = Evidence(shots=(shot.id,), captions=(caption.id,), start=max(start, shot.start), end=shot.end)
                yield Element(kind="action", text=text, evidence=evidence)


def _silence(start: float, end: float, left: Kept) -> Element:
    shots = _within(start, end, left)
    whole = not shots or (shots[0].start >= start - SLIVER and shots[0].end <= end + SLIVER)
    text = f"{_number(len(shots))} shots without words." if len(shots) > 1 else f"A {'shot' if whole else 'pause'} without words."
    return Element(kind="action", text=text, evidence=Evidence(shots=tuple(shot.id for shot in shots), start=start, end=end))


def _within(start: float, end: float, left: Kept) -> list[Shot]:
    return [shot for shot in left.shots if min(end, shot.end) - max(start, shot.start) >= SLIVER]


def _number(number: int) -> str:
    return _NUMBERS[number - 2].capitalize() if number - 2 < len(_NUMBERS) else str(number)
