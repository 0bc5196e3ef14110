"""What a stage may take of the machine: memory, open files, bytes on the disk, seconds. One that takes more is killed.

The kernel enforces it (resource limits, and a timer that nobody inside can catch). A thread in here watches for the same a little
earlier, since it can still say why.
"""

import ctypes
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path

from daemon.contract.states import Stage
from daemon.contract.task import Refused, Request

GIB = 1 << 30
HOUR, DAY, WEEK = 3600, 86_400, 7 * 86_400
SLOWEST = 50_000  # bytes of a film for which a second may be taken: a hundredth of what a slow machine needs
SCRATCH = 8 * GIB  # 16 kHz sound of a day is 2.8 GB, the largest speech model 3.1
LATE = 60  # seconds that the kernel's timer leaves to the thread that can say why
LOOKS_EVERY = 2.0  # seconds
DESCRIPTORS = 1024

_MONOTONIC = 1  # CLOCK_MONOTONIC of linux/time.h


class _Event(ctypes.Structure):
    """``struct sigevent``: a signal for the whole process."""

    _fields_ = (("value", ctypes.c_void_p), ("signal", ctypes.c_int), ("notify", ctypes.c_int), ("rest", ctypes.c_int * 12))


def seconds_for(stage: Stage, size: int) -> int:
    """How long ``stage`` may take for a film of ``size`` bytes. Of what the film claims nothing is believed."""
    if stage is Stage.TRANSCRIBE:  # decodes nothing that anyone else made
        return WEEK
    return min(DAY, HOUR + size // SLOWEST)


def enforce(request: Request) -> None:
    """Puts the limits in force, for this process and whatever it starts. Cannot be undone."""
    seconds = seconds_for(request.stage, _size(request.source))
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: DESCRIPTORS,
        resource.RLIMIT_FSIZE: SCRATCH,
        resource.RLIMIT_CPU: seconds * (os.cpu_count() or 1),
    }
    if request.stage is not Stage.TRANSCRIBE:  # its memory is the worker's to say, who knows the model
        # Every thread reserves addresses that it never uses: 64 MB of heap, 8 MB of stack.
        limits[resource.RLIMIT_AS] = 8 * GIB + (os.cpu_count() or 1) * GIB // 2
    for limit, value in limits.items():
        most = resource.getrlimit(limit)[1]
        bounded = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(limit, (bounded, bounded))
    kill_after(seconds + LATE)


def kill_after(seconds: float) -> None:
    """Has the kernel send this process SIGKILL, whatever it does then."""
    libc, timer = ctypes.CDLL(None, use_errno=True), ctypes.c_void_p()
    event = _Event(signal=signal.SIGKILL)
    due = (ctypes.c_long * 4)(0, 0, int(seconds), int(seconds % 1 * 1e9))
    if libc.timer_create(_MONOTONIC, ctypes.byref(event), ctypes.byref(timer)) or libc.timer_settime(timer, 0, due, None):
        raise OSError(ctypes.get_errno(), "no timer")


def watch(request: Request) -> None:
    """Looks after what ``request`` writes and how long it takes, in a thread that ends with the process."""
    threading.Thread(target=_watch, args=(request, time.monotonic()), name="limits", daemon=True).start()


def _watch(request: Request, began: float) -> None:
    seconds = seconds_for(request.stage, _size(request.source))
    while not (said := too_much(request.stage, written(request.out), time.monotonic() - began, seconds)):
        time.sleep(LOOKS_EVERY)
    advice = "A film does not do that: check that it plays elsewhere, and copy it again."
    report = Refused(outcome="failed", message=said, advice=advice)
    os.write(sys.stdout.fileno(), report.model_dump_json().encode() + b"\n")  # in one piece, beside whatever the stage reports
    os.killpg(0, signal.SIGKILL)


def too_much(stage: Stage, bytes_written: int, seconds: float, most_seconds: float) -> str:
    """The sentence for a person where a limit is passed."""
    if bytes_written > SCRATCH:
        return f"{stage} was stopped: it has written {bytes_written / GIB:.1f} GiB, and {SCRATCH / GIB:.0f} GiB is the most"
    if seconds > most_seconds:
        return f"{stage} was stopped: it has taken {seconds / HOUR:.1f} hours, and a film of this size may take {most_seconds / HOUR:.1f}"
    return ""


def written(folder: Path) -> int:
    """Bytes that the files below ``folder`` take on the disk; holes take none."""
    return sum(_blocks(Path(root, name)) for root, _, names in os.walk(folder) for name in names)


def _blocks(path: Path) -> int:
    try:
        return path.lstat().st_blocks * 512
    except FileNotFoundError:
        return 0


def _size(source: Path) -> int:
    try:
        return source.stat().st_size
    except OSError:  # the stage says so itself
        return 0
