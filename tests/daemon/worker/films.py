"""A film's whole trip, as the tests of the worker take it."""

from pathlib import Path
from typing import Any

import daemon.demo
from config.settings import Settings
from daemon.contract.states import Stage
from daemon.contract.task import Report
from daemon.stages.recipe import Order
from daemon.worker.artefacts import Artefacts
from daemon.worker.trip import Taken, Trip

SPEECH_MODEL = Path(daemon.demo.__file__).with_name("asr")


def drafting(**more: Any) -> Settings:
    """Settings with which the draft writes and the small speech model hears; nobody answers where Ollama should be."""
    base = {"writer": {"engine": "draft"}, "whisper": {"model": str(SPEECH_MODEL)}, "ollama": {"url": "http://127.0.0.1:9"}}
    return Settings.model_validate(base | more)


def ignored(_report: Report) -> None:
    """Hears reports that a test does not care about."""


async def travelled(order: Order, artefacts: Artefacts, until: Stage | None = None) -> list[Taken]:
    """How each step of a whole trip went, or of one that ends before a stage."""
    trip, taken = Trip(order, "screenplay", artefacts), []
    while (step := trip.upcoming) and step.stage is not until:
        await trip.prepare(step, ignored)
        await trip.admit(step)
        taken.append(await trip.take(ignored))
    return taken
