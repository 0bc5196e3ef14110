"""The server itself: TCP on loopback, or a Unix socket; started and stopped in a test or a process."""

import socket
import time
from collections.abc import Callable, Iterable
from http.server import ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self

from tests.fakes.ollama.faults import Fault, FaultKind, Faults
from tests.fakes.ollama.handler import Handler
from tests.fakes.ollama.models import DEFAULT, FakeModel
from tests.fakes.ollama.record import Record
from tests.fakes.ollama.scheduler import Scheduler

VERSIONS = {"A": "0.24.0", "B": "0.33.0"}


class _Listener(ThreadingHTTPServer):
    """Its handlers find the fake in ``owner``; none of them outlives it."""

    daemon_threads = False
    owner: "FakeOllama"

    def server_bind(self) -> None:
        """Without the look-up of the host's name that http.server does."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", 0

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error of the server."""


class _UnixListener(_Listener):
    address_family = socket.AF_UNIX

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), Handler)  # type: ignore[arg-type]  # typeshed knows addresses of the internet alone


class FakeOllama:
    """Started by ``with``; ``url`` is what goes into ``ollama.url``.

    ``models`` may be changed at any time. ``era`` is ``"A"`` (to 0.24) or ``"B"``; ``memory`` bytes (None: enough);
    ``load_seconds`` a load takes; ``lies`` the seed of a model that lies in every answer under a schema. ``faults`` says what goes
    wrong, ``record`` what was asked, ``scheduler`` what is loaded.
    """

    def __init__(
        self,
        models: Iterable[FakeModel] = DEFAULT,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        unix: Path | None = None,
        era: str = "B",
        memory: int | None = None,
        load_seconds: float = 0.0,
        lies: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.models = list(models)
        self.era = era
        self.version = VERSIONS[era]
        self.load_seconds = load_seconds
        self.lies = lies
        self.faults = Faults()
        self.record = Record()
        self.scheduler = Scheduler(memory=memory, clock=clock)
        self.closing, self._close = socket.socketpair()
        self._unix = unix
        self._listener = _UnixListener(unix) if unix else _Listener((host, port), Handler)
        self._listener.owner = self
        self._thread = Thread(target=self._listener.serve_forever, kwargs={"poll_interval": 0.02}, name="fake ollama")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends every answer that is still under way, and the server."""
        self._close.close()
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()
        self.closing.close()
        if self._unix is not None:
            self._unix.unlink(missing_ok=True)

    @property
    def url(self) -> str:
        """Its address, as a person would configure it."""
        if self._unix is not None:
            return f"unix:{self._unix}"
        return "http://{}:{}".format(*self._listener.socket.getsockname())

    @property
    def chats(self) -> list[dict[str, Any]]:
        """The bodies of the requests that asked for words."""
        return [asked.body or {} for asked in self.record.requests if asked.generates]

    def fail(self, kind: FaultKind | None, times: int = 1, seconds: float = 0.5) -> None:
        """A fault (None: all well) for the next ``times`` answers."""
        self.faults.add(Fault(kind, seconds) if kind else None, times)

    def always(self, kind: FaultKind, seconds: float = 0.5) -> None:
        """A fault for every answer from here."""
        self.faults.always = Fault(kind, seconds)

    def find(self, name: str) -> FakeModel | None:
        """The model of that name; ``latest`` where it has no tag."""
        tagged = name if ":" in name else f"{name}:latest"
        return next((model for model in self.models if model.name == tagged), None)

    def wait_until(self, condition: Callable[[], bool], deadline: float = 60) -> bool:
        """Waits until what was asked makes ``condition`` true, at most ``deadline`` seconds; whether it became so."""
        with self.record.changed:
            return self.record.changed.wait_for(condition, deadline)
