"""A draft that is published first, where the script will take long: the script takes its place."""

from dataclasses import replace

from daemon.contract.errors import MustWait
from daemon.contract.evidence import Probe, SkipPlan
from daemon.contract.states import Stage
from daemon.jobs.rows import JobRow
from daemon.jobs.store import Store
from daemon.llm.choice import GIB, Choice, graphics_card
from daemon.stages.recipe import Order
from daemon.worker.memory import budget
from daemon.worker.trip import Trip

ON_PROCESSOR, ON_CARD = 1.2, 0.06
"""Seconds that a model writes at a second of film, for each GiB of its size, where it never wrote here: 8 billion parameters of 4 bits
give some 6 tokens a second on a processor and 100 on a card, and half a minute of film takes about 500."""


async def is_due(store: Store, job: JobRow, trip: Trip) -> bool:
    """Whether a draft comes first: nothing was written of this film yet, and a model will take longer than a person should wait."""
    after = trip.order.settings.writer.draft_after
    if after is None or trip.order.known or trip.order.basis.base or store.current_version(job.id):
        return False
    try:
        chosen, _ = await budget.choose_writer(trip.order.settings)
    except MustWait:  # nobody writes at present: nothing is published without its script
        return False
    return chosen is not None and seconds(_length(trip), chosen, store.pace_of(Stage.WRITE, chosen.model.name), graphics_card()) > after


def seconds(length: float, chosen: Choice, pace: float | None, on_card: bool) -> float:
    """How long a model will write at ``length`` seconds of film; ``pace``: seconds that it took for one, where that is known."""
    guess = chosen.model.size / GIB * (ON_CARD if on_card else ON_PROCESSOR)
    return length * (guess if pace is None else pace)


def draft_of(order: Order) -> Order:
    """The same film, by the draft writer alone."""
    return replace(order, early=True, engine="draft", model=None, model_digest="", num_ctx=0, eyes=None, eyes_digest="", eyes_num_ctx=0)


def _length(trip: Trip) -> float:
    skipped = sum(skip.end - skip.start for skip in trip.read(Stage.SKIPS, SkipPlan).skips)
    return max(0.0, trip.read(Stage.PROBE, Probe).duration - skipped)
