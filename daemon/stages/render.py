"""Writes the screenplay in each format that is asked for, as ``script.EXTENSION``, and beside them the edition that all were made from.

It asks no model: ``reelscribe script export`` does the same with an edition that was kept.
"""

import sys
import traceback
from collections.abc import Iterable
from pathlib import Path

from daemon.contract.errors import CannotGoOn
from daemon.contract.evidence import Analysis, Captions, Probe, SkipPlan, Transcript
from daemon.contract.states import Stage
from daemon.contract.values import Frozen
from daemon.screenplay.edition import Edition, Layout
from daemon.screenplay.formats.listed import FORMATS, NothingToWrite
from daemon.screenplay.model import Screenplay
from daemon.stages.task import Task

EDITION = "edition.json"


class RenderedFile(Frozen):
    """One file in the artefact's folder."""

    format: str
    name: str


class Rendered(Frozen):
    """All formats of one script, in the order asked for. ``notes`` say which could not be made, and why."""

    files: tuple[RenderedFile, ...]
    notes: tuple[str, ...] = ()


def run(task: Task) -> Rendered:
    """The files. Raises CannotGoOn for a format that is not known, and where not one could be made."""
    edition = _edition(task)
    (task.out / EDITION).write_text(edition.model_dump_json(), encoding="utf-8")
    return rendered(edition, task.settings["formats"], task.out)


def rendered(edition: Edition, formats: Iterable[str], folder: Path) -> Rendered:
    """``edition`` in ``formats``, as files in ``folder``. What goes wrong with one of them costs no other."""
    files, notes = [], []
    for name in dict.fromkeys(formats):
        try:
            content = render_edition(edition, name)
        except NothingToWrite as nothing:
            notes.append(f"no {name}: {nothing}")
        except (CannotGoOn, OSError, MemoryError):
            raise
        except Exception as fault:  # one format's fault must not cost a film its script
            traceback.print_exc(file=sys.stderr)
            notes.append(f"no {name}: it could not be made ({type(fault).__name__}: {fault})")
        else:
            file = f"script.{FORMATS[name].extension}"
            (folder / file).write_bytes(content)
            files.append(RenderedFile(format=name, name=file))
    if not files:
        raise CannotGoOn("none of the formats could be made", "Add fountain to script.formats.", "\n".join(notes))
    return Rendered(files=tuple(files), notes=tuple(notes))


def render_edition(edition: Edition, name: str) -> bytes:
    """One file, without its mark. Raises CannotGoOn for a format that is not known, NothingToWrite where the film has nothing for it."""
    if name not in FORMATS:
        raise CannotGoOn(f"there is no format called {name}", f"Set script.formats to some of: {', '.join(FORMATS)}.")
    return FORMATS[name].write(edition)


def _edition(task: Task) -> Edition:
    """What the stages before found; or, made over, the one that an earlier rendering kept."""
    if task.has(Stage.RENDER):
        return Edition.model_validate_json((task.artefact(Stage.RENDER) / EDITION).read_bytes())
    return Edition(
        screenplay=task.read(Stage.REVISE if task.has(Stage.REVISE) else Stage.CONTINUITY, Screenplay),
        film=task.settings["film"],
        probe=task.read(Stage.PROBE, Probe),
        analysis=task.read(Stage.ANALYSE, Analysis),
        transcript=task.read(Stage.TRANSCRIBE, Transcript),
        plan=task.read(Stage.SKIPS, SkipPlan),
        captions=task.read(Stage.LOOK, Captions) if task.has(Stage.LOOK) else Captions(),
        layout=Layout.model_validate(task.settings["layout"]),
        stills=task.artefact(Stage.ANALYSE),
    )
