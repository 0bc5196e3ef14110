"""The store as the worker writes it: taking a job, its stages, its end."""

import json
from collections.abc import Iterable
from typing import Any

from peewee import SQL

from daemon.contract import evidence
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.jobs.database import told
from daemon.jobs.ledger import Ledger, waited
from daemon.jobs.rows import EventRow, JobRow, Live, RunOutcome, Waiting
from daemon.jobs.tables import Job, Script, Skip, StageRun, Tally, Video, Wish

# Left to itself SQLite would read all that is pending and sort it; so named, it reads one entry of the index, or says that it cannot.
NEXT = SQL("(SELECT id FROM job INDEXED BY job_turn WHERE state = 'pending' AND not_before IS NULL ORDER BY priority DESC, id LIMIT 1)")

# The same two ways: of all, and of those that need one model next, which stand together in an index of their own.
FIRST = """
SELECT id, priority, needs FROM job INDEXED BY job_turn WHERE state = 'pending' AND not_before IS NULL ORDER BY priority DESC, id LIMIT 1
"""
NEAR = """
SELECT id, priority, needs FROM job INDEXED BY job_needs WHERE state = 'pending' AND not_before IS NULL AND needs = ?
ORDER BY priority DESC, id LIMIT 1
"""

PEAK = """
SELECT MAX(peak_memory) FROM (
    SELECT peak_memory FROM (SELECT * FROM stage_run WHERE +stage = ? ORDER BY id DESC LIMIT 500)
    WHERE outcome = 'done' AND json_extract(record, '$.load') = ? LIMIT 20
)
"""
PACE = """
SELECT SUM(ended - started) / SUM(json_extract(probe, '$.duration')) FROM (
    SELECT ended, started, job_id FROM (SELECT * FROM stage_run WHERE +stage = ? ORDER BY id DESC LIMIT 500)
    WHERE outcome = 'done' AND json_extract(record, '$.model') = ? AND json_type(record, '$.kept') IS NULL
        AND json_extract(record, '$.calls') > 0 LIMIT 20
) JOIN job ON job.id = job_id JOIN video ON video.id = job.video_id
"""

DURATIONS = """
SELECT run.stage, ended - started, json_extract(probe, '$.duration') FROM (SELECT * FROM stage_run ORDER BY id DESC LIMIT ?) AS run
JOIN job ON job.id = run.job_id JOIN video ON video.id = job.video_id
WHERE outcome = 'done' AND json_type(record, '$.kept') IS NOT 'true' AND json_extract(probe, '$.duration') > 0
"""

ASKED = (Wish.state == "open") & (Wish.kind != "write")


