"""How jobs are named on the command line: by number, or by their video's path."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tui.failures import Failed

if TYPE_CHECKING:
    from daemon.contract.jobs import Job
    from tui.client import Daemon


def absolute(path: str | Path) -> Path:
    """The path from the root on, its links left as they are: the daemon may see another file behind them."""
    return Path(os.path.abspath(path))  # noqa: PTH100 – Path.absolute() keeps ".."


async def number(daemon: "Daemon", job: str) -> int:
    """The number of a job that is named by its number or its video's path."""
    if job.isascii() and job.isdecimal():
        return int(job)
    return (await _of_path(daemon, Path(job))).id


async def _of_path(daemon: "Daemon", path: Path) -> "Job":
    from daemon.contract.values import shown

    for candidate in _names(path):
        if (job := await daemon.job_of(candidate)) is not None:
            return job
    raise Failed(f"no job has the video {shown(absolute(path))}", "`reelscribe why` tells what becomes of it, `reelscribe add` takes it")


def _names(path: Path) -> tuple[Path, ...]:
    return tuple(dict.fromkeys((absolute(path), path.resolve())))
