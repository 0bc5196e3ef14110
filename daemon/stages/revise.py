"""Brings together what the machine writes and what people did: their names, their edits, their locks, and a scene asked for again.

The script that comes out is what is rendered, and kept as a version. Only a scene that is asked for again asks a model.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from daemon.contract.evidence import Probe
from daemon.contract.states import Stage
from daemon.contract.values import Frozen, RawPath
from daemon.screenplay.edition import Edition, Layout
from daemon.screenplay.formats.fountain import written
from daemon.screenplay.formats.page_report import page_report
from daemon.screenplay.homecoming import CannotComeHome, homecoming
from daemon.screenplay.invented import invented_lines
from daemon.screenplay.model import Scene, Screenplay
from daemon.screenplay.revision import brought_home, merged, scene_called, with_names, with_scene
from daemon.screenplay.timing import warnings
from daemon.screenplay.writing.kept import kept
from daemon.stages.findings import Findings, findings
from daemon.stages.outcome import OUTCOME, CannotBeDone, Outcome
from daemon.stages.task import Task

Naming = Callable[[Screenplay], Screenplay]


class Wish(Frozen):
    """What was asked for: ``scene`` (its id) written again by ``instructions``, or the file whose bytes have ``sha256`` taken in."""

    id: int
    kind: Literal["regenerate", "hand"]
    scene: str = ""
    instructions: str = ""
    sha256: str = ""


class Revising(Frozen):
    """The stage's settings. Documents go by their digests; ``""``: there is none.

    ``base`` is the version as people have it, ``written`` what the machine had written for it, ``edited_from`` the version that a
    person edited. ``characters`` are the names that a person wants, ``before`` those that the base has. ``writing`` are the writer's
    settings, where it is asked.
    """

    characters: dict[str, str] = Field(default_factory=dict)
    before: dict[str, str] = Field(default_factory=dict)
    base: str = ""
    written: str = ""
    edited_from: str = ""
    wish: Wish | None = None
    writing: dict[str, Any] | None = None
    film: str = ""
    layout: Layout = Layout()


class Documents(Frozen):
    """Where they lie, and the file that a person edited."""

    base: RawPath | None = None
    written: RawPath | None = None
    edited_from: RawPath | None = None
    hand: RawPath | None = None


def run(task: Task) -> Screenplay:
    """The script with everybody's work in it. Raises MustWait where a scene is to be written again and no Ollama answers."""
    settings = Revising.model_validate(task.settings)
    film = findings(task)
    script, said = _revised(task, settings, film)
    wish, why = "", ""
    if settings.wish:
        try:
            script, more = _granted(task, settings, settings.wish, film, script)
            said, wish = (*said, *more), "done"
        except CannotBeDone as refusal:
            wish, why = "failed", str(refusal)
    edition = _edition(script, film, settings, task.read(Stage.PROBE, Probe))
    outcome = _outcome(edition, film, said).model_copy(update={"wish": wish, "said": why})
    (task.out / OUTCOME).write_text(outcome.model_dump_json(), encoding="utf-8")
    return script


def _revised(task: Task, settings: Revising, film: Findings) -> tuple[Screenplay, tuple[str, ...]]:
    """What the machine writes with what people had made of it, under a person's names: all three documents have them."""
    machine = task.read(Stage.CONTINUITY, Screenplay)
    documents = Documents.model_validate(task.facts.get("documents", {}))
    named = _names(settings, film, machine)
    base, before = _read(documents.base), _read(documents.written)
    if base is None or before is None:
        return named(machine), ()
    return merged(named(base), named(before), named(machine))


def _names(settings: Revising, film: Findings, machine: Screenplay) -> Naming:
    return lambda script: with_names(script, settings.characters, film.transcript.cues, settings.before, machine)


def _granted(task: Task, settings: Revising, wish: Wish, film: Findings, script: Screenplay) -> tuple[Screenplay, tuple[str, ...]]:
    named = _names(settings, film, task.read(Stage.CONTINUITY, Screenplay))
    if wish.kind == "hand":
        return _taken_in(task, script, named)
    scene = scene_called(script, wish.scene)
    if scene is None:
        raise CannotBeDone("the scene that was to be written again is not in the script any more")
    if scene.locked:
        raise CannotBeDone(f"scene {scene.number} is locked")
    if not settings.writing or not settings.writing.get("model"):
        raise CannotBeDone(f"scene {scene.number} cannot be written again without a language model; the built-in draft writes this film")
    return named(with_scene(script, _again(task, settings, scene, film, script))), ()


def _again(task: Task, settings: Revising, scene: Scene, film: Findings, script: Screenplay) -> Scene:
    from daemon.stages.rewriting import again

    assert settings.wish  # noqa: S101 - it is what is granted
    return again(task, settings.writing or {}, settings.wish.instructions, scene, script, film)


def _taken_in(task: Task, script: Screenplay, named: Naming) -> tuple[Screenplay, tuple[str, ...]]:
    """The script with what a person edited in its file, which may be older than the names that are wanted."""
    documents = Documents.model_validate(task.facts["documents"])
    base = _read(documents.edited_from) or script
    content = documents.hand.read_bytes() if documents.hand else b""
    if not content.strip():
        raise CannotBeDone("the edited file is empty")
    try:
        return brought_home(named(base), named(homecoming(base, content)), script)
    except CannotComeHome as refusal:
        raise CannotBeDone(f"the edited file cannot be read back: {refusal}") from refusal


def _read(path: Path | None) -> Screenplay | None:
    return Screenplay.model_validate_json(path.read_bytes()) if path else None


def _edition(script: Screenplay, film: Findings, settings: Revising, probe: Probe) -> Edition:
    return Edition(
        screenplay=script,
        film=settings.film,
        probe=probe,
        analysis=film.analysis,
        transcript=film.transcript,
        plan=film.plan,
        layout=settings.layout,
    )


def _outcome(edition: Edition, film: Findings, said: tuple[str, ...]) -> Outcome:
    report, numbers = page_report(edition), _numbers(edition.screenplay, film)
    return Outcome(warnings=(*said, *warnings(edition)), pages=report.model_dump() | {"said": str(report)}, record=numbers)


def _numbers(script: Screenplay, film: Findings) -> dict[str, Any]:
    """Cues that are used, and lines that nobody said; those that a person typed are counted apart."""
    used = {cue for scene in script.scenes for element in scene.elements if element.kind == "dialogue" for cue in element.evidence.cues}
    own = set(_typed_by_hand(script))
    invented = invented_lines(written(script), film.transcript)
    cues = kept(film.analysis, film.transcript, film.plan).cues
    by_hand = sum(line in own for line in invented)
    return {"cues": len(cues), "cues_used": len(used), "invented_lines": len(invented) - by_hand, "lines_by_hand": by_hand}


def _typed_by_hand(script: Screenplay) -> Iterator[str]:
    for scene in script.scenes:
        for element in scene.elements:
            if element.kind == "dialogue" and (element.locked or scene.locked):
                yield from element.text.splitlines()
