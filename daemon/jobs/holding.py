"""The store as people and timers write it: hold and release, order, trim, delete."""

from typing import Any

from daemon.contract.states import HoldCause
from daemon.jobs.ledger import Ledger
from daemon.jobs.rows import Artefact


class Holding(Ledger):
    """Jobs that wait, and jobs that are done with."""

    def hold_folder(self, inbox: bytes, reason: str, advice: str) -> int:
        """Holds all that waits or runs in an inbox that is missing. Gives how many."""
        raise NotImplementedError

    def release(self, cause: HoldCause, inbox: bytes | None = None) -> int:
        """What this cause held is pending again (in one inbox, or everywhere). Gives how many."""
        raise NotImplementedError

    def due(self, now: float) -> int:
        """Held jobs whose next try has come are pending again. Gives how many."""
        raise NotImplementedError

    def prioritise(self, job_id: int, priority: int) -> None:
        """Puts a job before all of lower priority."""
        raise NotImplementedError

    def announce(self, data: dict[str, Any]) -> None:
        """Tells of a change that is no job's: the model that is resident, a folder that is missing."""
        raise NotImplementedError

    def delete(self, job_id: int) -> tuple[Artefact, ...]:
        """Takes a job's rows away, and its video's with the last of its jobs. Gives the artefacts that no other job uses.

        Raises:
            IllegalMove: it runs; cancel it first.
            NoSuchJob: nobody has that number.
        """
        raise NotImplementedError

    def trim(self, events_before: float, keep_events: int = 100_000) -> int:
        """Forgets events older than a time, and all but the newest ``keep_events``. Gives how many."""
        raise NotImplementedError
