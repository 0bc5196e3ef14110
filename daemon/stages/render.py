"""Writes the screenplay in each format that is asked for, as ``script.EXTENSION``."""

from daemon.contract.errors import CannotGoOn
from daemon.contract.states import Stage
from daemon.contract.values import Frozen
from daemon.screenplay.formats import FORMATS
from daemon.screenplay.model import Screenplay
from daemon.stages.task import Task


class RenderedFile(Frozen):
    """One file in the artefact's folder."""

    format: str
    name: str


class Rendered(Frozen):
    """All formats of one script, in the order asked for."""

    files: tuple[RenderedFile, ...]


def run(task: Task) -> Rendered:
    """The files. Raises CannotGoOn for a format that is not known."""
    screenplay = task.read(Stage.CONTINUITY, Screenplay)
    return Rendered(files=tuple(_file(name, screenplay, task) for name in dict.fromkeys(task.settings["formats"])))


def _file(name: str, screenplay: Screenplay, task: Task) -> RenderedFile:
    if name not in FORMATS:
        raise CannotGoOn(f"there is no format called {name}", f"Set script.formats to some of: {', '.join(FORMATS)}.")
    file = f"script.{FORMATS[name].extension}"
    (task.out / file).write_bytes(FORMATS[name].write(screenplay).encode("utf-8", "replace"))
    return RenderedFile(format=name, name=file)
