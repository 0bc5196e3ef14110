"""Server-sent events as they come over the wire."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import get_args

from daemon.contract.events import Event, EventType


@dataclass
class EventReader:
    """Reads server-sent events; ``last_id`` is where a later reader would go on."""

    lines: AsyncIterator[str]
    last_id: int | None = None

    async def __aiter__(self) -> AsyncIterator[Event]:
        fields: dict[str, str] = {}
        async for line in self.lines:
            name, _, value = line.partition(":")
            if line:
                fields[name] = value.removeprefix(" ")
                continue
            if fields.get("id", "").isdecimal():
                self.last_id = int(fields["id"])
            if (event := _event(fields)) is not None:
                yield event
            fields = {}


def _event(fields: dict[str, str]) -> Event | None:
    if fields.get("event") not in get_args(EventType):
        return None
    try:
        return Event.model_validate({"id": fields.get("id"), "type": fields["event"], "data": json.loads(fields.get("data", "{}"))})
    except ValueError:
        return None
