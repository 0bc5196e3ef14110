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
    free: int | None = None  # bytes left on its disk


class MemoryUse(Frozen):
    """Bytes: what heavy work may use, and what it uses."""

    limit: int
    used: int


class Resident(Frozen):
    """A model that lies in Ollama's memory: ``size`` bytes of it, until when it stays unless it is asked again (null: for ever)."""

    name: str
    size: int
    on_card: int = 0  # of those bytes, on a graphics card
    until: AwareDatetime | None = None


class OllamaState(Frozen):
    """The Ollama that answered last. ``resident`` names the model that lies in memory; ``models`` says more of each that does."""

    url: str
    answers: bool
    version: str = ""
    resident: str = ""
    models: tuple[Resident, ...] = ()


class Disk(Frozen):
    """Bytes left of the disk on which ``path`` lies."""

    path: str
    free: int
    total: int


class Forecast(Frozen):
    """How long it takes until nothing waits any more: seconds, between ``low`` and ``high`` most likely, for ``films`` of them."""

    films: int
    low: float
    high: float


class Status(Frozen):
    """What is being done, what waits, and for what.

    ``counts`` has every state that any job is in, ``stale`` how many scripts would be others if they were written today.
    """

    version: str
    counts: dict[JobState, int]
    stale: int = 0
    holds: tuple[Hold, ...] = ()
    running: Job | None = None
    inboxes: tuple[Inbox, ...] = ()
    memory: MemoryUse | None = None
    ollama: OllamaState | None = None
    disk: Disk | None = None  # of the state directory
    forecast: Forecast | None = None
