"""Cuts a film into the chunks that are written one by one.

The grid lies in film time and is made before any skip, so a chunk keeps its number and its borders whatever is skipped, and a moved
skip changes only the chunks that it touches.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from daemon.contract.evidence import Analysis, Caption, Captions, Cue, Shot, SkipPlan, Sound, Span, Transcript
from daemon.screenplay.writing.kept import Kept, kept, without
from daemon.screenplay.writing.openings import openings_left

NOTHING_SEEN = Captions()
REACH = 0.25  # of a chunk's length: how far a border goes to meet a cut


class Chunk(Span):
    """A stretch of the film with the shots and cues that belong to it.

    ``around_shots`` and ``around_cues`` reach into it or lie within the overlap beside it; they belong to other chunks and are
    context. ``opens`` names the shots at which a scene may begin and that begin in it. ``captions`` are of the shots in sight,
    ``sounds`` those that are heard in it, whole. ``skipped`` is what the skips leave out of it.
    """

    id: int
    shots: tuple[Shot, ...] = ()
    cues: tuple[Cue, ...] = ()
    around_shots: tuple[Shot, ...] = ()
    around_cues: tuple[Cue, ...] = ()
    opens: tuple[str, ...] = ()
    captions: tuple[Caption, ...] = ()
    sounds: tuple[Sound, ...] = ()
    skipped: tuple[Span, ...] = ()

    @property
    def shots_in_sight(self) -> tuple[Shot, ...]:
        """The shots that its elements may refer to, in order."""
        passing = (shot for shot in self.around_shots if shot.start < self.end and shot.end > self.start)
        return tuple(sorted((*self.shots, *passing), key=lambda shot: shot.start))

    @property
    def beginning(self) -> tuple[Shot, ...]:
        """The shots that begin in it: here stands what is said once of a shot, its heading and its camera, whoever owns it."""
        return tuple(shot for shot in self.shots_in_sight if self.start <= shot.start < self.end)

    @property
    def ids(self) -> frozenset[str]:
        """Of everything in it and around it."""
        return frozenset(
            item.id for items in (self.shots, self.around_shots, self.cues, self.around_cues, self.captions, self.sounds) for item in items
        )  # fmt: skip


class Cell(Span):
    """One field of the grid."""

    id: int


def grid(analysis: Analysis, cues: Sequence[Cue], length: float) -> tuple[Cell, ...]:
    """The film in fields of about ``length`` seconds. A border goes to the nearest cut within reach, and never through a cue.

    Each border depends on its own surroundings alone, and a field's number is that of its border, so both are the same in every run.
    """
    cuts = [shot.start for shot in analysis.shots]
    spoken = _joined(cues)
    borders: dict[float, int] = {0.0: 0}
    for number in range(1, int(analysis.duration / length) + 1):
        border = _border(number * length, cuts, spoken, length * REACH)
        if max(borders) < border < analysis.duration:
            borders[border] = number
    edges = [*borders, analysis.duration]
    return tuple(Cell(id=borders[start], start=start, end=end) for start, end in pairwise(edges))


def divide(
    analysis: Analysis, transcript: Transcript, plan: SkipPlan, length: float, overlap: float, captions: Captions = NOTHING_SEEN
) -> tuple[Chunk, ...]:  # fmt: skip
    """The chunks of a film with what the skips left in them. Each cue and shot belongs to the one in which its middle lies."""
    cells = grid(analysis, transcript.cues, length)
    left = kept(analysis, transcript, plan)
    homes = _homes(cells, (*analysis.shots, *transcript.cues))
    opens = openings_left(analysis, left.shots)
    made = (_opened(_chunk(cell, left, homes, overlap, plan), opens) for cell in cells)
    return tuple(_sensed(chunk, captions.captions, _heard(chunk, transcript.sounds, plan)) for chunk in made)


def chunk_key(chunk: Chunk, *others: Any) -> str:
    """The name under which what was written of ``chunk`` is kept: a hash of its evidence and of ``others`` (style, model, options)."""
    evidence = chunk.model_dump(mode="json", exclude={"cues": {"__all__": {"words"}}, "around_cues": {"__all__": {"words"}}})
    return blake2b(json.dumps([evidence, *others], sort_keys=True).encode(), digest_size=16).hexdigest()


def halves(chunk: Chunk) -> tuple[Chunk, Chunk] | None:
    """A chunk cut between two cues, or else two shots, for a model whose window it does not fit. None: it cannot be cut."""
    half = len(chunk.cues) // 2
    if half:
        cut = chunk.cues[half].start
        return _parts(chunk, cut, tuple(shot for shot in chunk.shots if shot.middle < cut), chunk.cues[:half])
    half = len(chunk.shots) // 2
    if half:
        cut = chunk.shots[half].start
        return _parts(chunk, cut, chunk.shots[:half], tuple(cue for cue in chunk.cues if cue.middle < cut))
    return None


def _parts(chunk: Chunk, cut: float, shots: tuple[Shot, ...], cues: tuple[Cue, ...]) -> tuple[Chunk, Chunk]:
    """``shots`` and ``cues`` in the first part, the others in the second; each has the other's nearest cue as context."""
    late = chunk.cues[len(cues) :]
    first = _part(chunk, Span(start=chunk.start, end=cut), shots, cues, late[:1])
    return first, _part(chunk, Span(start=cut, end=chunk.end), chunk.shots[len(shots) :], late, cues[-1:])


