"""Jobs as they are seen from outside, and what may be asked of them.

``name`` and ``path`` are for reading: escaped, safe in a terminal. Beside them ``path_bytes`` carries the path's own bytes.
``progress`` is 0–1, ``eta`` seconds, every moment in UTC.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, Field

from daemon.contract.evidence import Skip
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.contract.values import Frozen, RawPath

LARGEST_ID = 2**63 - 1
JobId = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Job(Frozen):
    """One video on its way to a screenplay."""

    id: JobId
    name: str
    path: str
    path_bytes: RawPath
    inbox: str
    state: JobState
    reason: str = ""
    advice: str = ""
    detail: str = ""  # the tail of a tool's own output
    cause: HoldCause | None = None
    next_try: AwareDatetime | None = None
    stage: Stage | None = None
    progress: float = 0.0
    eta: float | None = None
    eta_low: float | None = None  # between these two it ends, most likely
    eta_high: float | None = None
    priority: int = 0
    attempt: int = 0
    warning: str = ""
    stale: str = ""  # why its script would be another one if it were written today, as the daemon last looked
    created: AwareDatetime
    updated: AwareDatetime


JobSort: TypeAlias = Literal["newest", "oldest", "changed", "queue", "name"]
"""``changed``: what changed last first; ``queue``: the order in which jobs are taken; ``name``: by path."""


class JobPage(Frozen):
    """Some of the jobs, by id. ``next`` is the ``after`` of the page that follows; null: this was the last one."""

    items: tuple[Job, ...]
    next: JobId | None = None


class StageRun(Frozen):
    """One run of one stage. ``peak_memory`` in bytes.

    ``kept``: its result was there already. ``asked`` and ``reused`` count the pieces that a model was asked for, and those that it had
    given before.
    """

    stage: Stage
    attempt: int
    started: AwareDatetime
    ended: AwareDatetime | None = None
    outcome: str = ""
    error: str = ""
    peak_memory: int | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    kept: bool = False
    model: str = ""
    asked: int = 0
    reused: int = 0


class LogLine(Frozen):
    """One thing that happened to a job, in a sentence. ``id`` is the event's; ``type`` too."""

    id: int
    at: AwareDatetime
    type: str
    stage: Stage | None = None
    text: str


class LogPage(Frozen):
    """Some of a job's log, oldest first. ``next`` is the ``after`` of what follows; null: this was all so far."""

    items: tuple[LogLine, ...]
    next: int | None = None


class Script(Frozen):
    """One published file."""

    version: int
    format: str
    path: str
    path_bytes: RawPath
    published: AwareDatetime


class JobDetail(Job):
    """A job with what was done, what came out and what was left out."""

    stages: tuple[StageRun, ...] = ()
    scripts: tuple[Script, ...] = ()
    skips: tuple[Skip, ...] = ()


class AddJobs(Frozen):
    """Videos to take, wherever they lie."""

    paths: Annotated[tuple[RawPath, ...], Field(min_length=1, max_length=100)]


class ResumeJobs(Frozen):
    """Every paused job, or those of one inbox."""

    inbox: RawPath | None = None


class Resumed(Frozen):
    """How many jobs go on."""

    count: int


BulkAction: TypeAlias = Literal["retry", "cancel", "pause", "resume", "prioritise", "delete"]
MOST_AT_ONCE = 10_000  # jobs


class JobFilter(Frozen):
    """Which jobs: each condition that is given must hold. ``text`` is looked for in the path."""

    states: tuple[JobState, ...] = ()
    inbox: RawPath | None = None
    text: Annotated[str, Field(max_length=200)] = ""


class BulkWish(Frozen):
    """The same for many jobs: those named, or those that a filter leaves. ``priority`` is for ``prioritise``; higher goes first."""

    action: BulkAction
    ids: Annotated[tuple[JobId, ...], Field(max_length=MOST_AT_ONCE)] = ()
    filter: JobFilter | None = None
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0


class NotDone(Frozen):
    """A job with which something could not be done, and why."""

    id: JobId
    reason: str


class BulkDone(Frozen):
    """How many jobs it was done with, and the first of those with which it could not be."""

    count: int
    refused: tuple[NotDone, ...] = ()


class NewPriority(Frozen):
    """Higher goes first."""

    priority: Annotated[int, Field(ge=-1000, le=1000)]


class AskWhy(Frozen):
    """A file that somebody wonders about."""

    path: RawPath


class Why(Frozen):
    """What becomes of a file and why, in a sentence. ``job`` is there where the file has one."""

    path: str
    answer: str
    advice: str = ""
    job: Job | None = None
