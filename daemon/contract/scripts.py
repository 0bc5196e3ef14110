"""Scripts as they are worked on: versions, what is said of them, what is asked for, and what was found in them.

Text comes from films, models and people: whoever shows it escapes it. A film goes by the number of its job, a scene by its ``id`` or by
the ``number`` that is printed, a line by its place in the scene, from 1. Every moment is in UTC.
"""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from daemon.contract.evidence import Span
from daemon.contract.jobs import JobId
from daemon.contract.states import Stage
from daemon.contract.values import Frozen

Author = Literal["machine", "hand", "person"]
Status = Literal["draft", "approved", "rejected", "needs revision"]
Number = Annotated[int, Field(ge=1, le=2**31)]
SceneName = Annotated[str, Field(min_length=1, max_length=100)]
Remark = Annotated[str, Field(max_length=2000)]
Who = Annotated[str, Field(max_length=200)]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$")]


class Version(Frozen):
    """One version of a film's script.

    ``author``: the machine wrote it, a person edited the file by ``hand``, or a ``person`` had it made (a rename, a lock, a rollback).
    ``tokens`` and ``seconds`` are what it took, ``record`` the numbers of the writing that it stands on, ``pages`` how long it is.
    """

    job: JobId
    name: str  # the film's file name, escaped
    number: int
    parent: int | None = None
    created: AwareDatetime
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
    status: Status = "draft"
    status_by: str = ""
    status_at: AwareDatetime | None = None
    status_note: str = ""
    deleted: AwareDatetime | None = None
    stale: str = ""  # why the current version would be another one if it were written today


class VersionPage(Frozen):
    """Versions of one film, newest first. ``next`` is the ``after`` of the page that follows; null: this was the last one."""

    items: tuple[Version, ...]
    next: int | None = None


class ScriptPage(Frozen):
    """The current version of each film, newest first."""

    items: tuple[Version, ...]
    next: int | None = None


class LineView(Frozen):
    """One element of a scene. ``who`` says a dialogue's line; ``cues`` are the ids of what was heard."""

    line: int
    kind: str
    text: str
    who: str = ""
    cues: tuple[str, ...] = ()
    locked: bool = False


class SceneView(Span):
    """One scene."""

    id: str
    number: str
    heading: str
    locked: bool = False
    lines: tuple[LineView, ...] = ()


class Asked(Frozen):
    """What is or was asked of a run: ``scene`` written again by ``instructions``, or a file of a person's taken in.

    ``said``: why it could not be done. ``version``: the one that came of it.
    """

    kind: Literal["regenerate", "hand", "write"]
    scene: str = ""
    instructions: str = ""
    state: Literal["open", "done", "failed"]
    said: str = ""
    version: int | None = None
    asked: AwareDatetime


class VersionDetail(Version):
    """A version with its text, and what was asked for lately.

    ``etag`` is that of the film's current version: with it as ``If-Match`` nothing is done to a script that changed meanwhile.
    """

    etag: str = ""
    title: str = ""
    scenes: tuple[SceneView, ...] = ()
    asked: tuple[Asked, ...] = ()


class ElementChange(Frozen):
    """One element that is in only one of two versions: ``removed`` from the old one or ``added`` in the new one."""

    change: Literal["added", "removed"]
    kind: str
    text: str


class SceneChange(Frozen):
    """How one scene differs. ``number`` is that of the new version, of the old one for a scene that was removed."""

    id: str
    number: str
    heading: str
    change: Literal["added", "removed", "changed", "moved"]
    elements: tuple[ElementChange, ...] = ()


class Difference(Frozen):
    """How two versions differ; no scene that is the same in both is in it. ``title_page`` has what stands above the scenes."""

    old: int
    new: int
    title_page: tuple[ElementChange, ...] = ()
    scenes: tuple[SceneChange, ...] = ()


class Regenerate(Frozen):
    """A scene to be written again; the words that are said in it stay."""

    scene: SceneName
    instructions: Remark = ""


class Refresh(Frozen):
    """Films whose scripts are to be written again, by the numbers of their jobs; null: all whose script is stale."""

    jobs: Annotated[tuple[JobId, ...], Field(max_length=10_000)] | None = None


class Lock(Frozen):
    """A scene, or one line of it, that no writing touches from here on; or, not ``locked``, touches again."""

    scene: SceneName
    line: Number | None = None
    locked: bool = True


class Naming(Frozen):
    """``name`` for ``who``: a voice, a name so far, or the id of a cue (``c31``), which that person says then."""

    who: Name
    name: Name


class Named(Frozen):
    """Where the name was written down."""

    file: str


class Judgement(Frozen):
    """What somebody thinks of a version."""

    status: Status
    by: Who = ""
    note: Remark = ""


class Found(Frozen):
    """One line that was found. ``marks``: the words looked for, from and to in ``text``; ``start`` in film seconds."""

    id: int
    job: JobId
    name: str
    version: int
    scene: str
    number: str
    heading: str
    kind: str
    who: str = ""
    start: float
    text: str
    marks: tuple[tuple[int, int], ...] = ()


class FoundPage(Frozen):
    """Lines in which all words stand, film by film."""

    items: tuple[Found, ...]
    next: int | None = None


class UnclearLine(Span):
    """A cue of which nobody can tell who says it."""

    cue: str
    text: str
    who: str = ""  # the name under which it is printed


class Review(Frozen):
    """The lines of the current version to which a person may give a speaker."""

    items: tuple[UnclearLine, ...] = ()


class Work(Frozen):
    """What one model (``""``: none) did in one stage. ``film_minutes`` and ``seconds`` are of the runs that did their work."""

    stage: Stage
    model: str = ""
    runs: int
    reused: int
    failed: int
    fallbacks: int
    seconds: float
    film_minutes: float
    tokens_in: int
    tokens_out: int
    seconds_per_minute: float | None = None
    tokens_per_minute: float | None = None
    price: float | None = None


class Statistics(Frozen):
    """What all the work took. ``price`` is in whatever money ``ollama.price`` is, null where that is not set."""

    items: tuple[Work, ...] = ()
    price: float | None = None
