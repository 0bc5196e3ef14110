"""How the daemon is, at one glance."""

from typing import Literal

from pydantic import AwareDatetime

from daemon.contract.jobs import Job
from daemon.contract.states import HoldCause, JobState
from daemon.contract.values import Frozen, RawPath


class Health(Frozen):
    """The daemon answers."""

    status: Literal["ok"] = "ok"
    version: str


class Hold(Frozen):
    """One thing outside that jobs wait for, said once however many they are."""

    cause: HoldCause | None = None
    reason: str
    advice: str = ""
    next_try: AwareDatetime | None = None
    jobs: int


class Inbox(Frozen):
    """One watched folder. ``note`` says what a person should know of how it is watched."""

    path: str
    path_bytes: RawPath
    watched: Literal["events", "polling", "missing"] = "events"
    note: str = ""


class MemoryUse(Frozen):
    """Bytes: what heavy work may use, and what it uses."""

    limit: int
    used: int


class OllamaState(Frozen):
    """The Ollama that answered last. ``resident`` names the model that lies in memory."""

    url: str
    answers: bool
    version: str = ""
    resident: str = ""


class Status(Frozen):
    """What is being done, what waits, and for what. ``counts`` has every state that any job is in."""

    version: str
    counts: dict[JobState, int]
    holds: tuple[Hold, ...] = ()
    running: Job | None = None
    inboxes: tuple[Inbox, ...] = ()
    memory: MemoryUse | None = None
    ollama: OllamaState | None = None
