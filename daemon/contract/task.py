"""What a stage's child process is asked, and what it says on the way.

The request goes in on stdin as one JSON document; reports come out on stdout as one JSON document a line; what tools print goes to
stderr, whose tail is kept for a person to read.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from daemon.contract.states import HoldCause, Stage
from daemon.contract.values import Frozen, RawPath


class Request(Frozen):
    """One stage's work."""

    stage: Stage
    source: RawPath
    out: RawPath  # an empty folder that becomes the artefact
    inputs: dict[Stage, RawPath]  # the artefact folders of the stages that this one takes
    cache: RawPath  # what outlives one artefact: chunks already written
    settings: dict[str, Any]  # the stage's own part of the configuration, as its ``Step`` chose it
    facts: dict[str, Any] = Field(default_factory=dict)  # what it needs to know without its result depending on it
    reads: tuple[RawPath, ...] = ()  # what else it may read: results of other films
    boxed: bool = True  # no sockets, and no file but the ones named here


class Progress(Frozen):
    """How far a stage is: ``done`` of ``total``, in its ``unit``."""

    kind: Literal["progress"] = "progress"
    done: float
    total: float
    unit: str = "film seconds"


class Note(Frozen):
    """A line for the log and the person who watches."""

    kind: Literal["note"] = "note"
    text: str


class Finished(Frozen):
    """The artefact is whole. ``record`` holds numbers of the run (tokens, model, memory) that no result depends on."""

    kind: Literal["finished"] = "finished"
    record: dict[str, Any] = Field(default_factory=dict)


class Refused(Frozen):
    """The stage could not do it. ``outcome`` says what becomes of the job."""

    kind: Literal["refused"] = "refused"
    outcome: Literal["failed", "held", "again"]
    message: str
    advice: str = ""
    detail: str = ""
    cause: HoldCause | None = None


Report = Annotated[Progress | Note | Finished | Refused, Field(discriminator="kind")]
