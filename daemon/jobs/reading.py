"""The store as everybody reads it."""

from typing import Any

from daemon.contract.evidence import Skip
from daemon.contract.states import JobState
from daemon.jobs.ledger import Ledger
from daemon.jobs.rows import EventRow, Hold, JobRow, Page, ScriptRow, StageRow


class Reading(Ledger):
    """Jobs, their history, and what happened."""

    def job(self, job_id: int) -> JobRow | None:
        """One job."""
        raise NotImplementedError

    def job_by_path(self, path: bytes) -> JobRow | None:
        """The newest job of a path."""
        raise NotImplementedError

    def page(self, after: int | None = None, limit: int = 50, state: JobState | None = None, newest_first: bool = True) -> Page:
        """Jobs in the order of their numbers, those beyond the number ``after``."""
        raise NotImplementedError

    def counts(self) -> dict[JobState, int]:
        """How many jobs are in each state; every state is there."""
        raise NotImplementedError

    def holds(self) -> tuple[Hold, ...]:
        """What is waited for at present, each cause once for all of its jobs."""
        raise NotImplementedError

    def next_due(self) -> float | None:
        """When the first of the jobs that wait for a time may go on."""
        raise NotImplementedError

    def probe(self, job_id: int) -> dict[str, Any] | None:
        """What the file said of itself, as ``probed`` was given it."""
        raise NotImplementedError

    def stages(self, job_id: int) -> tuple[StageRow, ...]:
        """The runs of a job's stages, oldest first."""
        raise NotImplementedError

    def skips(self, job_id: int) -> tuple[Skip, ...]:
        """The ranges left out, in film order."""
        raise NotImplementedError

    def scripts(self, job_id: int) -> tuple[ScriptRow, ...]:
        """What was published for a job, oldest version first."""
        raise NotImplementedError

    def written(self, job_id: int) -> dict[bytes, str]:
        """The SHA-256 (hex) of what was last written to each path for this job."""
        raise NotImplementedError

    def latest_version(self, job_id: int) -> int:
        """The newest published version, 0 where there is none."""
        raise NotImplementedError

    def events_after(self, after: int, limit: int = 100) -> tuple[EventRow, ...]:
        """What happened after the event of this number, oldest first."""
        raise NotImplementedError

    def events_lost(self, after: int) -> bool:
        """Whether what followed this number was trimmed, or the number is none of ours: who asks has to begin anew."""
        raise NotImplementedError

    def last_event(self) -> int:
        """The number of the newest event that was ever kept, 0 where there was none."""
        raise NotImplementedError