class Running(Ledger):
    """Jobs that are worked on."""

    def claim(self, now: float, job_id: int | None = None) -> JobRow | None:
        """Takes the next job in turn (highest priority, then oldest), or that one where it waits, and makes it ``processing``.

        None while another one is.
        """
        with self.together():
            Job.update(not_before=None).where(waited(JobState.PENDING, now)).execute(self._db)
            if Tally.select(Tally.jobs).where(Tally.state == JobState.PROCESSING).scalar(self._db):
                return None
            taking = Job.update(state=JobState.PROCESSING, reason="", advice="", detail="", cause=None, updated=now)
            which = (Job.id == NEXT) if job_id is None else (Job.id == job_id) & (Job.state == JobState.PENDING) & Job.not_before.is_null()
            taken = list(taking.where(which).returning(Job.id).tuples().execute(self._db))
            if not taken:
                return None
            ((number,),) = taken
            self._tell_of("job.changed", [number], JobState.PENDING)
            return self._job(number)

    def in_turn(self, model: str) -> tuple[Waiting | None, Waiting | None]:
        """The job whose turn it is, and the first of those that need ``model`` next."""
        with told(self._db):
            first = self._db.execute_sql(FIRST).fetchone()  # type: ignore[no-untyped-call]
            near = self._db.execute_sql(NEAR, (model,)).fetchone()  # type: ignore[no-untyped-call]
        return Waiting(*first) if first else None, Waiting(*near) if near else None

    def put_back(self, job_id: int, needs: str, reason: str) -> JobRow:
        """A job that runs waits again, until it is its turn with the model that it ``needs``. Not one of its tries."""
        with self.together():
            job = self.move(job_id, JobState.PENDING, reason=reason, was=JobState.PROCESSING)
            if job.state is JobState.PENDING:
                self._set(job_id, needs=needs)
            return self._job(job_id)

    def ease(self, job_id: int, easier: str) -> None:
        """Notes how much smaller a job's speech model's settings are made."""
        with self.together():
            self._set(job_id, easier=easier)

    def peak_memory(self, stage: Stage, load: str) -> int | None:
        """The most bytes that the last runs of a stage took under this ``load`` (of their records); None: nobody knows."""
        found = self._one(PEAK, stage, load)
        return None if found is None else int(found)

    def pace_of(self, stage: Stage, model: str) -> float | None:
        """How many seconds ``model`` took for one of film, over its last runs of a stage; None: nobody knows."""
        found = self._one(PACE, stage, model)
        return None if found is None else float(found)

    def _one(self, query: str, *values: object) -> Any:
        with told(self._db):
            return self._db.execute_sql(query, values).fetchone()[0]  # type: ignore[no-untyped-call]

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
        was: JobState | None = None,
    ) -> JobRow:
        """Moves a job, and says why. ``stage`` None keeps the one it has.

        Leaving ``processing`` with a ``not_before`` counts as one of the stage's ``tries``. A stale job arrives again instead (unless
        it is cancelled), so look at the state of the answer. With ``was``, a job that is in another state meanwhile stays as it is.

        Raises:
            IllegalMove: the table has no such move.
            NoSuchJob: nobody has that number.
        """
        said: dict[str, Any] = {"reason": reason, "advice": advice, "detail": detail, "cause": cause, "not_before": not_before}
        with self.together():
            job = self._job(job_id)
            if was is not None and job.state is not was:
                return job
            if stage is not None:
                said["stage"] = stage
            if job.state is JobState.PROCESSING and not_before is not None:
                said["tries"] = job.tries + 1
            return self._move(job, to, **said)

    def progress(
        self, job_id: int, stage: Stage, fraction: float, eta: float | None, low: float | None = None, high: float | None = None
    ) -> None:
        """How far a job is (0–1), and the seconds left, between ``low`` and ``high``: kept in memory and told, not written."""
        self._live[job_id] = live = Live(fraction, eta, low, high)
        data = {"id": job_id, "stage": stage} | live._asdict()
        self._hand_out(EventRow(id=None, type="job.progress", job_id=job_id, data=data, at=self._clock()))

    def note(self, job_id: int, stage: Stage, text: str) -> None:
        """A line for the job's log."""
        with self.together():
            self._tell("job.note", job_id, {"id": job_id, "stage": stage, "text": text})

    def durations(self, runs: int = 1000) -> list[tuple[Stage, float, float]]:
        """Of the last runs that did their work, oldest first: the stage, its seconds, and those of the film."""
        with told(self._db):
            found = self._db.execute_sql(DURATIONS, (runs,)).fetchall()  # type: ignore[no-untyped-call]
        return [(Stage(stage), seconds, film) for stage, seconds, film in reversed(found)]

    def stage_started(self, job_id: int, stage: Stage, key: str) -> int:
        """Notes that a stage runs, for the artefact of this key. Gives the run's number."""
        with self.together():
            job = self._job(job_id)
            self._set(job_id, stage=stage, **({} if stage is job.stage else {"tries": 0}))
            run = StageRun.insert(job=job_id, stage=stage, attempt=job.attempt, key=key, started=self._clock()).execute(self._db)
            self._tell_of("job.changed", [job_id], job.state)
            return int(run)

    def stage_kept(self, job_id: int, stage: Stage, key: str) -> None:
        """Notes, once in an attempt, that a stage's result was there already. That is no progress: tries and crashes go on counting."""
        now = self._clock()
        run = {
            "job": job_id,
            "stage": stage,
            "key": key,
            "started": now,
            "ended": now,
            "outcome": "done",
            "record": json.dumps({"kept": True}),
        }
        with self.together():
            attempt = self._job(job_id).attempt
            same = (StageRun.job == job_id) & (StageRun.attempt == attempt) & (StageRun.stage == stage) & (StageRun.key == key)
            if not self._read(StageRun.select(StageRun.id).where(same & (StageRun.outcome == "done")).limit(1)):
                StageRun.insert(attempt=attempt, **run).execute(self._db)

    def stage_ended(
        self,
        run_id: int,
        outcome: RunOutcome,
        error: str = "",
        record: dict[str, Any] | None = None,
        peak_memory: int | None = None,
        seconds: float | None = None,
    ) -> None:
        """Notes how a run ended. ``tokens_in`` and ``tokens_out`` of the record get columns of their own.

        ``seconds`` that it took are told apart from the clock, which may have been set meanwhile. ``done`` clears the job's tries and
        crashes.
        """
        end = self._clock() if seconds is None else StageRun.started + seconds
        numbers = dict(record or {})
        tokens = {name: numbers.pop(name, None) for name in ("tokens_in", "tokens_out")}
        ended = StageRun.update(ended=end, outcome=outcome, error=error, peak_memory=peak_memory, record=json.dumps(numbers), **tokens)
        with self.together():
            runs = list(ended.where(StageRun.id == run_id).returning(StageRun.job).tuples().execute(self._db))
            for (job_id,) in runs:
                if outcome == "done":
                    self._set(job_id, tries=0, crashes=0, crashed_stage=None)

    def probed(self, job_id: int, digest: str, probe: dict[str, Any]) -> None:
        """Keeps the content's digest and what the file says of itself."""
        with self.together():
            job = self._job(job_id)
            if not job.stale:  # else it is the file before that was probed
                Video.update(digest=digest, probe=json.dumps(probe)).where(Video.id == job.video_id).execute(self._db)

    def skips_planned(self, job_id: int, skips: Iterable[evidence.Skip]) -> None:
        """Keeps which ranges are left out, in place of those kept before."""
        rows = [{"job": job_id, **skip.model_dump()} for skip in skips]
        with self.together():
            Skip.delete().where(Skip.job == self._job(job_id).id).execute(self._db)
            for row in rows:
                Skip.insert(row).execute(self._db)
            self._tell("skips.changed", job_id, {"id": job_id, "count": len(rows)})

    def published(self, job_id: int, version: int, files: Iterable[tuple[bytes, str, str]]) -> None:
        """Keeps what was written: (path, format, SHA-256 in hex) each. Call it once the files are on the disk."""
        now = self._clock()
        rows = [{"path": path, "format": kind, "sha256": digest} for path, kind, digest in files]
        with self.together():
            for row in rows:
                Script.insert(job=self._job(job_id).id, version=version, published=now, **row).execute(self._db)
            formats = [row["format"] for row in rows]
            self._tell("script.created", job_id, {"id": job_id, "version": version, "formats": formats})

    def complete(self, job_id: int, overrides: str, warning: str = "") -> JobRow:
        """Ends the run well; ``overrides`` is the stamp of the override files that it used, ``warning`` what to tell of how it ended.

        A stale job arrives again instead, one of which more was asked meanwhile waits its turn, and one that does not run any more stays
        as it is: look at the state of the answer.
        """
        with self.together():
            job = self._job(job_id)
            if job.state is not JobState.PROCESSING:
                return job
            done = self._move(job, JobState.COMPLETED, overrides=overrides, warning=warning, progress=1.0, eta=None, tries=0)
            waiting = done.state is JobState.COMPLETED and self._read(Wish.select(Wish.id).where(ASKED & (Wish.job == job_id)).limit(1))
            return self._move(done, JobState.PENDING, reason="More was asked for meanwhile.", warning=warning) if waiting else done
