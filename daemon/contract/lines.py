"""What ``python -m daemon write`` says on stdout: one JSON document a line."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from daemon.contract.states import Stage
from daemon.contract.task import Note, Progress
from daemon.contract.values import Frozen, RawPath


class StageLine(Frozen):
    """A stage begins, or its result was there already."""

    kind: Literal["stage"] = "stage"
    stage: Stage
    cached: bool = False


class ProgressLine(Progress):
    """How far that stage is."""

    stage: Stage


class FinishedLine(Frozen):
    """The script is there."""

    kind: Literal["finished"] = "finished"
    files: tuple[RawPath, ...] = ()
    notes: tuple[str, ...] = ()


class RefusedLine(Frozen):
    """It could not be done."""

    kind: Literal["refused"] = "refused"
    message: str
    advice: str = ""
    detail: str = ""


Line = Annotated[StageLine | ProgressLine | Note | FinishedLine | RefusedLine, Field(discriminator="kind")]
LINE: TypeAdapter[Line] = TypeAdapter(Line)
"""Reads and checks one line."""
