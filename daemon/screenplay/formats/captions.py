"""From cues to what stands on the screen: at most two balanced lines, long enough to be read, in the film's time.

The limits are those of broadcasters' and streaming services' guides (BBC, Netflix), which agree within a few per cent.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from daemon.contract.evidence import Cue
from daemon.screenplay.formats.breaking import WIDTH, Piece, ending, joined, pieces
from daemon.screenplay.formats.measure import columns

LONGEST = 7000  # ms on the screen
SHORTEST = 840  # ms: 20 frames at 24 a second
APART = 80  # ms to the next one where there is a choice: two frames
READ = 17  # columns a second that are read with ease
AT_END = 12  # columns by which two lines may differ for the first to end with a part of a sentence; twice that with a sentence
PAUSE = 1.0  # seconds without a word, behind which another subtitle begins

_EACH = 10.0  # what one more subtitle costs, against ends that are none
_AT_END = {2: 0.0, 1: 2.0, 0: 6.0}  # by ``ending``
_HURRIED = 4.0  # it would stand too shortly
_ACROSS = 12.0  # a pause lies inside


class Caption(NamedTuple):
    """What is shown from ``start`` to ``end`` (ms), and ``said`` from when to when. ``voice`` is the measured one, ``cue`` an id."""

    start: int
    end: int
    lines: tuple[str, ...]
    cue: str
    voice: str
    said: tuple[int, int]

    @property
    def text(self) -> str:
        """On one line."""
        return " ".join(self.lines)


def captions(cues: Iterable[Cue]) -> list[Caption]:
    """All that ``cues`` say, in the order of time. Only two voices that speak at once overlap."""
    natural = [caption for cue in cues for caption in _of(cue)]
    return _with_ends(_with_starts(sorted(natural, key=lambda caption: caption.start)))


def wrapped(parts: Sequence[Piece]) -> tuple[str, ...]:
    """One line, else two of about the same length, the first of which ends well."""
    widths = [*accumulate((part.width for part in parts), initial=0)]
    if _width(widths, parts, 0, len(parts)) <= WIDTH:
        return (joined(parts),)

    def unlike(at: int) -> float:
        above, below = _width(widths, parts, 0, at), _width(widths, parts, at, len(parts))
        return abs(above - below) - AT_END * ending(parts[at - 1]) + 1000 * (max(above, below) > WIDTH)

    at = min(range(1, len(parts)), key=unlike)
    return joined(parts[:at]), joined(parts[at:])


def _of(cue: Cue) -> list[Caption]:
    parts = pieces(cue)
    return [_caption(parts[first:last], cue) for first, last in _blocks(parts)]


def _caption(parts: Sequence[Piece], cue: Cue) -> Caption:
    start, end = round(parts[0].start * 1000), round(parts[-1].end * 1000)
    return Caption(start, end, wrapped(parts), cue.id, cue.voice, (start, end))


def _blocks(parts: Sequence[Piece]) -> list[tuple[int, int]]:
    """The cheapest way to part a cue: few subtitles, which end where sentences do. A shortest path over its pieces."""
    widths = [*accumulate((part.width for part in parts), initial=0)]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for last in range(1, len(parts) + 1):
        firsts = []
        for first in range(last - 1, -1, -1):
            if not _fits(widths, parts, first, last):
                break
            firsts.append((best[first][0] + _cost(parts, first, last), first))
        best.append(min(firsts))
    blocks, last = [], len(parts)
    while last:
        blocks.append((best[last][1], last))
        last = best[last][1]
    return blocks[::-1]


def _fits(widths: Sequence[int], parts: Sequence[Piece], first: int, last: int) -> bool:
    """Two lines hold it, and it is not said for too long. A single piece always fits."""
    if last - first == 1:
        return True
    if round(parts[last - 1].end * 1000) - round(parts[first].start * 1000) > LONGEST:
        return False
    line = bisect_right(widths, widths[first] + parts[first].space + WIDTH) - 1  # where a first line as long as can be ends
    return line >= last or _width(widths, parts, line, last) <= WIDTH


def _width(widths: Sequence[int], parts: Sequence[Piece], first: int, last: int) -> int:
    return widths[last] - widths[first] - parts[first].space


def _cost(parts: Sequence[Piece], first: int, last: int) -> float:
    final = last == len(parts)
    pause = not final and parts[last].start - parts[last - 1].end >= PAUSE
    end = 0.0 if final or pause else _AT_END[ending(parts[last - 1])]
    hurried = _HURRIED if (parts[last - 1].end - parts[first].start) * 1000 < SHORTEST and len(parts) > last - first else 0.0
    across = sum(after.start - before.end >= PAUSE for before, after in zip(parts[first:last], parts[first + 1 : last], strict=False))
    return _EACH + end + hurried + _ACROSS * across


def _with_starts(natural: Sequence[Caption]) -> list[Caption]:
    """Each begins when it is said, or once the one before it has stood for the shortest time."""
    placed: list[Caption] = []
    for caption in natural:
        earliest = [before.start + SHORTEST for before in placed[-2:]]
        if placed and _at_once(placed[-1], caption):
            earliest[-1] = placed[-1].start
        start = max([caption.start, *earliest])
        placed.append(caption._replace(start=start, end=max(caption.end, start + SHORTEST)))
    return placed


def _with_ends(placed: Sequence[Caption]) -> list[Caption]:
    """Each stands until it can be read, as far as what follows leaves room."""
    return [_with_end(caption, placed[number + 1 : number + 3]) for number, caption in enumerate(placed)]


def _with_end(caption: Caption, following: Sequence[Caption]) -> Caption:
    end = max(caption.end, min([caption.start + -(-1000 * columns(caption.text) // READ), *(after.start - APART for after in following)]))
    must = [after.start for number, after in enumerate(following) if number or not _at_once(caption, after)]
    return caption._replace(end=min(end, caption.start + LONGEST, *must))


def _at_once(one: Caption, other: Caption) -> bool:
    """Whether two people speak over each other."""
    together = one.said[0] < other.said[1] and other.said[0] < one.said[1]
    return together and bool(one.voice and other.voice) and one.voice != other.voice
