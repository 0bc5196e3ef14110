"""The socket: bound by the service itself, so that nobody else can ever open it, and served by uvicorn in the service's own loop.

Whoever starts a server holds the service's lock: with it, a socket that nobody answers on is a leftover and may go.
"""

import asyncio
import errno
import os
import socket
import stat
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, cast

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn import Server as Uvicorn

from daemon.api.protocol import Connections, Protocol
from daemon.contract.errors import ReelscribeError
from daemon.contract.values import shown

LONGEST_PATH = 107  # bytes: sun_path in unix(7), less its closing zero
MODE = 0o660
ANSWER_WITHIN = 30.0  # seconds; a machine that starts up is busy with other things too
ACCEPTED_AT_ONCE = 64  # asyncio accepts so many before any of them is heard of, and so before any is let go
BACKLOG = 512  # of a caller for whom there is no room, Linux refuses the connect at once where it has a time limit
LARGEST_HEAD = 16 * 1024  # bytes of request line and headers


class SocketUnusable(ReelscribeError):
    """The service cannot have this socket."""


class Server:
    """The app on a Unix socket: ``await start()`` returns once it answers, ``await stop()`` once it is gone."""

    def __init__(self, app: ASGIApp, path: Path) -> None:
        self.path = path
        self._uvicorn = Uvicorn(configured(app))
        self._uvicorn.server_state = Connections()
        self._socket: socket.socket | None = None
        self._inode = 0

    async def start(self) -> None:
        """Binds, serves, and asks itself for its health. Raises SocketUnusable, and leaves nothing then."""
        self._socket = bind(self.path)
        self._inode = _inode(self.path)
        self._uvicorn.config.load()
        self._uvicorn.lifespan = self._uvicorn.config.lifespan_class(self._uvicorn.config)
        await self._uvicorn.startup(sockets=[self._socket])
        self._socket.listen(BACKLOG)
        try:
            await answers(self.path)
        except SocketUnusable:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Lets running requests end (three seconds at most) and takes the socket away."""
        if self._socket is None:
            return
        await self._uvicorn.shutdown(sockets=[self._socket])
        self._socket = None
        if _inode(self.path) == self._inode:
            self.path.unlink(missing_ok=True)


def bind(path: Path) -> socket.socket:
    """A socket at ``path``, mode 0660 from its first moment, not listening yet."""
    if len(os.fsencode(path)) > LONGEST_PATH:
        raise SocketUnusable(
            f"the socket's path is longer than {LONGEST_PATH} bytes: {shown(path)}", "set a shorter one: `socket:` in the configuration"
        )
    try:
        make_room(path)
        return _bound(path)
    except OSError as error:
        advice = "is its folder there, and yours to write in?"
        raise SocketUnusable(f"cannot make the socket {shown(path)}: {error.strerror}", advice) from error


def make_room(path: Path) -> None:
    """Makes the folder, and removes a socket that a daemon left behind. Never removes anything else. Raises SocketUnusable."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise SocketUnusable(f"{shown(path)} is there and is no socket", "move it away, or set another `socket:`")
    except FileNotFoundError:
        return
    if somebody_answers(path):
        raise SocketUnusable(f"another daemon answers on {shown(path)}", "stop it first, or set another `socket:`")
    path.unlink(missing_ok=True)


def somebody_answers(path: Path) -> bool:
    """Whether a process accepts connections there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(1)
        return caller.connect_ex(os.fsencode(path)) not in (errno.ECONNREFUSED, errno.ENOENT)


async def answers(path: Path) -> None:
    """Returns when ``GET /v1/health`` is answered with 200. Raises SocketUnusable."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            reader, writer = await asyncio.open_unix_connection(path)
            with closing(writer):
                writer.write(b"GET /v1/health HTTP/1.1\r\nHost: reelscribe\r\nConnection: close\r\n\r\n")
                answer = await reader.read()
    except (OSError, TimeoutError) as error:
        raise SocketUnusable(f"our own socket {shown(path)} does not answer: {error}") from error
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SocketUnusable(f"our own socket {shown(path)} answers {answer[:60]!r}")


def _bound(path: Path) -> socket.socket:
    with ExitStack() as unfinished:
        made = unfinished.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK))
        os.fchmod(made.fileno(), MODE)  # on Linux the file that bind() makes takes its mode from here, less the umask
        made.bind(os.fsencode(path))
        path.chmod(MODE)
        unfinished.pop_all()
        return made


def configured(app: ASGIApp) -> Config:
    """How uvicorn serves the app, whatever the socket."""
    return Config(
        cast(Any, app),  # starlette and uvicorn each have a type for the same thing
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",  # a client that sends nonsense does not fill the journal
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        backlog=ACCEPTED_AT_ONCE,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=3,
    )


def _inode(path: Path) -> int:
    try:
        return path.lstat().st_ino
    except OSError:
        return 0
