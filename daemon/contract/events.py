"""What happens while somebody watches: the events of ``/v1/events``."""

from typing import Any, Literal

from pydantic import Field

from daemon.contract.values import Frozen

EventType = Literal[
    "job.created",
    "job.changed",
    "job.progress",
    "job.note",
    "skips.changed",
    "script.created",
    "script.changed",
    "system.changed",
    "reset",
]


class Event(Frozen):
    """One thing that happened.

    ``id`` rises; null where the event is not kept (``job.progress``). What happens to a job has the job's number as ``id`` in its
    ``data``, and ``deleted`` where the job is gone. After a ``reset`` some events are gone for good: read what you show anew.
    """

    id: int | None = None
    type: EventType
    data: dict[str, Any] = Field(default_factory=dict)
