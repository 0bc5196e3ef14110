"""One film, here and now, with no daemon: the same stages and the same kept results, told line by line on stdout."""

import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from config.places import Places
from config.settings import Settings
from daemon.contract.errors import CannotGoOn, ReelscribeError, from_os
from daemon.contract.evidence import Analysis, Probe, SkipPlan
from daemon.contract.lines import FinishedLine, ProgressLine, RefusedLine, StageLine
from daemon.contract.states import Stage
from daemon.contract.task import Progress, Report
from daemon.contract.values import shown
from daemon.shotlist.document import Measured
from daemon.shotlist.formats import FORMATS
from daemon.stages.publish import Published
from daemon.stages.recipe import Order
from daemon.worker.artefacts import Artefacts
from daemon.worker.orders import order_for
from daemon.worker.trip import Trip


@dataclass(frozen=True)
class Measuring:
    """What ``analyse`` is asked for: in which forms (``daemon.shotlist.formats``), how closely, into which folder."""

    formats: tuple[str, ...]
    mode: Literal["fast", "exact"]
    out: Path
    speech: bool = False


def say(line: BaseModel) -> None:
    """One line, at once."""
    sys.stdout.write(line.model_dump_json() + "\n")
    sys.stdout.flush()


async def write(video: Path, settings: Settings, places: Places) -> int:
    """Writes the script of one film next to it; gives the exit code."""

    async def written() -> FinishedLine:
        trip = await _travelled(order_for(_found(video), video.parent, settings, places), "screenplay", places)
        published = trip.read(Stage.PUBLISH, Published)
        return FinishedLine(files=tuple(file.path for file in published.files), notes=published.notes)

    return await _told(written())


async def analyse(video: Path, settings: Settings, places: Places, wanted: Measuring) -> int:
    """Measures one film and writes what was found into files; gives the exit code. A file that is there already stays."""

    async def measured() -> FinishedLine:
        order = replace(order_for(_found(video), video.parent, settings, places), mode=wanted.mode)
        trip = await _travelled(order, "measured" if wanted.speech else "seen", places)
        film = Measured(
            source=video,
            probe=trip.read(Stage.PROBE, Probe),
            analysis=trip.read(Stage.ANALYSE, Analysis),
            skips=trip.read(Stage.SKIPS, SkipPlan),
            stills=trip.folder(Stage.ANALYSE),
        )
        return FinishedLine(files=tuple(_save(film, name, wanted.out) for name in wanted.formats), notes=film.analysis.notes)

    return await _told(measured())


async def _told(work: Coroutine[None, None, FinishedLine]) -> int:
    """Says how the work ended."""
    try:
        say(await work)
    except OSError as error:
        return _refuse(from_os(error))
    except ReelscribeError as error:
        return _refuse(error)
    return 0


def _found(video: Path) -> Path:
    if not video.is_file():
        raise CannotGoOn(f"{shown(video)}: there is no such file", "Check the name.")
    return video


async def _travelled(order: Order, recipe: str, places: Places) -> Trip:
    trip = Trip(order, recipe, Artefacts(places.state / "artefacts"))
    while step := trip.upcoming:
        await trip.prepare(step, say)
        await trip.admit(step)
        say(StageLine(stage=step.stage, cached=trip.is_kept(step)))
        await trip.take(_teller(step.stage))
    return trip


def _save(film: Measured, name: str, folder: Path) -> Path:
    ending, form = FORMATS[name]
    path = folder / f"{film.source.stem}.{ending}"
    content = form(film)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise CannotGoOn(f"{shown(path)} is there already", "Move it away, or name another folder with --out.") from None
    return path


def _teller(stage: Stage) -> Callable[[Report], None]:
    def tell(report: Report) -> None:
        say(ProgressLine(stage=stage, **report.model_dump()) if isinstance(report, Progress) else report)

    return tell


def _refuse(error: ReelscribeError) -> int:
    say(RefusedLine(message=shown(error.message), advice=error.advice, detail=error.detail))
    return 1
