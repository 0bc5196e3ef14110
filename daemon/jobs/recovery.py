"""What a crash leaves behind, and what becomes of it."""

from typing import Any

from daemon.contract.states import JobState, Stage
from daemon.jobs.ledger import Ledger, listed
from daemon.jobs.rows import JobRow
from daemon.jobs.tables import Job, StageRun

PATIENCE = 3  # crashes in one stage, so that one bad file cannot stop the queue


def crashes(stage: Stage | None, crashed_stage: str | None, so_far: int) -> int:
    """How many crashes in a row this one makes: they count only in the same stage."""
    return so_far + 1 if so_far and crashed_stage == stage else 1


class Recovery(Ledger):
    """Taking up what was cut short."""

    def recover(self) -> list[int]:
        """Jobs that a crash left ``processing`` are pending again, at the stage that was cut short; call it once, at start.

        The third crash in the same stage fails the job as "crashed repeatedly". Gives the numbers of all that were found.
        """
        with self.together():
            found = [int(number) for number in Job.select(Job.id).where(Job.state == JobState.PROCESSING).scalars(self._db)]
            for number in found:
                self._crash(self._job(number), "", None, "Goes on where it was cut short.")
            self._end_runs(found)
        return found

    def crashed(self, job_id: int, detail: str, not_before: float | None = None) -> JobRow:
        """The stage's process died without an answer: back to ``pending``, or ``failed`` the third time in the same stage.

        A job that does not run any more (a person cancelled it meanwhile) stays as it is.
        """
        with self.together():
            job = self._job(job_id)
            if job.state is not JobState.PROCESSING:
                return job
            return self._crash(job, detail, not_before, "The work on it crashed; it is tried again.")

    def _crash(self, job: JobRow, detail: str, not_before: float | None, reason: str) -> JobRow:
        where = job.stage or "before its first stage"
        count = crashes(job.stage, *self._crashes(job.id))
        counted: dict[str, Any] = {"crashes": count, "crashed_stage": job.stage, "tries": job.tries + 1, "detail": detail}
        if count < PATIENCE:
            return self._move(job, JobState.PENDING, **counted, reason=reason, not_before=not_before)
        advice = f"Its file may be damaged, or memory too small for {where}: the log says more. Retry it when that is mended."
        return self._move(job, JobState.FAILED, **counted, reason=f"crashed repeatedly ({where})", advice=advice)

    def _crashes(self, job_id: int) -> tuple[str | None, int]:
        query = Job.select(Job.crashed_stage, Job.crashes).where(Job.id == job_id).tuples()
        stage, count = next(iter(query.execute(self._db)))
        return stage, count

    def _end_runs(self, job_ids: list[int]) -> None:
        cut_short = StageRun.ended.is_null() & StageRun.job.in_(listed(job_ids))
        StageRun.update(ended=self._clock(), outcome="crashed").where(cut_short).execute(self._db)
