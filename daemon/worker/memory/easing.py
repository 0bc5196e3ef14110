"""Smaller settings for the speech model where it took more memory than it may: first the batch, then the kind of numbers.

What was found stays with the job, for as long as the settings that a person chose are the same.
"""

import json
from dataclasses import replace
from pathlib import Path

from config.settings import Whisper
from daemon.contract.errors import TryAgain
from daemon.jobs.rows import JobRow
from daemon.speech import speakers, weights
from daemon.stages.recipe import Order
from daemon.worker.child import TooBig


class Easier(TryAgain):
    """The speech model took too much, and is tried with smaller settings. ``easier``: as the job keeps them."""

    def __init__(self, error: TooBig, order: Order, smaller: Whisper) -> None:
        super().__init__(error.message, f"It is tried again with {_said(smaller)}.", error.detail)
        kept = {"of": weights.load(order.settings.whisper), "batch": smaller.batch, "compute_type": smaller.compute_type}
        self.easier = json.dumps(kept)


def eased(order: Order, job: JobRow) -> Order:
    """The order with the smaller settings that were found for the job, where they are still of the ones that are meant."""
    kept = json.loads(job.easier) if job.easier else {}
    of = kept.pop("of", None)
    if of != weights.load(order.settings.whisper):
        return order
    return replace(order, easier=order.settings.whisper.model_copy(update=kept))


def after(order: Order, error: TooBig, most: int) -> Easier | TooBig:
    """What becomes of a job whose speech model took more than ``most`` bytes."""
    smaller = weights.easier(order.listening)
    if smaller:
        return Easier(error, order, smaller)
    message = f"{Path(order.listening.model).name} is too large, also with its smallest settings: {error.message}"
    return TooBig(message, _advice(order, most), error.detail)


def told(order: Order) -> str:
    """What a person is told of it, once the script is there; ``""`` where all went as it was meant."""
    return f"For want of memory the speech model worked with {_said(order.easier)}." if order.easier else ""


def _advice(order: Order, most: int) -> str:
    size = weights.fitting(order.listening, most)
    smaller = [f"whisper.model: {size}"] if size else []
    if speakers.chosen(order.settings.speakers.engine, order.models_dir) == "sherpa":
        smaller.append("speakers.engine: builtin")
    return f"Set {' or '.join(smaller)}, or raise memory.limit." if smaller else "Raise memory.limit."


def _said(smaller: Whisper) -> str:
    return f"whisper.batch: {smaller.batch}, whisper.compute_type: {smaller.compute_type}"
