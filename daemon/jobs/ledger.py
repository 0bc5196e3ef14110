"""What every part of the store stands on: one connection, one way to write, one way to change a job and to tell of it.

A write is a transaction that takes SQLite's write lock at once; its events are handed to subscribers after the commit, and never if
there was none. Every write may raise ``DiskFull`` (a ``MustWait``) or ``TableBusy`` (a ``TryAgain``): nothing was written then.
"""

import json
import logging
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from peewee import SQL, Field, Model, ModelSelect, NodeList

from daemon.contract.errors import MustWait
from daemon.contract.states import JobState
from daemon.jobs import moves
from daemon.jobs.database import told
from daemon.jobs.disk import Table
from daemon.jobs.errors import NoSuchJob
from daemon.jobs.rows import EventRow, EventType, Facts, JobRow, Live
from daemon.jobs.tables import Event, Job, Video

Subscriber = Callable[[EventRow], None]

log = logging.getLogger(__name__)

SKEW = 60.0  # seconds by which a clock may be put right without anybody noticing
FACTS = ("device", "inode", "size", "mtime_ns", "ctime_ns")
OWN = (
    "id", "recipe", "state", "stage", "attempt", "tries", "priority", "not_before", "reason", "advice", "detail", "cause", "progress",
    "eta", "overrides", "warning", "stale", "created", "updated", "needs", "easier",
)  # fmt: skip
SOURCE = ("path", "inbox", "digest", "gone", *FACTS)
COLUMNS = (Video.id, *(getattr(Job, name) for name in OWN), *(getattr(Video, name) for name in SOURCE))
NAMES = ("video_id", *OWN, *SOURCE)
QUIET = {"reason": "", "advice": "", "detail": "", "cause": None, "not_before": None}
"""What a job says of a state is forgotten with that state."""

BEGIN = {"stage": None, "tries": 0, "crashes": 0, "crashed_stage": None, "progress": 0.0, "eta": None, "stale": 0, "needs": ""}
"""What another run begins with."""

TELL = """
INSERT INTO event (type, job, data, at)
SELECT ?, id, json_object('id', id, 'state', state, 'was', ?, 'stage', stage, 'attempt', attempt,
    'reason', reason, 'advice', advice, 'cause', cause), ?
FROM job WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
RETURNING id, type, job, data, at
"""


