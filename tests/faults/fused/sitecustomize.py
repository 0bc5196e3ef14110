"""Put on ``PYTHONPATH``, Python runs this first in every process: a fuse that burns down at each step that outlives the process.

Steps are what changes files below the home of a daemon (audit events) and the commits of its job table. Each burns the fuse down by one,
whichever process takes it; the process at which it ends kills itself right before that step. An fsync is none: it changes nothing for who
does not lose his power. The fuse is opened at once, since a stage locks itself in.
"""

import fcntl
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

HOME = Path(os.environ.get("FUSED_HOME", "/nonexistent"))
OURS = (f"{HOME}/inbox", f"{HOME}/state")
ROOM = 64  # bytes of the fuse, after which it tells where it ended
OF_FILES = {"open", "os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.symlink", "os.truncate"}
IN_FOLDERS = {"os.remove", "os.rmdir"}
FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
TURNS = ("COMMIT", "PRAGMA journal_mode")


class Fuse:
    """The file ``HOME/fuse``: the steps left, and ``all`` where only those of stages count and the daemon dies with the stage.

    Afterwards it tells where it ended. A stage may signal nobody outside of its box, so the daemon waits for that at ``HOME/end``.
    """

    def __init__(self) -> None:
        self._file = os.open(HOME / "fuse", os.O_RDWR | os.O_CLOEXEC)
        self._end = os.open(HOME / "end", os.O_RDWR | os.O_CLOEXEC)
        self._mine = threading.RLock()

    def step(self, what: str) -> None:
        with self._mine:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                self._burn(what)
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def _burn(self, what: str) -> None:
        steps, whom = os.pread(self._file, ROOM, 0).decode().split()[:2]
        if steps == "0" or (whom == "all" and not stage()):
            return
        os.pwrite(self._file, f"{int(steps) - 1:9}".encode(), 0)
        if steps == "1":
            os.pwrite(self._file, f"{stage() or 'daemon'} {what}".encode(), ROOM)
            if whom == "all":
                self._die_with_the_daemon()
            os.kill(os.getpid(), signal.SIGKILL)

    def _die_with_the_daemon(self) -> None:
        os.write(self._end, b"!")
        while True:
            signal.pause()

    def await_end(self) -> None:
        os.read(self._end, 1)
        os.kill(os.getpid(), signal.SIGKILL)


def stage() -> str:
    """The stage that this process does; none: it is the daemon."""
    words = sys.orig_argv
    return words[words.index("daemon.stages") + 1] if "daemon.stages" in words else ""


def heard(event: str, args: tuple[Any, ...], fuse: Fuse) -> None:
    path = os.fsdecode(args[0]) if event in OF_FILES and isinstance(args[0], str | bytes | os.PathLike) else ""
    if event in IN_FOLDERS and args[-1] > 0:  # relative to an open folder
        path = f"{Path(f'/proc/self/fd/{args[-1]}').readlink()}/{path}"
    if path.startswith(OURS) and changes(event, args, path):
        fuse.step(f"{event} {path}")


def changes(event: str, args: tuple[Any, ...], path: str) -> bool:
    """Whether it will have an effect: making sure of a folder, or of nothing, has none."""
    match event:
        case "open":
            return bool(args[2] & FOR_WRITING)
        case "os.mkdir":
            return not os.path.lexists(path)
        case _:
            return os.path.lexists(path)


def connected(connect: Callable[..., sqlite3.Connection], fuse: Fuse) -> Callable[..., sqlite3.Connection]:
    def step(*args: Any, **more: Any) -> sqlite3.Connection:
        fuse.step(f"connect {args[0]}")
        connection = connect(*args, **more)
        connection.set_trace_callback(lambda said: fuse.step(said) if said.startswith(TURNS) else None)
        return connection

    return step


if HOME.is_dir():
    burning = Fuse()
    if not stage():
        threading.Thread(target=burning.await_end, daemon=True).start()
    sqlite3.connect = connected(sqlite3.connect, burning)  # type: ignore[assignment]
    sys.addaudithook(lambda event, args: heard(event, args, burning))
