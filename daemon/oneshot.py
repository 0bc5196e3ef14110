"""One film, here and now, with no daemon: the same stages and the same kept results, told line by line on stdout."""

import sys
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel

from config.places import Places
from config.settings import Settings
from daemon.contract.errors import ReelscribeError, from_os
from daemon.contract.lines import FinishedLine, ProgressLine, RefusedLine, StageLine
from daemon.contract.states import Stage
from daemon.contract.task import Progress, Report
from daemon.contract.values import shown
from daemon.stages.publish import Published
from daemon.worker.artefacts import Artefacts
from daemon.worker.orders import order_for
from daemon.worker.trip import Trip


def say(line: BaseModel) -> None:
    """One line, at once."""
    sys.stdout.write(line.model_dump_json() + "\n")
    sys.stdout.flush()


async def write(video: Path, settings: Settings, places: Places) -> int:
    """Writes the script of one film next to it; gives the exit code."""
    try:
        published = await _travel(video, settings, places)
    except OSError as error:
        return _refuse(from_os(error))
    except ReelscribeError as error:
        return _refuse(error)
    say(FinishedLine(files=tuple(file.path for file in published.files), notes=published.notes))
    return 0


async def _travel(video: Path, settings: Settings, places: Places) -> Published:
    order = order_for(video, video.parent, settings, places)
    trip = Trip(order, "screenplay", Artefacts(places.state / "artefacts"))
    while step := trip.upcoming:
        await trip.prepare(step, say)
        say(StageLine(stage=step.stage, cached=trip.is_kept(step)))
        await trip.take(_teller(step.stage))
    return trip.read(Stage.PUBLISH, Published)


def _teller(stage: Stage) -> Callable[[Report], None]:
    def tell(report: Report) -> None:
        say(ProgressLine(stage=stage, **report.model_dump()) if isinstance(report, Progress) else report)

    return tell


def _refuse(error: ReelscribeError) -> int:
    say(RefusedLine(message=shown(error.message), advice=error.advice, detail=error.detail))
    return 1
