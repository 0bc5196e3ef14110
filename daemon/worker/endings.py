"""How a run ended, and what the job table is told of it.

An ending is a function, since the table may be closed for writing when it is known: it is called until it succeeds.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from daemon.contract.errors import MustWait, ReelscribeError, TryAgain, from_os
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.contract.values import shown
from daemon.jobs.rows import JobRow, RunOutcome
from daemon.jobs.store import Store
from daemon.worker import backoff
from daemon.worker.child import Crashed, Stalled, TooBig
from daemon.worker.hours import OutOfHours
from daemon.worker.memory.easing import Easier
from daemon.worker.patience import SHUT

log = logging.getLogger(__name__)

Ending = Callable[[], Any]
"""What tells the table how a run ended."""


class Endings:
    """Makes the endings of runs. The kind of an error decides what becomes of its job (``daemon.contract.errors``)."""

    def __init__(self, store: Store, clock: Callable[[], float], chance: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._chance = chance
        self._said: set[tuple[HoldCause | None, str]] = set()

    def good(self, job: JobRow, stamp: str, warning: str) -> Ending:
        """Of a run whose script is published; ``stamp`` is that of the override files it used."""

        def complete() -> None:
            self._store.complete(job.id, stamp, warning)
            self._said &= {(hold.cause, hold.reason) for hold in self._store.holds()}

        return complete

    def of(self, job: JobRow, error: Exception) -> Ending:
        """Of a run that ended with ``error``."""
        match error:
            case Crashed() | Stalled():
                again = self._next_try(job)
                return lambda: self._store.crashed(job.id, f"{error.message}\n{error.detail}".strip(), again)
            case MustWait():
                until = error.until if isinstance(error, OutOfHours) else self._clock() + backoff.HOLD[error.cause]
                return lambda: self._hold(job, error, until)
            case TryAgain():
                again = self._next_try(job)
                return lambda: self._go_back(job, error, again)
            case ReelscribeError():
                log.warning("%s failed: %s", shown(job.path), error.message, extra=self._fields(job))
                return lambda: self._move(job, JobState.FAILED, error)
            case OSError():
                return self.of(job, from_os(error))
            case _:
                log.error("%s failed by a fault of Reelscribe", shown(job.path), exc_info=error, extra=self._fields(job))
                fault = ReelscribeError(f"a fault of Reelscribe: {error!r}", "Retry the job; if it fails again, report this with the log.")
                return lambda: self._move(job, JobState.FAILED, fault)

    def _fields(self, job: JobRow) -> dict[str, object]:
        return fields(self._row(job))

    def _next_try(self, job: JobRow) -> float:
        """When the stage that went wrong is tried again; the table knows how often it was tried."""
        return self._clock() + backoff.delay(self._row(job).tries, self._chance())

    def _row(self, job: JobRow) -> JobRow:
        """The job as the table has it; as it was taken, where the table cannot be read."""
        with suppress(*SHUT):
            return self._store.job(job.id) or job
        return job

    def _hold(self, job: JobRow, error: MustWait, until: float) -> None:
        """Holds a job. What it waits for is said once, however many jobs wait for it and however often they look."""
        self._move(job, JobState.HELD, error, cause=error.cause, not_before=until)
        if (error.cause, error.message) not in self._said:
            log.warning("waiting: %s. %s", error.message.rstrip("."), error.advice, extra=self._fields(job))
            self._store.announce({"hold": error.cause, "reason": error.message, "advice": error.advice})
            self._said.add((error.cause, error.message))

    def _go_back(self, job: JobRow, error: TryAgain, again: float) -> None:
        with self._store.together():
            if isinstance(error, Easier):
                self._store.ease(job.id, error.easier)
            self._move(job, JobState.PENDING, error, not_before=again)

    def _move(self, job: JobRow, to: JobState, error: ReelscribeError, **more: Any) -> None:
        more |= {"reason": error.message, "advice": error.advice, "detail": error.detail}
        self._store.move(job.id, to, was=JobState.PROCESSING, **more)  # a person may have been quicker


def fields(job: JobRow, stage: Stage | None = None) -> dict[str, object]:
    """What the journal keeps beside a line about a job."""
    return {"JOB": job.id, "STAGE": stage or job.stage, "VIDEO": shown(job.path)}


def outcome(error: BaseException) -> RunOutcome:
    """The same for a stage's run, as its row says it."""
    match error:
        case Crashed() | Stalled() | TooBig():
            return "crashed"
        case MustWait():
            return "held"
        case TryAgain():
            return "again"
        case Exception():
            return "failed"
        case _:
            return "stopped"
