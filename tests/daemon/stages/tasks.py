"""A stage's task, with the artefacts that it takes already lying there."""

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from daemon.contract.states import Stage
from daemon.contract.task import Request
from daemon.stages.task import RESULT, Task

_numbers = count()


def task_for(
    stage: Stage,
    folder: Path,
    inputs: Mapping[Stage, BaseModel],
    *,
    settings: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    source: Path | None = None,
) -> Task:
    """Works below ``folder``; the cache is the same for every task there."""
    home = folder / f"task{next(_numbers)}"
    folders = {taken: kept(home / taken, value) for taken, value in inputs.items()}
    out, cache = home / "out", folder / "cache"
    out.mkdir(parents=True)
    cache.mkdir(exist_ok=True)
    film = source or folder / "night_train.mp4"
    if not film.exists():
        film.write_bytes(b"film")
    request = Request(
        stage=stage, source=film, out=out, inputs=folders, cache=cache, settings=dict(settings or {}), facts=dict(facts or {})
    )
    return Task(request)


def kept(folder: Path, value: BaseModel) -> Path:
    """``value`` as the artefact of a stage."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RESULT).write_text(value.model_dump_json())
    return folder
