"""A film's timeline and its stills, read from what its stages, its script and its people left behind."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from daemon.contract.evidence import Analysis, Loudness, Probe, Shot, SkipPlan, Span, Transcript
from daemon.contract.states import Stage
from daemon.contract.timeline import MOST_LEVELS, Levels, Timeline, TimelineCue, TimelineScene, TimelineShot
from daemon.editing.choosing import Choosing
from daemon.editing.scripts import Scripts
from daemon.jobs.errors import EditionGone, NoSuchVersion
from daemon.jobs.store import Store
from daemon.screenplay.camera import movement
from daemon.stages.task import RESULT
from daemon.worker.artefacts import Artefacts

Model = TypeVar("Model", bound=BaseModel)


class Timelines:
    """The timelines of a job table's films."""

    def __init__(self, store: Store, artefacts: Artefacts, choices: Choosing, scripts: Scripts) -> None:
        self._store = store
        self._artefacts = artefacts
        self._choices = choices
        self._scripts = scripts

    async def of(self, job_id: int) -> Timeline:
        """All that is known of a job's film. Raises NoSuchJob."""
        chosen = await self._choices.of(job_id)
        found = await asyncio.to_thread(timeline, self._artefacts, self._store.results(job_id))
        keeps = tuple(Span(start=own.start, end=own.end) for own in chosen.own if own.kind == "keep")
        return found.model_copy(update={"keeps": keeps, "scenes": await self._scenes(job_id)})

    async def still(self, job_id: int, number: int) -> bytes | None:
        """The JPEG of the ``number``-th shot, from 1; None: there is none."""
        return await asyncio.to_thread(still, self._artefacts, self._store.results(job_id), number)

    async def _scenes(self, job_id: int) -> tuple[TimelineScene, ...]:
        try:
            _, script = await self._scripts.text(job_id)
        except (NoSuchVersion, EditionGone):
            return ()
        return tuple(
            TimelineScene(id=scene.id, number=scene.number, heading=scene.heading.text, start=scene.start, end=scene.end)
            for scene in script.scenes
        )


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
