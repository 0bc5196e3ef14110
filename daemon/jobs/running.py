"""The store as the worker writes it: taking a job, its stages, its end."""

from collections.abc import Iterable
from typing import Any

from daemon.contract.evidence import Skip
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.jobs.ledger import Ledger
from daemon.jobs.rows import JobRow, RunOutcome


class Running(Ledger):
    """Jobs that are worked on."""

    def claim(self, now: float) -> JobRow | None:
        """Takes the next job in turn (highest priority, then oldest) and makes it ``processing``; None while another one is."""
        raise NotImplementedError

    def move(
        self,
        job_id: int,
        to: JobState,
        *,
        reason: str = "",
        advice: str = "",
        detail: str = "",
        cause: HoldCause | None = None,
        not_before: float | None = None,
        stage: Stage | None = None,
    ) -> JobRow:
        """Moves a job, and says why. ``stage`` None keeps the one it has.

        Leaving ``processing`` with a ``not_before`` counts as one of the stage's ``tries``. A stale job arrives again instead (unless
        it is cancelled), so look at the state of the answer.

        Raises:
            IllegalMove: the table has no such move.
            NoSuchJob: nobody has that number.
        """
        raise NotImplementedError

    def crashed(self, job_id: int, detail: str, not_before: float | None = None) -> JobRow:
        """The stage's process died without an answer: back to ``pending``, or ``failed`` the third time in the same stage."""
        raise NotImplementedError

    def progress(self, job_id: int, stage: Stage, fraction: float, eta: float | None) -> None:
        """How far a job is (0–1; ``eta`` in seconds): kept in memory and told to subscribers, not written."""
        raise NotImplementedError

    def stage_started(self, job_id: int, stage: Stage, key: str) -> int:
        """Notes that a stage runs, for the artefact of this key. Gives the run's number."""
        raise NotImplementedError

    def stage_ended(
        self, run_id: int, outcome: RunOutcome, error: str = "", record: dict[str, Any] | None = None, peak_memory: int | None = None
    ) -> None:
        """Notes how a run ended. ``tokens_in`` and ``tokens_out`` of the record get columns of their own; ``done`` clears the tries."""
        raise NotImplementedError

    def probed(self, job_id: int, digest: str, probe: dict[str, Any]) -> None:
        """Keeps the content's digest and what the file says of itself."""
        raise NotImplementedError

    def skips_planned(self, job_id: int, skips: Iterable[Skip]) -> None:
        """Keeps which ranges are left out, in place of those kept before."""
        raise NotImplementedError

    def published(self, job_id: int, version: int, files: Iterable[tuple[bytes, str, str]]) -> None:
        """Keeps what was written: (path, format, SHA-256 in hex) each. Call it once the files are on the disk."""
        raise NotImplementedError

    def complete(self, job_id: int, overrides: str) -> JobRow:
        """Ends the run well; ``overrides`` is the stamp of the override files that it used."""
        raise NotImplementedError
