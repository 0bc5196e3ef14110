"""What the revising stage tells beside the script: to be kept with the version."""

from typing import Any, Literal

from pydantic import Field

from daemon.contract.values import Frozen

OUTCOME = "outcome.json"


class CannotBeDone(Exception):
    """What was asked for cannot be done; the script stays as it is. The text tells a person why."""


class Outcome(Frozen):
    """What is kept with the version. ``wish``: how what was asked for ended, and what is ``said`` where it could not be done."""

    warnings: tuple[str, ...] = ()
    wish: Literal["", "done", "failed"] = ""
    said: str = ""
    pages: dict[str, Any] = Field(default_factory=dict)
    record: dict[str, Any] = Field(default_factory=dict)
