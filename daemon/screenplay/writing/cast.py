"""What is said in a film, cut into pieces that a model can read, so that it fixes the cast before the first part is written."""

from collections.abc import Sequence
from itertools import accumulate
from math import ceil

from daemon.contract.evidence import Cue
from daemon.screenplay.writing.evidence_lines import said

PASSES = 4  # pieces at most: a film of two hours in the usual window, about whole
BYTES_A_TOKEN = 2  # fewer than any language that we know takes


def pieces(cues: Sequence[Cue], room: int) -> tuple[tuple[Cue, ...], ...]:
    """The cues in pieces of about ``room`` tokens each, evenly thinned out where they are more than ``PASSES`` of them hold."""
    most = max(1, room) * BYTES_A_TOKEN
    total = sum(map(_size, cues))
    number = min(PASSES, ceil(total / most))
    taken = thinned(cues, min(1.0, number * most / max(1, total)))
    return parted(taken, number)


def thinned(cues: Sequence[Cue], share: float) -> list[Cue]:
    """``share`` (0–1) of the cues, evenly out of all of the film."""
    return [cue for number, cue in enumerate(cues) if int((number + 1) * share) > int(number * share)]


def parted(cues: Sequence[Cue], number: int) -> tuple[tuple[Cue, ...], ...]:
    """In order, in ``number`` pieces of about the same size; none is empty."""
    ends = list(accumulate(map(_size, cues)))
    found: list[list[Cue]] = [[] for _ in range(number)]
    for cue, end in zip(cues, ends, strict=True):
        found[(end - 1) * number // ends[-1]].append(cue)
    return tuple(tuple(piece) for piece in found if piece)


def _size(cue: Cue) -> int:
    return len(said(cue).encode()) + 1
