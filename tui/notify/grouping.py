"""What is worth a message: one for all films that one thing holds, one for all that fail alike. Pure: events in, a time in, notices out."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from daemon.contract.events import Event

GATHER = 20.0  # seconds from the first of a kind to the message, so that those that come with it are in it
AGAIN = 3600.0  # seconds between two messages about films that fail alike
OVER = 2 * AGAIN  # seconds without a film that is held for it: it is over, and would be news again
OF_ITS_OWN = ("hours",)  # holds that a person asked for

Key = tuple[str, str]


@dataclass
class Notice:
    """What a message is about. ``kind``: completed, failed or held; ``jobs``: the numbers of the films; ``cause``: of a hold."""

    kind: str
    cause: str = ""
    reason: str = ""
    advice: str = ""
    jobs: dict[int, None] = field(default_factory=dict)


class Grouping:
    """Gathers events of the kinds ``on`` into notices. Times are in seconds of a clock that never jumps."""

    def __init__(self, on: Collection[str]) -> None:
        self._on = on
        self._gathering: dict[Key, Notice] = {}
        self._due: dict[Key, float] = {}
        self._told: dict[Key, float] = {}
        self._held: dict[Key, float] = {}

    def hear(self, event: Event, now: float) -> None:
        """Takes an event in."""
        state, cause = str(event.data.get("state", "")), str(event.data.get("cause") or "")
        if event.type != "job.changed" or state not in self._on or cause in OF_ITS_OWN:
            return
        key = (state, _alike(state, cause, event))
        if state == "held" and self._goes_on(key, now):
            return
        self._gather(key, cause, event, now)

    def due(self, now: float) -> Iterator[Notice]:
        """The notices whose time has come."""
        for key in [key for key, due in self._due.items() if due <= now]:
            del self._due[key]
            self._told[key] = now
            yield self._gathering.pop(key)

    def next_due(self) -> float | None:
        """When the next notice is due."""
        return min(self._due.values(), default=None)

    def _goes_on(self, key: Key, now: float) -> bool:
        """Whether it was told already that films wait for this: they look again and again whether it is there."""
        lately = now - self._held.get(key, -OVER) < OVER
        self._held[key] = now
        return lately and key not in self._gathering

    def _gather(self, key: Key, cause: str, event: Event, now: float) -> None:
        notice = self._gathering.get(key)
        if notice is None:
            notice = Notice(key[0], cause, str(event.data.get("reason", "")), str(event.data.get("advice", "")))
            self._gathering[key] = notice
            self._due[key] = max(now + GATHER, self._told.get(key, -AGAIN) + AGAIN if key[0] == "failed" else now)
        notice.jobs[int(event.data.get("id", 0))] = None


def _alike(state: str, cause: str, event: Event) -> str:
    """What makes films go into one message."""
    return {"held": cause, "failed": str(event.data.get("reason", ""))}.get(state, "")
