"""How far a job is, and how long it will still take, from how far its stage is. Pure: time comes in as a number."""

from collections.abc import Sequence

from daemon.contract.states import Stage

WEIGHT = {Stage.PROBE: 2, Stage.ANALYSE: 20, Stage.TRANSCRIBE: 28, Stage.WRITE: 45}
"""What share of a trip a stage takes, about, with every model on a processor without a graphics card. A stage not named here takes 1."""

SURE = 0.02  # below this much progress a remaining time would be a guess


class Pace:
    """The pace of one run: stages whose result is kept count nothing."""

    def __init__(self, stages: Sequence[Stage], started: float) -> None:
        self._stages = tuple(stages)
        self._started = started
        self._kept: set[Stage] = set()

    def keeps(self, stage: Stage) -> None:
        """This stage's result was there already."""
        self._kept.add(stage)

    def at(self, stage: Stage, fraction: float, now: float) -> tuple[float, float | None]:
        """The job's progress (0–1), and its remaining seconds where they can be told. ``fraction`` is the stage's own progress."""
        before = self._stages[: self._stages.index(stage)]
        done = sum(map(self._weight, before)) + self._weight(stage) * min(fraction, 1.0)
        progress = done / (sum(map(self._weight, self._stages)) or 1)
        if progress < SURE:
            return progress, None
        return progress, (now - self._started) * (1 - progress) / progress

    def _weight(self, stage: Stage) -> int:
        return 0 if stage in self._kept else WEIGHT.get(stage, 1)
