"""The servers that may answer, in the order that a person wrote them down: calls the first that does."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import httpx

from daemon.llm import address
from daemon.llm.address import Address
from daemon.llm.errors import NoSuchModel, NotOllama, Unreachable
from daemon.llm.mapping import from_httpx, from_status
from daemon.llm.values import Timeouts
from daemon.llm.wire import Patience, Wire

Value = TypeVar("Value")
Read = Callable[[httpx.Response, Patience], Value]

LARGEST_REPLY = 16 << 20  # bytes of an answer that is no stream
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "reelscribe"}


class Question(NamedTuple):
    """One HTTP request."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None

    @property
    def model(self) -> str:
        """The model that it asks for, or ``""``."""
        return str((self.body or {}).get("model", ""))


class Servers:
    """Failover, never round robin: the server that answered stays ours until it is gone, then the list is tried from its start.

    ``missed`` says why the server that answers is not the first of the list; None: it is.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self.current: Address | None = None
        self.missed: Unreachable | None = None
        self._addresses = [address.parse(url) for url in urls]

    def call(self, question: Question, read: Read[Value], timeouts: Timeouts) -> Value:
        """What ``read`` makes of the answer. Raises Unreachable where nobody answers, with the first server's reason.

        A server that only stands in may lack the model of the one that is gone: then that one is missed, and the model is not.
        """
        missed: Unreachable | None = None
        for place in self._order():
            try:
                value = _exchange(place, question, read, timeouts)
            except Unreachable as error:
                missed = missed or error
            except NoSuchModel:
                missed = missed or self.missed
                if missed is None:
                    raise
            else:
                self.current = place
                self.missed = None if place == self._addresses[0] else missed or self.missed
                return value
        self.current = None
        raise missed or Unreachable("No address of an Ollama is set")

    def pass_over(self) -> bool:
        """The server that is ours is asked no more; False: there is no other.

        One on the same machine is none, since what hangs keeps its memory.
        """
        sick = self.current
        others = [place for place in self._addresses if place != sick and not (sick and sick.local and place.local)]
        if others:
            self._addresses, self.current = others, None
        return bool(others)

    def _order(self) -> list[Address]:
        first = [self.current] if self.current else []
        return first + [place for place in self._addresses if place != self.current]


def whole(response: httpx.Response) -> bytes:
    """The body, where it is of a size that Ollama would send. Raises NotOllama."""
    body = b""
    for piece in response.iter_raw():
        body += piece
        if len(body) > LARGEST_REPLY:
            raise NotOllama("What answers sends far more than Ollama would")
    return body


def _exchange(place: Address, question: Question, read: Read[Value], timeouts: Timeouts) -> Value:
    patience = Patience(timeouts)
    try:
        with (
            httpx.Client(transport=Wire(place, patience), base_url=place.base, headers=HEADERS, trust_env=False) as client,
            client.stream(question.method, question.path, json=question.body) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise from_status(response.status_code, whole(response), question.model, place.shown)
            return read(response, patience)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise from_httpx(error, place.shown, patience) from error
