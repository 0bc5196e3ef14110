"""A stage's view of its work: where its inputs lie, where its result goes, how it says how far it is."""

import sys
import time
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from daemon.contract.states import Stage
from daemon.contract.task import Note, Progress, Request

Model = TypeVar("Model", bound=BaseModel)

RESULT = "result.json"
REPORT_EVERY = 0.2  # seconds between two progress reports, so that a fast stage does not flood its reader


class Task:
    """Handed to ``run(task)`` of every stage module.

    ``source`` is the film, ``out`` the folder that becomes the artefact, ``cache`` what outlives it, ``settings`` the
    stage's own part of the configuration, ``facts`` what its result does not depend on. What ``run`` returns (a frozen
    value) is written to ``result.json`` by the caller.
    """

    def __init__(self, request: Request) -> None:
        self.source = request.source
        self.out = request.out
        self.cache = request.cache
        self.settings = request.settings
        self.facts = request.facts
        self.record: dict[str, Any] = {}  # numbers of this run: tokens, model, …
        self._inputs = request.inputs
        self._reported = 0.0

    def artefact(self, stage: Stage) -> Path:
        """The folder that ``stage`` made."""
        return self._inputs[stage]

    def has(self, stage: Stage) -> bool:
        """Whether ``stage`` was done for this recipe."""
        return stage in self._inputs

    def read(self, stage: Stage, model: type[Model]) -> Model:
        """The result of ``stage``."""
        return model.model_validate_json((self.artefact(stage) / RESULT).read_bytes())

    def progress(self, done: float, total: float, unit: str = "film seconds") -> None:
        """Says how far the work is; cheap to call often."""
        now = time.monotonic()
        if done >= total or now - self._reported >= REPORT_EVERY:
            self._reported = now
            say(Progress(done=done, total=total, unit=unit))

    def note(self, text: str) -> None:
        """Says a line to the person who watches."""
        say(Note(text=text))


def say(report: BaseModel) -> None:
    """One report, one line, at once."""
    sys.stdout.write(report.model_dump_json() + "\n")
    sys.stdout.flush()
