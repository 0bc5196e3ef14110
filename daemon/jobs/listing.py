"""The list of jobs: filtered, sorted, and paged by key, so that a page costs the same wherever it lies."""

from string import ascii_lowercase, ascii_uppercase
from typing import Any, NamedTuple

from peewee import ModelSelect, fn

from daemon.contract.jobs import JobSort
from daemon.contract.states import JobState
from daemon.jobs.errors import NoSuchJob
from daemon.jobs.ledger import Ledger, jobs
from daemon.jobs.rows import JobRow, Page
from daemon.jobs.tables import Job, Video

SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)  # SQLite's LOWER knows no other letters


class Key(NamedTuple):
    """What a list is sorted by: ``column`` first, then the job's number."""

    column: Any
    descending: bool
    numbers_descending: bool
    field: str  # of a JobRow


KEYS = {
    "newest": Key(Job.id, True, True, "id"),
    "oldest": Key(Job.id, False, False, "id"),
    "changed": Key(Job.updated, True, True, "updated"),
    "queue": Key(Job.priority, True, False, "priority"),
    "name": Key(Video.path, False, False, "path"),
}


class Listing(Ledger):
    """Pages of jobs."""

    def page(
        self,
        after: int | None = None,
        limit: int = 50,
        state: JobState | None = None,
        *,
        inbox: bytes | None = None,
        text: str = "",
        sort: JobSort = "newest",
    ) -> Page:
        """The jobs that follow the job ``after`` in the order of ``sort``; ``text`` is looked for in the path, small letters or capitals.

        Raises:
            NoSuchJob: the job ``after`` is gone, and the list has no order by number.
        """
        key = KEYS[sort]
        query = _filtered(jobs(), state, inbox, text).order_by(*_order(key)).limit(limit + 1)
        if after is not None:
            query = query.where(self._beyond(key, after))
        rows = self._rows(query)
        return Page(items=tuple(rows[:limit]), next=rows[limit - 1].id if len(rows) > limit else None)

    def chosen(self, states: tuple[JobState, ...] = (), inbox: bytes | None = None, text: str = "") -> tuple[int, ...]:
        """The numbers of all jobs that a filter leaves, oldest first."""
        query = Job.select(Job.id).join(Video).order_by(Job.id)
        query = query.where(Job.state.in_(states)) if states else query
        return tuple(int(number) for (number,) in self._read(_filtered(query, None, inbox, text)))

    def _beyond(self, key: Key, after: int) -> Any:
        if key.field == "id":
            return Job.id < after if key.descending else Job.id > after
        value = getattr(self._known(after), key.field)
        further = key.column < value if key.descending else key.column > value
        later = Job.id < after if key.numbers_descending else Job.id > after
        return further | ((key.column == value) & later)

    def _known(self, job_id: int) -> JobRow:
        job = self._by_id(job_id)
        if job is None:
            raise NoSuchJob(f"job {job_id}, after which the list goes on, is gone", "read it from its beginning")
        return job


def _order(key: Key) -> tuple[Any, Any]:
    return (key.column.desc() if key.descending else key.column, Job.id.desc() if key.numbers_descending else Job.id)


def _filtered(query: "ModelSelect[Any]", state: JobState | None, inbox: bytes | None, text: str) -> "ModelSelect[Any]":
    if state is not None:
        query = query.where(Job.state == state)
    if inbox is not None:
        query = query.where(Video.inbox == inbox)
    return query.where(fn.INSTR(fn.LOWER(Video.path.cast("TEXT")), text.translate(SMALL)) > 0) if text else query
