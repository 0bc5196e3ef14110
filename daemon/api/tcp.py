"""The same app over TCP, for who asks for it: with a key, and never faster than a person and a script or two would ask.

The Unix socket needs neither, since the file system says who may open it.
"""

import hmac
import socket
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Server as Uvicorn

from daemon.api.problems import answer, problem
from daemon.api.protocol import Connections
from daemon.api.server import configured
from daemon.contract.errors import CannotStart

A_SECOND, AT_ONCE = 20.0, 60.0  # requests of one address: going on, and in a burst
WRONG_KEY = 10.0  # requests that one with a wrong key counts for
MOST_ADDRESSES = 1000  # that are remembered
NO_KEY = "this address asks for a key: Authorization: Bearer …"


@dataclass
class Bucket:
    """Requests that an address may still make at once; it fills up again as time goes by."""

    left: float
    at: float


class Rates:
    """How often each address asks. The clock gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def wait(self, address: str) -> float:
        """Counts a request of ``address``; the seconds until its next one is taken, 0: this one is."""
        bucket = self._bucket(address)
        if bucket.left < 1:
            return (1 - bucket.left) / A_SECOND
        bucket.left -= 1
        return 0.0

    def punish(self, address: str) -> None:
        """Counts a wrong key."""
        self._bucket(address).left -= WRONG_KEY

    def _bucket(self, address: str) -> Bucket:
        now = self._clock()
        bucket = self._buckets.pop(address, None) or Bucket(AT_ONCE, now)
        bucket.left = min(AT_ONCE, bucket.left + (now - bucket.at) * A_SECOND)
        bucket.at = now
        self._buckets[address] = bucket
        if len(self._buckets) > MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return bucket


class Keyed:
    """ASGI middleware: lets nobody in without the key, and nobody too often."""

    def __init__(self, app: ASGIApp, key: str, rates: Rates) -> None:
        self.app = app
        self._key = key.encode()
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what may come in."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        address = (scope.get("client") or ("", 0))[0]
        if wait := self._rates.wait(address):
            refused = problem(HTTPStatus.TOO_MANY_REQUESTS, "too many requests", f"wait {wait:.0f} s")
            await answer(refused, {"Retry-After": str(max(1, round(wait)))})(scope, receive, send)
        elif not self._fits(Headers(scope=scope).get("authorization", "")):
            self._rates.punish(address)
            await answer(problem(HTTPStatus.UNAUTHORIZED, NO_KEY), {"WWW-Authenticate": "Bearer"})(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _fits(self, header: str) -> bool:
        kind, _, key = header.partition(" ")
        return kind.lower() == "bearer" and hmac.compare_digest(key.strip().encode(), self._key)


class TcpServer:
    """The app on ``host``:``port``, for those who have the ``key``. ``await start()`` returns once it listens."""

    def __init__(self, app: ASGIApp, host: str, port: int, key: str) -> None:
        self._address = (host, port)
        self._uvicorn = Uvicorn(configured(Keyed(app, key, Rates())))
        self._uvicorn.server_state = Connections()
        self._sockets: list[socket.socket] = []

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Raises CannotStart where the address cannot be had."""
        try:
            self._sockets = [_bound(self._address)]
        except OSError as error:
            host, port = self._address
            raise CannotStart(f"cannot listen on {host}:{port}: {error.strerror or error}", "Set another address in api.tcp.") from error
        self._uvicorn.config.load()
        self._uvicorn.lifespan = self._uvicorn.config.lifespan_class(self._uvicorn.config)
        await self._uvicorn.startup(sockets=self._sockets)

    async def stop(self) -> None:
        """Lets running requests end, three seconds at most."""
        if self._sockets:
            await self._uvicorn.shutdown(sockets=self._sockets)
            self._sockets = []


def _bound(address: tuple[str, int]) -> socket.socket:
    family, kind, number, _, place = socket.getaddrinfo(*address, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    made = socket.socket(family, kind, number)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(place)
        made.setblocking(False)
    except OSError:
        made.close()
        raise
    return made
