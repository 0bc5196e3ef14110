"""Runs ffmpeg: the one on PATH, else the binary that the imageio-ffmpeg wheel carries.

Owns how a command is started, fed, limited and ended, and how its failure is told. What is asked of ffmpeg, callers build with
ffmpeg-python. Its exit code is 0 for many a broken film: who decodes with it compares what came out with what the container claims.
"""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event, Timer
from typing import IO, Any

from daemon.contract.errors import ToolFailed, TryAgain
from daemon.contract.values import shown

LIMIT = 600.0  # seconds
TAIL = 12  # lines of stderr kept for a person
# A step between us and ffmpeg asks the kernel that it dies with us (PR_SET_PDEATHSIG is 1, SIGKILL 9), and becomes ffmpeg. It costs
# 20 ms; doing it in here, between fork and exec, would not be safe beside other threads.
_BOUND = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
os.getppid() == int(sys.argv[1]) or os._exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""
# ffmpeg-python hashes arguments as UTF-8, so bytes of a name that are not UTF-8 travel through it as private characters.
_HIDDEN = {0xDC00 + byte: 0x10DC00 + byte for byte in range(0x80, 0x100)}
_RESTORED = {hidden: byte for byte, hidden in _HIDDEN.items()}


def program() -> Path:
    """The ffmpeg to run; raises ToolFailed where there is none."""
    on_path = shutil.which("ffmpeg")
    return Path(on_path or _from_wheel())


def _from_wheel() -> str:
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as problem:  # it tries its program out, and whatever kills that trial looks as if there were none
        for binary in (Path(imageio_ffmpeg.__file__).parent / "binaries").glob("ffmpeg-*"):
            return str(binary)
        raise ToolFailed("No ffmpeg was found.", "Install ffmpeg, or the Python package imageio-ffmpeg.", str(problem)) from problem


def address(path: Path) -> str:
    """``path`` as ffmpeg cannot misread it: a name such as ``-i.mp4``, ``concat:x.mp4`` or ``pipe:0`` stays a file's name."""
    return f"file:{path.absolute()}".translate(_HIDDEN)


def run(output: Any, *, feed: Iterable[bytes] | None = None, limit: float = LIMIT) -> bytes:
    """What the ffmpeg-python command ``output`` wrote to its stdout.

    ``feed`` goes to its stdin, piece by piece. After ``limit`` seconds its whole process group is killed (ffmpeg may ignore
    SIGTERM); it also ends when the calling thread does. Raises ToolFailed with the arguments, the exit code and the last
    lines of stderr, and TryAgain where somebody else killed it (a person, or the kernel for want of memory).
    """
    command = _command(output)
    with TemporaryFile() as out, TemporaryFile() as err:
        process = _start(command, out, err, subprocess.DEVNULL if feed is None else subprocess.PIPE)
        with _limited(process, limit) as late:
            _feed(process, feed or ())
            code = process.wait()
        if code == -signal.SIGKILL and not late.is_set():
            raise TryAgain("ffmpeg was killed.", "It is tried again.", _tail(err))
        if code:
            raise _failure(command, f"did not end within {limit:g} s" if late.is_set() else f"ended with code {code}", _tail(err))
        out.seek(0)
        return out.read()


def _command(output: Any) -> list[str]:
    import ffmpeg

    arguments: list[str] = ffmpeg.compile(output, cmd=[str(program()), "-hide_banner", "-nostdin", "-loglevel", "error"])
    return [argument.translate(_RESTORED) for argument in arguments]


def _start(command: list[str], out: IO[bytes], err: IO[bytes], stdin: int) -> "subprocess.Popen[bytes]":
    bound = [sys.executable, "-I", "-S", "-c", _BOUND, str(os.getpid()), *command]
    return subprocess.Popen(bound, stdin=stdin, stdout=out, stderr=err, process_group=0)


@contextlib.contextmanager
def _limited(process: "subprocess.Popen[bytes]", limit: float) -> Iterator[Event]:
    """Kills the process group after ``limit`` seconds (the event says so), and on the way out where it still runs."""
    late = Event()

    def expire() -> None:
        late.set()
        _kill(process)

    timer = Timer(limit, expire)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        _kill(process)
        process.wait()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _feed(process: "subprocess.Popen[bytes]", pieces: Iterable[bytes]) -> None:
    if process.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError), process.stdin as pipe:  # it stopped reading: its exit code says why
        for piece in pieces:
            pipe.write(piece)


def _tail(err: IO[bytes]) -> str:
    err.seek(max(0, err.seek(0, os.SEEK_END) - 64_000))
    return "\n".join(err.read().decode(errors="replace").splitlines()[-TAIL:])


def _failure(command: list[str], what: str, tail: str) -> ToolFailed:
    return ToolFailed(f"ffmpeg {what}.", "The last lines that it printed say why.", f"{shown(shlex.join(command))}\n{tail}")