def _part(chunk: Chunk, span: Span, shots: tuple[Shot, ...], cues: tuple[Cue, ...], near: tuple[Cue, ...]) -> Chunk:
    around = tuple(shot for shot in chunk.shots_in_sight if shot not in shots and _meet(shot, span))
    beside = tuple(sorted((*near, *chunk.around_cues), key=lambda cue: cue.start))
    skipped = _clipped(chunk.skipped, span)
    part = Chunk(
        id=chunk.id, start=span.start, end=span.end, shots=shots, cues=cues, around_shots=around, around_cues=beside, skipped=skipped
    )
    return _sensed(_opened(part, frozenset(chunk.opens)), chunk.captions, chunk.sounds)


def _border(time: float, cuts: Sequence[float], spoken: Sequence[Span], reach: float) -> float:
    near = [cut for cut in cuts if abs(cut - time) <= reach and not _within(cut, spoken)]
    if near:
        return min(near, key=lambda cut: abs(cut - time))
    around = _within(time, spoken)
    return min((around.start, around.end), key=lambda edge: abs(edge - time)) if around else time


def _within(time: float, spans: Iterable[Span]) -> Span | None:
    return next((span for span in spans if span.start < time < span.end), None)


def _joined(cues: Iterable[Cue]) -> list[Span]:
    """Stretches of speech: cues that overlap are one."""
    joined: list[Span] = []
    for cue in sorted(cues, key=lambda cue: cue.start):
        if joined and cue.start < joined[-1].end:
            joined[-1] = Span(start=joined[-1].start, end=max(joined[-1].end, cue.end))
        else:
            joined.append(Span(start=cue.start, end=cue.end))
    return joined


def _homes(cells: Sequence[Cell], evidence: Iterable[Shot | Cue]) -> dict[str, int]:
    starts = [cell.start for cell in cells]
    return {item.id: cells[max(0, bisect_right(starts, item.middle) - 1)].id for item in evidence}


def _chunk(cell: Cell, left: Kept, homes: dict[str, int], overlap: float, plan: SkipPlan) -> Chunk:
    wide = Span(start=cell.start - overlap, end=cell.end + overlap)
    return Chunk(
        id=cell.id,
        start=cell.start,
        end=cell.end,
        shots=tuple(shot for shot in left.shots if homes[shot.id] == cell.id),
        cues=tuple(cue for cue in left.cues if homes[cue.id] == cell.id),
        around_shots=tuple(shot for shot in left.shots if homes[shot.id] != cell.id and _meet(shot, wide)),
        around_cues=tuple(cue for cue in left.cues if homes[cue.id] != cell.id and _meet(cue, wide)),
        skipped=_clipped(plan.skips, cell),
    )


def _opened(chunk: Chunk, opens: frozenset[str]) -> Chunk:
    return chunk.model_copy(update={"opens": tuple(shot.id for shot in chunk.beginning if shot.id in opens)})


def _sensed(chunk: Chunk, captions: Iterable[Caption], sounds: Iterable[Sound]) -> Chunk:
    shots = {shot.id for shot in chunk.shots_in_sight}
    seen = tuple(caption for caption in captions if caption.shot in shots)
    return chunk.model_copy(update={"captions": seen, "sounds": tuple(sound for sound in sounds if _meet(sound, chunk))})


def _heard(chunk: Chunk, sounds: Iterable[Sound], plan: SkipPlan) -> Iterator[Sound]:
    """Sounds of which the skips left something in the chunk."""
    for sound in sounds:
        here = Span(start=max(sound.start, chunk.start), end=min(sound.end, chunk.end))
        if here.length > 0 and without(here, plan.skips):
            yield sound


def _clipped(skips: Iterable[Span], cell: Span) -> tuple[Span, ...]:
    """What of them lies in ``cell``: where else they reach is nothing that its chunk depends on."""
    met = (skip for skip in skips if _meet(skip, cell))
    return tuple(Span(start=max(skip.start, cell.start), end=min(skip.end, cell.end)) for skip in met)


def _meet(item: Span, wide: Span) -> bool:
    return item.start < wide.end and item.end > wide.start
