"""Talks to Ollama over HTTP: the one place that sends it anything.

Refuses cloud models, proxies from the environment, calls without an end, and answers that the server did not finish.
"""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from daemon.llm.values import Answer, InstalledModel, JsonSchema, LoadedModel, Message, Options, Timeouts, Usage


class Ollama:
    """A client of the first server in ``urls`` that answers; one that is down is passed over (failover, never round robin).

    A url is ``http://host:port``, ``https://…`` or ``unix:/path/to.sock``. Every call can raise Unreachable, NotOllama, Hung,
    TooSlow, BrokenOff, ServerBusy, RunnerFailed, OutOfMemory, NoSuchModel and RequestRefused (``daemon.llm.errors``).
    ``usage`` adds up what was asked so far.
    """

    usage: Usage

    def __init__(self, urls: Sequence[str], *, timeouts: Timeouts | None = None) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        pass

    @property
    def local(self) -> bool:
        """Whether the server that answers runs on this machine, so that its models take this machine's memory."""
        raise NotImplementedError

    def version(self) -> str:
        """The server's version."""
        raise NotImplementedError

    def installed(self) -> tuple[InstalledModel, ...]:
        """Every model that the server has, with what it says of each."""
        raise NotImplementedError

    def loaded(self) -> tuple[LoadedModel, ...]:
        """The models in memory. One file under two names appears under the name that was used first."""
        raise NotImplementedError

    def show(self, name: str) -> InstalledModel:
        """What the server says of one model. Raises NoSuchModel."""
        raise NotImplementedError

    def unload(self, name: str, deadline: float = 60) -> None:
        """Puts a model out of memory and sees it gone. Raises StillLoaded after ``deadline`` seconds."""
        raise NotImplementedError

    def estimate(self, model: str, messages: Sequence[Message]) -> int:
        """About how many tokens ``messages`` are for ``model``; sharper after each answer of it."""
        raise NotImplementedError

    def room(self, model: str, messages: Sequence[Message], num_ctx: int) -> int:
        """How many tokens an answer may have at most so that prompt and answer fit the window; 0 or less: the prompt is too long."""
        raise NotImplementedError

    def chat(
        self,
        model: str,
        messages: Sequence[Message],
        schema: JsonSchema | None,
        options: Options,
        on_text: Callable[[str], None] | None = None,
        *,
        timeouts: Timeouts | None = None,
    ) -> Answer:
        """One answer, streamed: ``on_text`` is given each new piece; an exception that it raises closes the connection, which cancels.

        Raises PromptTooLong where prompt and answer cannot fit or the prompt was cut on the way, AnswerLooped, AnswerEmpty, and
        whatever every call can raise. An answer that ran into ``num_predict`` comes back with ``done_reason`` ``"length"``.
        """
        raise NotImplementedError
