"""What every part of the client stands on: one way to ask the daemon, whatever the question."""

from abc import ABC, abstractmethod
from typing import Any, TypeVar

from pydantic import BaseModel

from daemon.contract.values import Frozen

Model = TypeVar("Model", bound=BaseModel)


class Questions(ABC):
    """Questions by subject inherit this; ``tui.client.Daemon``, which inherits them all, carries the questions to the socket."""

    @abstractmethod
    async def _ask(
        self,
        method: str,
        path: str,
        model: type[Model],
        *,
        asked: Frozen | None = None,
        params: Any = None,
        seen: str = "",
        within: float | None = None,
    ) -> Model:
        """The answer as a ``model``; ``seen`` is the version that must still be in force, ``within`` the seconds it may take."""

    @abstractmethod
    async def _send(self, method: str, path: str, *, seen: str = "", within: float | None = None, **rest: Any) -> bytes:
        """The answer's bytes."""
