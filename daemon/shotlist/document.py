"""The whole of it as one JSON document. Times are float seconds from the film's first picture."""

from pathlib import Path
from typing import Any

from daemon.contract.evidence import Analysis, Probe, SkipPlan
from daemon.contract.values import Frozen, shown

Json = dict[str, Any]


class Measured(Frozen):
    """A film and what is known of it; ``stills`` is the folder that its keyframes lie in."""

    source: Path
    probe: Probe
    analysis: Analysis
    skips: SkipPlan
    stills: Path


def document(film: Measured) -> Json:
    """``{video, shots, transitions, black, silence, frozen, credits, loudness, skips, notes}``.

    A shot is ``{id, start, end, in, motion, brightness, light}``; ``in`` says how it begins, ``motion`` is null where none was measured.
    """
    measured = film.analysis.model_dump(mode="json", include={"transitions", "black", "silence", "frozen", "credits", "loudness", "notes"})
    return {
        "video": _video(film),
        "shots": [_shot(shot) for shot in film.analysis.model_dump(mode="json")["shots"]],
        **measured,
        "skips": [skip.model_dump(mode="json") for skip in film.skips.skips],
    }


def _video(film: Measured) -> Json:
    video = film.probe.video
    return {
        "name": shown(film.source.name),
        "path": shown(film.source),
        "duration": film.analysis.duration,
        "width": video.width,
        "height": video.height,
        "frame_rate": video.frame_rate,
        "variable_rate": video.variable_rate,
        "codec": video.codec,
        "mode": film.analysis.mode,
    }


def _shot(shot: Json) -> Json:
    order = ("id", "start", "end", "in", "motion", "brightness", "light")
    return {name: shot["starts_with" if name == "in" else name] for name in order}
