"""What the server was asked, and how each request ended."""

from dataclasses import dataclass, field
from threading import Condition
from typing import Any


@dataclass
class Asked:
    """One request as it came. ``outcome``: ``"answered"``, or ``"left"`` where the client went away first."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any] | None = None
    status: int = 0
    outcome: str = ""

    @property
    def generates(self) -> bool:
        """Whether it asks for words, and not only for a load or an unload."""
        body = self.body or {}
        return self.path in ("/api/chat", "/api/generate") and bool(body.get("messages") or body.get("prompt"))


@dataclass
class Record:
    """Every request, in order; ``changed`` is notified of each begin and end."""

    requests: list[Asked] = field(default_factory=list)
    changed: Condition = field(default_factory=Condition)

    def add(self, asked: Asked) -> Asked:
        """One more request."""
        with self.changed:
            self.requests.append(asked)
            self.changed.notify_all()
        return asked

    def end(self, asked: Asked, outcome: str) -> None:
        """It is over."""
        with self.changed:
            asked.outcome = outcome
            self.changed.notify_all()
