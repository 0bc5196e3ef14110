"""How far a job is, and how long it will still take, from how far its stage is. Pure: time comes in as a number."""

from collections.abc import Sequence
from typing import NamedTuple

from daemon.contract.states import Stage
from daemon.worker.history import History

WEIGHT = {Stage.PROBE: 2, Stage.ANALYSE: 20, Stage.TRANSCRIBE: 28, Stage.LOOK: 15, Stage.WRITE: 45}
"""What share of a trip a stage takes, about, with every model on a processor without a graphics card. A stage not named here takes 1."""

SURE = 0.02  # below this much progress a remaining time would be a guess


class Reach(NamedTuple):
    """How far a job is (0–1), and the seconds that it will still take, most likely between ``low`` and ``high``; None: nobody knows."""

    progress: float
    eta: float | None = None
    low: float | None = None
    high: float | None = None


class Pace:
    """The pace of one run: stages whose result is kept count nothing.

    ``history`` tells what stages take on this machine; ``film`` is the film's length in seconds, once that is known.
    """

    def __init__(self, stages: Sequence[Stage], started: float, history: History | None = None) -> None:
        self.film: float | None = None
        self._stages = tuple(stages)
        self._started = started
        self._history = history
        self._stage: tuple[Stage | None, float] = (None, started)
        self._kept: set[Stage] = set()

    def keeps(self, stage: Stage) -> None:
        """This stage's result was there already."""
        self._kept.add(stage)

    def at(self, stage: Stage, fraction: float, now: float) -> Reach:
        """How far the job is where ``fraction`` of a stage is done."""
        if self._stage[0] is not stage:
            self._stage = (stage, now)
        before = self._stages[: self._stages.index(stage)]
        done = sum(map(self._weight, before)) + self._weight(stage) * min(fraction, 1.0)
        progress = done / (sum(map(self._weight, self._stages)) or 1)
        if self._history and self.film:
            left = [one for one in self._stages[len(before) :] if one not in self._kept]
            low, high = self._history.left(left, self.film, fraction, now - self._stage[1])
            return Reach(progress, (low + high) / 2, low, high)
        return Reach(progress, None if progress < SURE else (now - self._started) * (1 - progress) / progress)

    def _weight(self, stage: Stage) -> int:
        return 0 if stage in self._kept else WEIGHT.get(stage, 1)
