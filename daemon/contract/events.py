"""What happens while somebody watches: the events of ``/v1/events``."""

from typing import Any, Literal

from pydantic import Field

from daemon.contract.values import Frozen

EventType = Literal[
    "job.created", "job.changed", "job.deleted", "job.progress", "skips.changed", "script.created", "system.changed", "reset"
]  # fmt: skip


class Event(Frozen):
    """One thing that happened.

    ``id`` rises; null where the event is not kept (``job.progress``). After a ``reset`` some events are gone for good: read what
    you show anew.
    """

    id: int | None = None
    type: EventType
    data: dict[str, Any] = Field(default_factory=dict)
