"""The connection to a server, with deadlines that hold whatever arrives.

httpx's own read time-out starts anew with every byte, so a server that sends one byte now and then is never given up. Here each
read waits no longer than the whole call may still take.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from daemon.llm.address import Address
from daemon.llm.values import Timeouts

Clock = Callable[[], float]


class Patience:
    """The deadlines of one call. Its clock starts when it is made."""

    def __init__(self, timeouts: Timeouts, clock: Clock = time.monotonic) -> None:
        self.timeouts = timeouts
        self.answered = False  # whether any byte came back
        self.begun = False  # whether a line of the answer came
        self._clock = clock
        start = clock()
        self._total = start + timeouts.total
        self._next = start + timeouts.first_byte

    def heard(self) -> None:
        """A whole line came: the silence is counted from here."""
        self.begun = True
        self._next = self._clock() + self.timeouts.idle

    def left(self) -> float:
        """Seconds until the nearest deadline; 0 or less when it has passed."""
        return min(self._next, self._total) - self._clock()

    @property
    def total_passed(self) -> bool:
        """Whether the call as a whole has taken too long."""
        return self._clock() >= self._total


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, patience: Patience) -> None:
        self._stream = stream
        self._patience = patience

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, _positive(self._patience, httpcore.ReadTimeout))
        self._patience.answered = self._patience.answered or bool(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _positive(self._patience, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _positive(self._patience, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._patience)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _UnixStream(httpcore.NetworkStream):
    """httpcore's own leaves the socket open where nobody listens."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _mapped(httpcore.ReadTimeout, httpcore.ReadError):
            self._socket.settimeout(timeout)
            return self._socket.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _mapped(httpcore.WriteTimeout, httpcore.WriteError):
            self._socket.settimeout(timeout)
            self._socket.sendall(buffer)  # the time-out holds for all of it

    def close(self) -> None:
        self._socket.close()


class _Network(httpcore.NetworkBackend):
    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        return self._patient(self._network.connect_tcp(host, port, self._connect_time(), local_address, socket_options))

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.NetworkStream:
        return self._patient(_unix_socket(path, self._connect_time()))

    def _connect_time(self) -> float:
        return min(self._patience.timeouts.connect, _positive(self._patience, httpcore.ConnectTimeout))

    def _patient(self, stream: httpcore.NetworkStream) -> httpcore.NetworkStream:
        return _Stream(stream, self._patience)


class Wire(httpx.HTTPTransport):
    """One connection for one call: no pool to go stale, and nothing shared between threads."""

    def __init__(self, address: Address, patience: Patience) -> None:
        tls = _tls(address.base.startswith("https:"))
        super().__init__(verify=tls, trust_env=False)
        # httpx passes no network backend on, and httpcore takes one: this is the only private name that is used of it.
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=1,
            max_keepalive_connections=0,
            uds=address.socket or None,
            network_backend=_Network(patience),
        )


@lru_cache
def _tls(wanted: bool) -> ssl.SSLContext:
    """Reading the certificates of the system takes a while, so only where they are wanted, and once."""
    return ssl.create_default_context() if wanted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _unix_socket(path: str, timeout: float) -> httpcore.NetworkStream:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _mapped(httpcore.ConnectTimeout, httpcore.ConnectError):
            connection.settimeout(timeout)
            connection.connect(path)
    except BaseException:
        connection.close()
        raise
    return _UnixStream(connection)


@contextmanager
def _mapped(late: type[Exception], broken: type[Exception]) -> Iterator[None]:
    """A socket's errors as those of httpcore."""
    try:
        yield
    except TimeoutError as error:
        raise late(str(error)) from error
    except OSError as error:
        raise broken(str(error)) from error


def _positive(patience: Patience, late: type[Exception]) -> float:
    left = patience.left()
    if left <= 0:
        raise late("the time for this call is up")
    return left
