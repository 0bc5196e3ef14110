"""Whose turn it is, so that a model is loaded once for many films: those that need the one that is loaded may go first.

Nobody waits for ever: at most so many jobs go past the one whose turn it is, and none past one that is more urgent.
"""

from collections import Counter

from daemon.jobs.rows import JobRow, Waiting
from daemon.jobs.store import Store


def pick(first: Waiting, near: Waiting | None, resident: str, passed: int, detour: int) -> Waiting:
    """Of the job whose turn it is and the first that needs the ``resident`` model, the one to be taken.

    ``passed`` counts how often the first was passed already, ``detour`` how often that may be.
    """
    if near is None or first.needs == resident or passed >= detour or near.priority < first.priority:
        return first
    return near


class GivesWay(Exception):  # no error: the job's ending for now
    """A job lets those go first that need the model that is loaded. ``model``: the one that it needs itself."""

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self.model = model

    @property
    def reason(self) -> str:
        """What it waits for, for a person."""
        return f"waits its turn for {self.model}" if self.model else "waits its turn for the speech model"


class Turns:
    """The turns of a job table. ``resident`` names the model that was loaded last; ``""``: Ollama's memory was made free."""

    def __init__(self, store: Store) -> None:
        self.resident = ""
        self._store = store
        self._passed: Counter[int] = Counter()

    def next(self, detour: int) -> int | None:
        """The number of the job to be taken; None: there is none, or only such whose time has just come."""
        first, near = self._store.in_turn(self.resident)
        if first is None:
            return None
        chosen = pick(first, near, self.resident, self._passed[first.id], detour)
        if chosen != first:
            self._passed[first.id] += 1
        return chosen.id

    def gives_way(self, job: JobRow, wanted: str, detour: int) -> bool:
        """Whether a job that is under way, and needs another model than the resident one from here, lets others go first."""
        if wanted == self.resident or not detour:
            return False
        here = Waiting(job.id, job.priority, wanted)
        other, near = self._store.in_turn(self.resident)
        first = min((one for one in (here, other) if one), key=lambda one: (-one.priority, one.id))
        return pick(first, near, self.resident, self._passed[first.id], detour) != here

    def loads(self, job: JobRow, model: str) -> None:
        """A job is about to work with ``model``: it has had its turn."""
        self.resident = model
        self._passed.pop(job.id, None)