class Ledger:
    """The connection, the clock and the subscribers. Used from one thread, the one that opened it."""

    def __init__(self, database: Table, clock: Callable[[], float]) -> None:
        self._db = database
        self._clock = clock
        self._subscribers: list[Subscriber] = []
        self._outbox: list[EventRow] = []
        self._live: dict[int, Live] = {}  # of each job that runs
        self.shut: MustWait | None = None  # why nothing can be written; None: the last try went well

    @contextmanager
    def together(self) -> Generator[None]:
        """Several writes in one commit: all or none, and one fsync for all of them."""
        before = len(self._outbox)
        try:
            with told(self._db), self._db.atomic("IMMEDIATE"):
                yield
        except BaseException as error:
            del self._outbox[before:]
            self.shut = error if isinstance(error, MustWait) else self.shut
            raise
        if not self._db.in_transaction():
            if self._outbox:  # an event is a row: something was written
                self.shut = None
            self._deliver()

    def try_again(self) -> None:
        """Where the table could not be written, whether it can be by now. Raises what keeps it shut."""
        if self.shut:
            with self.together():
                self._db.pragma("user_version", self._db.pragma("user_version"))  # a page that has to be written
            self.shut = None

    def on_event(self, subscriber: Subscriber) -> Callable[[], None]:
        """Calls ``subscriber`` with every event once it is committed; the answer ends that."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def _deliver(self) -> None:
        events, self._outbox = self._outbox, []
        for event in events:
            self._hand_out(event)

    def _hand_out(self, event: EventRow) -> None:
        for subscriber in tuple(self._subscribers):
            try:
                subscriber(event)
            except Exception:  # what was written stands, whatever a listener makes of it
                log.exception("a listener failed at %s", event.type)

    def _tell(self, kind: EventType, job_id: int | None, data: dict[str, Any]) -> None:
        at = self._clock()
        number = Event.insert(type=kind, job=job_id, data=json.dumps(data), at=at).execute(self._db)
        self._outbox.append(EventRow(id=number, type=kind, job_id=job_id, data=data, at=at))

    def _tell_of(self, kind: EventType, job_ids: Sequence[int], was: JobState | None) -> None:
        """One event for each of these jobs, as they stand now."""
        cursor = self._db.execute_sql(TELL, (kind, was, self._clock(), json.dumps(job_ids)))  # type: ignore[no-untyped-call]
        self._outbox.extend(event_row(*columns) for columns in sorted(cursor.fetchall()))

    def _job(self, job_id: int) -> JobRow:
        if row := self._by_id(job_id):
            return row
        raise NoSuchJob(f"There is no job {job_id}.", "`reelscribe jobs` lists them.")

    def _by_id(self, job_id: int) -> JobRow | None:
        with told(self._db):
            found = self._db.execute_sql(BY_ID, (job_id,)).fetchall()  # type: ignore[no-untyped-call]
        return next((self._row(values) for values in found), None)

    def _find(self, where: Any) -> JobRow | None:
        """The newest job of which this holds."""
        return next(iter(self._rows(jobs().where(where).order_by(Job.id.desc()).limit(1))), None)

    def _rows(self, query: "ModelSelect[Any]") -> list[JobRow]:
        return [self._row(values) for values in self._read(query)]

    def _read(self, query: Any) -> list[tuple[Any, ...]]:
        """The rows of a query as SQLite gives them: peewee's own wrapping costs ten times as much."""
        with told(self._db):
            return list(self._db.execute(query).fetchall())  # type: ignore[no-untyped-call]

    def _row(self, values: tuple[Any, ...]) -> JobRow:
        columns = dict(zip(NAMES, values, strict=True))
        facts = Facts(*(columns.pop(name) for name in FACTS))
        row = JobRow(facts=facts, **columns)
        return row.model_copy(update=self._live[row.id]._asdict()) if row.id in self._live else row

    def _set(self, job_id: int, **columns: Any) -> None:
        self._update(Job, job_id, updated=self._clock(), **columns)

    def _set_video(self, video_id: int, facts: Facts, **columns: Any) -> None:
        standing = {name: getattr(facts, name) for name in FACTS}
        self._update(Video, video_id, gone=0, **standing, **columns)

    def _update(self, table: type[Model], number: int, **columns: Any) -> None:
        fields = table._meta.fields
        values = [fields[name].db_value(value) for name, value in columns.items()]
        self._db.execute_sql(updating(table, tuple(columns)), (*values, number))  # type: ignore[no-untyped-call]

    def _move(self, job: JobRow, to: JobState, **columns: Any) -> JobRow:
        """A move of the table; a stale job that stops begins again instead."""
        moves.check(job.state, to)
        if job.stale and to is not JobState.CANCELLED:
            return self._stand(job, JobState.ARRIVING, **anew(job), reason="The file changed while it was worked on.")
        return self._stand(job, to, **(anew(job) if job.state in moves.ENDED else {}) | columns)

    def _stand(self, job: JobRow, state: JobState, **columns: Any) -> JobRow:
        """Puts a job into a state, and tells of it."""
        progress, eta, *_ = self._live.pop(job.id, Live(job.progress, job.eta))
        self._set(job.id, state=state, **QUIET | {"progress": progress, "eta": eta} | columns)
        self._tell_of("job.changed", [job.id], job.state)
        return self._job(job.id)

    def _stand_all(self, job_ids: Sequence[int], was: JobState, to: JobState, **columns: Any) -> int:
        """The same for any number of jobs that are in one state; gives how many."""
        moves.check(was, to)
        Job.update(state=to, updated=self._clock(), **QUIET | columns).where(Job.id.in_(listed(job_ids))).execute(self._db)
        self._tell_of("job.changed", job_ids, was)
        return len(job_ids)


def jobs() -> "ModelSelect[Any]":
    """Jobs with their videos, as ``JobRow`` wants them."""
    return Job.select(*COLUMNS).join(Video)


BY_ID, _ = jobs().where(Job.id == 0).sql()
"""The question that every write asks, put into SQL once: to do so takes longer than to answer it."""


@cache
def updating(table: type[Model], columns: tuple[str, ...]) -> str:
    """An update of one row, put into SQL once: a hundred thousand films that arrive ask for as many."""
    given = ", ".join(f"{table._meta.fields[name].column_name} = ?" for name in columns)
    return f"UPDATE {table._meta.table_name} SET {given} WHERE id = ?"  # noqa: S608 – the names are those of the tables


def anew(job: JobRow) -> dict[str, Any]:
    """The columns of another run: one more attempt, where one had begun."""
    return BEGIN | {"attempt": job.attempt + (job.stage is not None)}


def waited(state: JobState, now: float) -> Any:
    """Jobs of a state whose time has come, or was set by a clock that has been put back since."""
    return Job.not_before.is_null(False) & ((Job.not_before <= now) | (Job.updated > now + SKEW)) & (plainly(Job.state) == state)


def plainly(column: Field) -> Any:
    """A column by which SQLite looks for nothing and sorts by no index: left to itself it takes one by which it reads far more rows."""
    return NodeList((SQL("+"), column))


def listed(numbers: Iterable[int]) -> SQL:
    """Any number of ids as one parameter; SQLite's own limit is on parameters."""
    return SQL("(SELECT value FROM json_each(?))", [json.dumps(list(numbers))])


def event_row(number: int, kind: EventType, job_id: int | None, data: str, at: float) -> EventRow:
    """An event from its columns."""
    return EventRow(id=number, type=kind, job_id=job_id, data=json.loads(data), at=at)
