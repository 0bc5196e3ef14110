"""A film's timeline and its stills, read from what its stages left behind. Blocking: call it in a thread."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from daemon.contract.evidence import Analysis, Loudness, Probe, Shot, SkipPlan, Transcript
from daemon.contract.states import Stage
from daemon.contract.timeline import MOST_LEVELS, Levels, Timeline, TimelineCue, TimelineShot
from daemon.screenplay.camera import movement
from daemon.stages.task import RESULT
from daemon.worker.artefacts import Artefacts

Model = TypeVar("Model", bound=BaseModel)


def timeline(artefacts: Artefacts, results: Mapping[Stage, str]) -> Timeline:
    """What the artefacts named by ``results`` (stage → key) tell; one that was trimmed away is as if it had never been."""
    probe = _read(artefacts, results, Stage.PROBE, Probe)
    analysis = _read(artefacts, results, Stage.ANALYSE, Analysis)
    transcript = _read(artefacts, results, Stage.TRANSCRIBE, Transcript)
    plan = _read(artefacts, results, Stage.SKIPS, SkipPlan)
    seen = _seen(analysis) if analysis else {"duration": probe.duration if probe else 0.0}
    return Timeline(
        **seen,
        speech=tuple(map(TimelineCue.of, transcript.cues)) if transcript else (),
        skips=plan.skips if plan else (),
    )


def still(artefacts: Artefacts, results: Mapping[Stage, str], number: int) -> bytes | None:
    """The JPEG of the sharpest picture of the ``number``-th shot (from 1); None where there is none any more."""
    analysis = _read(artefacts, results, Stage.ANALYSE, Analysis)
    if analysis is None or not 0 < number <= len(analysis.shots) or not analysis.shots[number - 1].keyframes:
        return None
    try:
        return (artefacts.folder(Stage.ANALYSE, results[Stage.ANALYSE]) / analysis.shots[number - 1].keyframes[0]).read_bytes()
    except FileNotFoundError:
        return None


def levels(loudness: Loudness) -> Levels:
    """The loudness in at most ``MOST_LEVELS`` values: of several, the loudest."""
    every = -(-len(loudness.momentary) // MOST_LEVELS) or 1
    values = loudness.momentary
    return Levels(step=loudness.step * every, values=tuple(max(values[at : at + every]) for at in range(0, len(values), every)))


def _seen(analysis: Analysis) -> dict[str, object]:
    return {
        "duration": analysis.duration,
        "shots": tuple(map(_shot, analysis.shots)),
        "black": analysis.black,
        "silence": analysis.silence,
        "loudness": levels(analysis.loudness) if analysis.loudness else None,
    }


def _shot(shot: Shot) -> TimelineShot:
    return TimelineShot(
        id=shot.id,
        start=shot.start,
        end=shot.end,
        starts_with=shot.starts_with,
        camera=movement(shot),
        brightness=shot.brightness,
        stills=len(shot.keyframes),
    )


def _read(artefacts: Artefacts, results: Mapping[Stage, str], stage: Stage, model: type[Model]) -> Model | None:
    if stage not in results:
        return None
    try:
        return model.model_validate_json(_result(artefacts, results, stage).read_bytes())
    except FileNotFoundError:
        return None


def _result(artefacts: Artefacts, results: Mapping[Stage, str], stage: Stage) -> Path:
    return artefacts.folder(stage, results[stage]) / RESULT
