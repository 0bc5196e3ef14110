"""Fades and dissolves as they were measured. Writers may name them too, but a script has each of them once, whoever forgot it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from daemon.contract.evidence import Analysis, Shot, SkipPlan
from daemon.screenplay.headings import unknown
from daemon.screenplay.silences import LONG
from daemon.screenplay.writing.draft import TRANSITIONS
from daemon.screenplay.writing.drafts import Beat
from daemon.screenplay.writing.kept import Kept, inside
from daemon.screenplay.writing.openings import time_of_day

FADE_IN, FADE_OUT = TRANSITIONS["fade"], "FADE OUT."
AT_ONCE = 1.0  # seconds after its beginning in which a film fades in


def with_transitions(beats: Iterable[Beat], analysis: Analysis, left: Kept, plan: SkipPlan) -> list[Beat]:
    """``beats`` in order of time with every measured transition, above what begins with it and below what ends with it.

    What stands behind a fade is another scene, also where the writer forgot to head it.
    """
    told = [beat for beat in beats if beat.kind != "transition"]
    out, into = [*_out(analysis, left, plan)], [*_into(analysis, left)]
    found = [*out, *into, *_forgotten(told, out, into, left.shots), *told]
    return sorted(found, key=lambda beat: beat.start)


def _into(analysis: Analysis, left: Kept) -> Iterator[Beat]:
    """Into each shot whose beginning is left, or most of the fade that it begins with."""
    starts = {shot.id: shot.start for shot in left.shots}
    for number, shot in enumerate(analysis.shots):
        fade = next((one for one in analysis.transitions if one.kind == "fade in" and abs(one.start - shot.start) < AT_ONCE), None)
        text = FADE_IN if fade and not number else TRANSITIONS.get(shot.starts_with, "")
        start = starts.get(shot.id, float("inf"))
        if text and (start == shot.start or (fade and text == FADE_IN and start < fade.middle)):
            yield Beat(kind="transition", text=text, shot=shot.id, start=start)


def _out(analysis: Analysis, left: Kept, plan: SkipPlan) -> Iterator[Beat]:
    """At the end of each fade: what is said meanwhile stands above it."""
    for fade in analysis.transitions:
        if fade.kind == "fade out" and not inside(fade.middle, plan.skips):
            shot = next((shot for shot in left.shots if shot.start <= fade.middle < shot.end), None)
            end = min(fade.end, shot.end) if shot else fade.end
            yield Beat(kind="transition", text=FADE_OUT, shot=shot.id if shot else "", start=end)


def _forgotten(told: Sequence[Beat], out: Iterable[Beat], into: Iterable[Beat], shots: Sequence[Shot]) -> Iterator[Beat]:
    """The headings that are missing at the shots behind a fade, where anything is told of them, or will be of their silence."""
    headings = [beat for beat in told if beat.kind == "heading"]
    after = {before.id: shot.id for before, shot in pairwise(shots)}
    faded = {after.get(beat.shot) for beat in out} | {beat.shot for beat in into if beat.text == FADE_IN}
    for shot in shots:
        if shot.id in faded - {beat.shot for beat in headings}:
            end = min((beat.start for beat in headings if beat.start >= shot.start), default=shots[-1].end)
            if end - shot.start >= LONG or any(shot.start <= beat.start < end for beat in told):
                yield Beat(kind="heading", text=str(unknown(time_of_day([shot]))), shot=shot.id, start=shot.start)
