"""What the skips leave of a film: a pure filter over its shots and cues."""

from collections.abc import Iterable, Sequence

from daemon.contract.evidence import Analysis, Cue, Shot, Skip, SkipPlan, Span, Transcript
from daemon.contract.values import Frozen

SHORTEST = 0.1  # seconds: what is left of a shot beside a skip and is shorter than this shows nothing


class Kept(Frozen):
    """The shots and cues that are written about. A shot that a skip cuts into ends where the skip begins."""

    shots: tuple[Shot, ...]
    cues: tuple[Cue, ...]


def kept(analysis: Analysis, transcript: Transcript, plan: SkipPlan) -> Kept:
    """A shot stays while some of it does; a cue stays unless its middle is skipped. Cues come in order of time."""
    cues = (cue for cue in transcript.cues if cue.text.strip() and not inside(cue.middle, plan.skips))
    shots = (trimmed(shot, plan.skips) for shot in analysis.shots)
    return Kept(shots=tuple(shot for shot in shots if shot), cues=tuple(sorted(cues, key=lambda cue: cue.start)))


def inside(time: float, spans: Iterable[Span]) -> bool:
    """Whether ``time`` lies in one of ``spans``."""
    return any(span.start <= time < span.end for span in spans)


def trimmed(shot: Shot, skips: Sequence[Skip]) -> Shot | None:
    """The shot from its first to its last moment that is left, or None."""
    pieces = [piece for piece in without(shot, skips) if piece.length >= SHORTEST]
    if not pieces:
        return None
    return shot.model_copy(update={"start": pieces[0].start, "end": pieces[-1].end})


def without(span: Span, holes: Iterable[Span]) -> list[Span]:
    """The pieces of ``span`` that no hole covers, in order."""
    pieces = [Span(start=span.start, end=span.end)]
    for hole in holes:
        pieces = [left for piece in pieces for left in _beside(piece, hole)]
    return pieces


def _beside(piece: Span, hole: Span) -> list[Span]:
    if hole.end <= piece.start or hole.start >= piece.end:
        return [piece]
    sides = (Span(start=piece.start, end=hole.start), Span(start=hole.end, end=piece.end))
    return [side for side in sides if side.length > 0]
