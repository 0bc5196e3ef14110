"""Writes one scene again, by a model, from the evidence of that scene alone and under the same checks as the whole film."""

from collections.abc import Mapping, Sequence
from typing import Any

from config.errors import ConfigProblems
from config.rendering import Rendering
from daemon.contract.evidence import Analysis, Cue, Shot, Span
from daemon.llm.client import Ollama
from daemon.screenplay import headings
from daemon.screenplay.continuity import screenplay
from daemon.screenplay.model import Scene, Screenplay
from daemon.screenplay.names import UNCLEAR
from daemon.screenplay.renames import cast
from daemon.screenplay.revision import rewritten
from daemon.screenplay.writing.chunks import Chunk
from daemon.screenplay.writing.drafts import Draft, Drafts
from daemon.screenplay.writing.evidence_lines import quoted
from daemon.screenplay.writing.kept import kept, without
from daemon.screenplay.writing.prompt import VERSION, Film, Prompts
from daemon.screenplay.writing.story import Story
from daemon.screenplay.writing.words import said
from daemon.stages import asking
from daemon.stages.findings import Findings
from daemon.stages.outcome import CannotBeDone
from daemon.stages.shelf import Shelf
from daemon.stages.task import Task
from daemon.stages.writer import Writer
from daemon.stages.writing import Writing, unusable

SIGHT = 10.0  # seconds before and after a scene of which the model is told what is said
WHOLE = 0.5  # seconds by which a scene may begin beside its first shot
PROSE = ("action", "shot")


class Again(Prompts):
    """The questions about a film, with what a person wishes of one scene of it."""

    def __init__(self, rendering: Rendering, film: Film, scene: Scene, instructions: str) -> None:
        super().__init__(rendering, film)
        self._pages = rendering
        self._text = [quoted(element.text) for element in scene.elements if element.kind in PROSE]
        self._instructions = quoted(" ".join(instructions.split())) if instructions.strip() else ""

    def part(self, chunk: Chunk, story: Story) -> str:
        """One part, and the wish."""
        return f"{super().part(chunk, story)}\n\n" + self._pages.text("again.md", text=self._text, instructions=self._instructions)


def again(task: Task, writing: Mapping[str, Any], instructions: str, scene: Scene, script: Screenplay, film: Findings) -> Scene:
    """``scene`` as a model writes it now; what is locked in it stays.

    Raises CannotBeDone where the model's answers cannot be used, MustWait where no Ollama answers.
    """
    settings = Writing.model_validate(writing)
    chunk = evidence_of(scene, film)
    if not (chunk.cues or chunk.captions):
        raise CannotBeDone(f"nobody speaks in scene {scene.number} and nobody looked at its pictures: there is nothing to write from")
    with asking.ollama(task.facts["ollama"]) as ollama:
        writer = _writer(ollama, task, settings, scene, instructions, film)
        try:
            draft = writer.write(chunk, _story(script))
        except ConfigProblems as error:
            raise unusable(error) from error
        finally:
            task.record |= {"model": settings.model, "model_digest": settings.model_digest, **ollama.usage.record(), **writer.counts}
    if draft.fallback:
        raise CannotBeDone(f"scene {scene.number} stays as it is: {draft.fallback}")
    return rewritten(scene, _scenes(draft, script, scene, chunk, film))


def evidence_of(scene: Scene, film: Findings) -> Chunk:
    """What was seen and heard in a scene: the cues that stand in it, and the shots, captions and sounds of its time."""
    left = kept(film.analysis, film.transcript, film.plan)
    spoken = {cue for element in scene.elements if element.kind == "dialogue" for cue in element.evidence.cues}
    cues = tuple(cue for cue in left.cues if cue.id in spoken)
    shots = tuple(shot for shot in left.shots if _begins_in(shot, scene))
    passing = tuple(shot for shot in left.shots if shot not in shots and _meet(shot, scene.start, scene.end))
    in_sight = {shot.id for shot in (*shots, *passing)}
    return Chunk(
        id=0,
        start=min(scene.start, shots[0].start) if shots else scene.start,
        end=scene.end,
        shots=shots,
        cues=cues,
        around_shots=passing,
        around_cues=tuple(cue for cue in left.cues if cue.id not in spoken and _near(cue, scene)),
        opens=tuple(shot.id for shot in shots[:1] if abs(shot.start - scene.start) <= WHOLE),
        captions=tuple(one for one in film.captions.captions if one.shot in in_sight),
        sounds=tuple(one for one in film.transcript.sounds if _meet(one, scene.start, scene.end) and without(one, film.plan.skips)),
        skipped=tuple(Span(start=one.start, end=one.end) for one in film.plan.skips if _meet(one, scene.start, scene.end)),
    )


def _writer(ollama: Ollama, task: Task, settings: Writing, scene: Scene, instructions: str, film: Findings) -> Writer:
    language = settings.language or film.transcript.language
    seen = bool(film.captions.captions)
    told = Film(title=settings.title, duration=film.analysis.duration, style=settings.style, language=language, seen=seen)
    prose = [element.text for element in scene.elements if element.kind in PROSE]
    return Writer(
        ollama,
        str(settings.model),
        settings.options(task.facts["ollama"]),
        Shelf(task.cache / "chunks"),
        prompts=Again(settings.rendering(task.facts.get("prompts")), told, scene, instructions),
        spoken=said(film.transcript.cues),
        identity=["again", VERSION, settings.model_digest, settings.pages, settings.style, language, instructions, prose],
    )


def _story(script: Screenplay) -> Story:
    """The names of the script as it is."""
    people = {voice: name for voice, name in cast(script).items() if voice != UNCLEAR}
    read = (headings.read(scene.heading.text) for scene in script.scenes)
    return Story(
        people=people, places=tuple(dict.fromkeys(one.place for one in read if one and not one.place.startswith(headings.UNKNOWN)))
    )


def _scenes(draft: Draft, script: Screenplay, scene: Scene, chunk: Chunk, film: Findings) -> Sequence[Scene]:
    """The draft as scenes of a film that is this scene and nothing else."""
    drafts = Drafts(engine=draft.engine, drafts=(draft,), cast=_story(script).people, places=draft.places)
    alone = {"shots": tuple(_clipped(chunk, scene)), "duration": scene.end}
    seen: Analysis = film.analysis.model_copy(update=alone)
    heard = film.transcript.model_copy(update={"cues": chunk.cues, "sounds": chunk.sounds})
    return screenplay(drafts, seen, heard, film.plan, film.captions, title="").scenes


def _clipped(chunk: Chunk, scene: Scene) -> Sequence[Shot]:
    """The scene's shots, as much of them as lies in it."""
    return [
        shot.model_copy(update={"start": max(shot.start, chunk.start), "end": min(shot.end, scene.end)}) for shot in chunk.shots_in_sight
    ]


def _begins_in(shot: Shot, scene: Scene) -> bool:
    return scene.start - WHOLE <= shot.start < scene.end or (shot.start <= scene.start and scene.start <= shot.middle < scene.end)


def _near(cue: Cue, scene: Scene) -> bool:
    return _meet(cue, scene.start - SIGHT, scene.end + SIGHT)


def _meet(one: Span, start: float, end: float) -> bool:
    return one.start < end and one.end > start
