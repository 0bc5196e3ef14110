"""What the store hands out: frozen values, never live rows. Paths are bytes, as the file system has them; times are unix seconds."""

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import Field

from daemon.contract.evidence import Skip
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.contract.values import Frozen

EventType = Literal[
    "job.created",
    "job.changed",
    "job.deleted",
    "job.progress",
    "job.note",
    "script.created",
    "script.changed",
    "skips.changed",
    "system.changed",
]
RunOutcome = Literal["done", "failed", "held", "again", "stopped", "crashed"]

HALF = 2**63  # SQLite's integers go from -HALF to below HALF


@dataclass(frozen=True, slots=True)
class Facts:
    """How a file stood when it was last looked at; two that are equal mean a file that nobody touched.

    A dataclass with slots, since one scan makes a hundred thousand of them. Numbers that no signed 64 bits hold (inodes of some
    network shares, dates after 2262) are wrapped into them, so compare facts with facts and never with a bare ``stat``.
    """

    device: int
    inode: int
    size: int  # bytes
    mtime_ns: int
    ctime_ns: int

    def __post_init__(self) -> None:
        numbers = (self.device, self.inode, self.size, self.mtime_ns, self.ctime_ns)
        if max(numbers) >= HALF or min(numbers) < -HALF:
            for field, number in zip(fields(self), numbers, strict=True):
                object.__setattr__(self, field.name, (number + HALF) % (2 * HALF) - HALF)

    @classmethod
    def of(cls, stat: os.stat_result) -> "Facts":
        """The facts of a ``stat`` or ``fstat``."""
        return cls(stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


@dataclass(frozen=True, slots=True)
class Known:
    """What a scan needs to know of a path that the table has. ``gone``: it was missing when it was last looked for."""

    video_id: int
    job_id: int
    path: bytes
    state: JobState
    facts: Facts
    overrides: str
    gone: bool


@dataclass(frozen=True, slots=True)
class InboxSeen:
    """``first``: never seen before. ``device`` and ``mount_id`` are those on record, which may not be those just given."""

    first: bool
    device: int
    mount_id: int


class JobRow(Frozen):
    """One job with its video.

    ``attempt`` numbers the runs of this job, from 1. ``tries`` counts how often in a row the present stage went back to wait.
    ``stale`` says that the file changed while the job runs: what the run makes is to be thrown away. ``needs`` names the model that it
    needs next (``""``: none of Ollama's); ``easier`` says how much smaller its speech model's settings were made.
    """

    id: int
    video_id: int
    path: bytes
    inbox: bytes
    digest: str  # of the content; "" until probed
    facts: Facts
    recipe: str
    state: JobState
    stage: Stage | None  # the one that runs, or was cut short
    attempt: int
    tries: int
    priority: int  # higher goes first
    not_before: float | None
    reason: str
    advice: str
    detail: str  # the tail of a tool's own output
    cause: HoldCause | None
    progress: float  # 0–1
    eta: float | None  # seconds
    overrides: str  # stamp of the override files that the last run used
    warning: str  # an override that was refused, say
    stale: bool
    gone: bool  # its source is not there
    created: float
    updated: float
    needs: str = ""
    easier: str = ""
    eta_low: float | None = None  # between these two it ends, most likely; known only while it runs
    eta_high: float | None = None


class Live(NamedTuple):
    """What is known of a job only while it runs: its progress (0–1), and seconds that it will still take."""

    progress: float
    eta: float | None = None
    eta_low: float | None = None
    eta_high: float | None = None


class Waiting(NamedTuple):
    """A job that could be taken: which one, how urgent it is, and the model that it needs next."""

    id: int
    priority: int
    needs: str


class Page(Frozen):
    """A stretch of the list; ``next`` is what to pass as ``after`` for the one that follows, None at the end."""

    items: tuple[JobRow, ...]
    next: int | None


class EventRow(Frozen):
    """Something that happened. ``id`` is None where it is not kept (``job.progress``).

    ``data`` is JSON: for ``job.created`` and ``job.changed`` the job's ``id, state, was, stage, attempt, reason, advice, cause``
    (``was`` is its state before, null for a new one); for ``job.deleted`` its ``id``; for ``job.progress`` ``id, stage, progress,
    eta, eta_low, eta_high``; for ``job.note`` its ``id, stage, text``; for ``script.created`` ``id, version, formats``; for
    ``script.changed`` ``id, version, status``; for ``skips.changed`` ``id`` and ``count`` or ``suggestions``, how many; for
    ``system.changed`` whatever was announced.
    """

    id: int | None
    type: EventType
    job_id: int | None
    data: dict[str, Any]
    at: float


class Hold(Frozen):
    """One thing that jobs wait for, however many they are."""

    cause: HoldCause | None
    reason: str
    advice: str
    next_try: float | None  # the earliest of theirs
    jobs: int
    since: float


class ScriptRow(Frozen):
    """One file that was published."""

    job_id: int
    version: int
    path: bytes
    format: str
    sha256: str
    published: float


class StageRow(Frozen):
    """One run of one stage; ``ended`` and ``outcome`` are None while it runs."""

    id: int
    stage: Stage
    attempt: int
    key: str  # of the artefact
    started: float
    ended: float | None
    outcome: RunOutcome | None
    error: str
    peak_memory: int | None  # bytes
    tokens_in: int | None
    tokens_out: int | None
    record: dict[str, Any]


class LearnedRow(Frozen):
    """A range that a person had learned: by its sound (``print``: part of a Chromaprint fingerprint), from the ``film`` of this name."""

    id: int
    film: str
    start: float
    end: float
    note: str
    print: bytes
    created: float


class SuggestionRow(Skip):
    """A range that nobody has left out. ``origin``: the film by which it was found, ``""`` for its own."""

    id: int
    origin: str = ""


class Artefact(Frozen):
    """A stage's result, as the state directory names it."""

    stage: Stage
    key: str


class Opened(Frozen):
    """What opening the database took. ``quarantined`` is where a database that could not be read lies, ``restored`` the backup that
    was taken up in its place; say so to the person.
    """

    created: bool = False
    migrated_from: int | None = None
    backup: Path | None = None
    quarantined: Path | None = None
    restored: Path | None = None


Author = Literal["machine", "hand", "person"]
VersionStatus = Literal["draft", "approved", "rejected", "needs revision"]
WishKind = Literal["regenerate", "hand", "write"]
WishState = Literal["open", "done", "failed"]


class NewVersion(Frozen):
    """A version as it is to be kept. ``screenplay``, ``written`` (by the machine alone) and ``evidence`` are digests of documents.

    ``tokens`` and ``seconds`` are what this version took, ``record`` the numbers of the writing that it stands on.
    """

    parent: int | None
    why: str
    author: Author
    style: str = ""
    model: str = ""
    settings: dict[str, Any] = Field(default_factory=dict)
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    pages: dict[str, Any] = Field(default_factory=dict)
    record: dict[str, Any] = Field(default_factory=dict)
    screenplay: str
    written: str
    evidence: str


class VersionRow(NewVersion):
    """A version as it is kept. ``deleted``: since when nobody sees it."""

    id: int
    job_id: int
    number: int
    created: float
    status: VersionStatus
    status_by: str
    status_at: float | None
    status_note: str
    deleted: float | None


class VersionPage(Frozen):
    """A stretch of a list of versions, newest first; ``next`` is the ``after`` of the one that follows."""

    items: tuple[VersionRow, ...]
    next: int | None


class WishRow(Frozen):
    """What somebody asked of a run. ``said``: how it ended, where it could not be done; ``number``: the version that came of it.

    ``regenerate``: write ``scene`` again by ``instructions``; ``hand``: take in the file at ``path``, whose bytes are kept under
    ``sha256`` (hex), edited from version ``number``; ``write``: choose the writer anew.
    """

    id: int
    job_id: int
    kind: WishKind
    scene: str
    instructions: str
    path: bytes
    sha256: str
    number: int | None
    state: WishState
    said: str
    created: float
    ended: float | None


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A file that was published, with how it stood when it was last looked at (``size`` -1: never). One scan reads all of them."""

    id: int
    job_id: int
    path: bytes
    sha256: str  # of what was written there last
    size: int
    mtime_ns: int
    looked: str  # SHA-256 of what was there then
    version: int  # that was written there last


class LineRow(Frozen):
    """One line of a film's current version that was searched for; ``marks`` are the words found in ``text``: from, to."""

    id: int
    job_id: int
    path: bytes
    version: int
    scene: str
    number: str
    heading: str
    kind: str
    who: str
    start: float
    text: str
    marks: tuple[tuple[int, int], ...] = ()


class NewLine(Frozen):
    """One line to be found."""

    scene: str
    number: str
    heading: str
    kind: str
    who: str
    start: float
    text: str


class StatisticsRow(Frozen):
    """What one model (``""``: none) did in one stage, over all films. ``film`` and ``seconds`` are of runs that did their work."""

    stage: Stage
    model: str
    runs: int
    kept: int
    failed: int
    seconds: float
    film: float  # seconds of film
    tokens_in: int
    tokens_out: int
    fallbacks: int
