"""The store as everybody reads it."""

import json
from typing import Any

from peewee import SQL, Model, Table, fn

from daemon.contract import evidence
from daemon.contract.states import JobState, Stage
from daemon.contract.values import Frozen
from daemon.jobs.ledger import event_row
from daemon.jobs.listing import Listing
from daemon.jobs.rows import EventRow, Hold, JobRow, ScriptRow, StageRow
from daemon.jobs.tables import Event, Job, Script, Skip, StageRun, Tally, Video


class Reading(Listing):
    """Jobs, their history, and what happened."""

    def job(self, job_id: int) -> JobRow | None:
        """One job."""
        return self._by_id(job_id)

    def job_by_path(self, path: bytes) -> JobRow | None:
        """The newest job of a path."""
        return self._find(Video.path == path)

    def counts(self) -> dict[JobState, int]:
        """How many jobs are in each state; every state is there."""
        return {JobState(state): jobs for state, jobs in self._read(Tally.select(Tally.state, Tally.jobs))}

    def holds(self) -> tuple[Hold, ...]:
        """What is waited for at present, each cause once for all of its jobs."""
        return self.said(JobState.HELD)

    def said(self, state: JobState, since: float | None = None, until: float | None = None) -> tuple[Hold, ...]:
        """What the jobs in a state say of it, each reason once; ``since``, ``until``: only those that came into it then (unix time)."""
        columns = (Job.cause, Job.reason, Job.advice, fn.MIN(Job.not_before), fn.COUNT(Job.id), fn.MIN(Job.updated))
        query = Job.select(*columns).where(Job.state == state)
        query = query if since is None else query.where(Job.updated >= since)
        query = query if until is None else query.where(Job.updated < until)
        grouped = query.group_by(*columns[:3]).order_by(fn.MIN(Job.id))
        return tuple(Hold(**dict(zip(Hold.model_fields, row, strict=True))) for row in self._read(grouped))

    def waiting(self, now: float) -> tuple[int, float]:
        """How many jobs could be taken at this moment, and since when the first of them could."""
        due = fn.COALESCE(fn.MIN(fn.MAX(Job.updated, fn.COALESCE(Job.not_before, 0))), now)
        query = Job.select(fn.COUNT(Job.id), due).where(
            (Job.state == JobState.PENDING) & (Job.not_before.is_null() | (Job.not_before <= now))
        )
        return next((int(count), float(since)) for count, since in self._read(query))

    def next_due(self) -> float | None:
        """When the first of the jobs that wait for a time may go on."""
        waiting = Job.select(Job.not_before).where(Job.not_before.is_null(False)).order_by(Job.not_before).limit(1)
        return next((moment for (moment,) in self._read(waiting)), None)

    def probe(self, job_id: int) -> dict[str, Any] | None:
        """What the file said of itself, as ``probed`` was given it."""
        for (probe,) in self._read(Job.select(Video.probe).join(Video).where(Job.id == job_id)):
            return json.loads(probe) if probe else None
        return None

    def stages(self, job_id: int) -> tuple[StageRow, ...]:
        """The runs of a job's stages, oldest first."""
        found = self._columns(StageRun, StageRow, StageRun.job == job_id)
        return tuple(StageRow(**row | {"record": json.loads(row["record"])}) for row in found)

    def results(self, job_id: int) -> dict[Stage, str]:
        """The key of the newest result of each stage of a job."""
        query = StageRun.select(StageRun.stage, StageRun.key).where((StageRun.job == job_id) & (StageRun.outcome == "done"))
        return {Stage(stage): key for stage, key in self._read(query.order_by(StageRun.id))}

    def skips(self, job_id: int) -> tuple[evidence.Skip, ...]:
        """The ranges left out, in film order."""
        found = self._columns(Skip, evidence.Skip, Skip.job == job_id)
        return tuple(sorted((evidence.Skip(**row) for row in found), key=lambda skip: skip.start))

    def scripts(self, job_id: int) -> tuple[ScriptRow, ...]:
        """What was published for a job, in the order in which it was."""
        found = self._columns(Script, ScriptRow, Script.job == job_id, leave=("job_id",))
        return tuple(ScriptRow(job_id=job_id, **row) for row in found)

    def written(self, job_id: int) -> dict[bytes, str]:
        """The SHA-256 (hex) of what was last written to each path for this job."""
        return {script.path: script.sha256 for script in self.scripts(job_id)}

    def latest_version(self, job_id: int) -> int:
        """The newest published version, 0 where there is none."""
        return max((script.version for script in self.scripts(job_id)), default=0)

    def events_after(self, after: int, limit: int = 100) -> tuple[EventRow, ...]:
        """What happened after the event of this number, oldest first."""
        query = Event.select(Event.id, Event.type, Event.job, Event.data, Event.at).where(Event.id > after)
        return tuple(event_row(*row) for row in self._read(query.order_by(Event.id).limit(limit)))

    def log(self, job_id: int, after: int = 0, limit: int = 100) -> tuple[EventRow, ...]:
        """What happened to a job after the event of this number, as far as it is kept, oldest first."""
        kept = (Event.job == job_id) & (Event.id > after)
        query = Event.select(Event.id, Event.type, Event.job, Event.data, Event.at).where(kept)
        return tuple(event_row(*row) for row in self._read(query.order_by(Event.id).limit(limit)))

    def events_lost(self, after: int) -> bool:
        """Whether what followed this number was trimmed, or the number is none of ours: who asks has to begin anew."""
        last = self.last_event()
        oldest = next((number for (number,) in self._read(Event.select(fn.MIN(Event.id))) if number), last + 1)
        return not oldest - 1 <= after <= last

    def last_event(self) -> int:
        """The number of the newest event that was ever kept, 0 where there was none."""
        kept = Table("sqlite_sequence")
        return next((int(number) for (number,) in self._read(kept.select(kept.c.seq).where(kept.c.name == "event"))), 0)

    def _columns(self, table: type[Model], value: type[Frozen], where: Any, leave: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        """The rows of a table, in the order in which they came, as the keys of a value."""
        names = [name for name in value.model_fields if name not in leave]
        query = table.select(*(getattr(table, name) for name in names)).where(where).order_by(SQL("id"))
        return [dict(zip(names, row, strict=True)) for row in self._read(query)]
