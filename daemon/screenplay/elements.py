"""Makes elements of a writer's beats: each with the evidence that it names, and that evidence's time."""

from collections.abc import Mapping, Sequence

from daemon.contract.evidence import Cue, Shot, Sound, Span
from daemon.screenplay.model import Element, ElementKind, Evidence
from daemon.screenplay.writing.drafts import Beat, BeatKind
from daemon.screenplay.writing.kept import Kept


def spans(left: Kept, sounds: Sequence[Sound]) -> dict[str, Span]:
    """When the shots, cues and sounds of a film are, by id. Captions have no time but their shot's."""
    items: tuple[Shot | Cue | Sound, ...] = (*left.shots, *left.cues, *sounds)
    return {item.id: item for item in items}


def element(beat: Beat, times: Mapping[str, Span]) -> Element:
    """A ``dialogue`` keeps its measured voice, so that a name can be put above it."""
    return Element(kind=_kind(beat.kind), text=beat.text, evidence=_evidence(beat, times), voice=beat.who)


def _kind(kind: BeatKind) -> ElementKind:
    return "shot" if kind == "camera" else kind


def _evidence(beat: Beat, times: Mapping[str, Span]) -> Evidence:
    """A line lasts as long as its cue, prose as long as what it tells of; a transition and a note have no time of their own."""
    ids = {"dialogue": (beat.cue,), "transition": (), "note": ()}.get(beat.kind, (beat.shot, beat.cue, *beat.sees))
    ends = [times[name].end for name in ids if name in times]
    return Evidence(
        shots=(beat.shot,) if beat.shot else (),
        cues=(beat.cue,) if beat.cue else (),
        captions=tuple(name for name in beat.sees if name not in times),
        sounds=tuple(name for name in beat.sees if name in times),
        start=beat.start,
        end=max([beat.start, *ends]),
    )
