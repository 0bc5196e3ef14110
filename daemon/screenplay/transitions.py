"""Fades and dissolves as they were measured. Writers may name them too, but a script has each of them once, whoever forgot it."""

from collections.abc import Iterable, Iterator

from daemon.contract.evidence import Analysis, SkipPlan
from daemon.screenplay.draft import TRANSITIONS
from daemon.screenplay.drafts import Beat
from daemon.screenplay.kept import Kept, inside

FADE_IN, FADE_OUT = TRANSITIONS["fade"], "FADE OUT."
AT_ONCE = 1.0  # seconds after its beginning in which a film fades in


def with_transitions(beats: Iterable[Beat], analysis: Analysis, left: Kept, plan: SkipPlan) -> list[Beat]:
    """``beats`` in order of time with every measured transition, above what begins with it and below what ends with it."""
    told = [beat for beat in beats if beat.kind != "transition"]
    found = [*_out(analysis, left, plan), *_into(analysis, left), *told]
    return sorted(found, key=lambda beat: beat.start)


def _into(analysis: Analysis, left: Kept) -> Iterator[Beat]:
    """Into each shot whose beginning is left."""
    starts = {shot.id: shot.start for shot in left.shots}
    for number, shot in enumerate(analysis.shots):
        fades = not number and any(one.kind == "fade in" and one.start - shot.start < AT_ONCE for one in analysis.transitions)
        text = FADE_IN if fades else TRANSITIONS.get(shot.starts_with, "")
        if text and starts.get(shot.id) == shot.start:
            yield Beat(kind="transition", text=text, shot=shot.id, start=shot.start)


def _out(analysis: Analysis, left: Kept, plan: SkipPlan) -> Iterator[Beat]:
    """At the end of each fade: what is said meanwhile stands above it."""
    for fade in analysis.transitions:
        if fade.kind == "fade out" and not inside(fade.middle, plan.skips):
            shot = next((shot for shot in left.shots if shot.start <= fade.middle < shot.end), None)
            end = min(fade.end, shot.end) if shot else fade.end
            yield Beat(kind="transition", text=FADE_OUT, shot=shot.id if shot else "", start=end)
