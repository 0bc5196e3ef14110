"""The box in which a stage works: it closes the door on itself before it opens a film that anyone may have made.

Inside there are the film, what earlier stages made, the program itself, and two folders to write to; no socket, no other file, no new
rights, and no more of the machine than ``limits`` says. A kernel that lacks a part leaves that part out, and the rest holds.
"""

import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from daemon.contract.errors import CannotGoOn
from daemon.contract.states import Stage
from daemon.contract.task import Request
from daemon.contract.values import Frozen, unpacked
from daemon.stages import confine, limits

SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/nix/store", "/gnu/store")
FACTS = ("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/dev/urandom", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat",
         "/sys/devices/system", "/sys/fs/cgroup")  # fmt: skip
"""What libraries read to know the machine: processors, memory, fonts."""
NETWORK = ("/etc", "/run/systemd/resolve")  # names and certificates
GPU = ("/proc/driver/nvidia", "/sys/bus/pci", "/sys/module")


class Box(Frozen):
    """Which parts are in force. ``landlock`` is the kernel's ABI, 0 for none; ``calls`` is seccomp."""

    landlock: int
    calls: bool
    network: bool


def enter(request: Request) -> Box:
    """Closes the box around this process and all that it will start. Cannot be undone.

    A stage that is not ``boxed`` only gets what protects the daemon from it: it dies with its parent, and gains no rights.
    """
    _stand_alone()
    if not request.boxed:
        return Box(landlock=0, calls=False, network=True)
    limits.enforce(request)
    network = request.stage is Stage.TRANSCRIBE and _model(request) is None
    landlock = confine.files(_rights(request, network=network), network=network)
    calls = confine.calls(network=network)
    limits.watch(request)  # a thread is in the boxes that were closed before it
    return Box(landlock=landlock, calls=calls, network=network)


def _stand_alone() -> None:
    """A session of its own, a death with the parent's, and no new rights for whatever is started from here."""
    parent = os.getppid()
    if os.getsid(0) != os.getpid():
        with contextlib.suppress(PermissionError):  # a group's leader keeps its session
            os.setsid()
    confine.prctl(confine.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we could ask for that
        os._exit(1)
    confine.prctl(confine.PR_SET_NO_NEW_PRIVS, 1)


def _rights(request: Request, *, network: bool) -> Iterator[tuple[Path, int]]:
    for folder in (request.out, request.cache, Path("/dev/null")):
        yield folder, confine.WRITE
    for path in (request.source, *request.inputs.values(), *request.reads, *_program(), *map(Path, FACTS)):
        yield path, confine.READ
    for path in (*map(Path, SYSTEM), Path(sys.base_prefix), Path(sys.executable), *_ffmpeg()):
        yield path, confine.RUN
    if request.stage is Stage.TRANSCRIBE:
        yield from _for_speech(request, fetching=network)


def _program() -> Iterator[Path]:
    """Our own code and the libraries."""
    yield from (Path(entry) for entry in (sys.prefix, *sys.path) if entry)
    for package in ("daemon", "config"):  # an editable installation stands on no path
        spec = find_spec(package)
        yield from map(Path, (spec and spec.submodule_search_locations) or ())


def _ffmpeg() -> Iterator[Path]:
    on_path, wheel = shutil.which("ffmpeg"), find_spec("imageio_ffmpeg")
    if on_path:
        yield Path(on_path).resolve()
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "binaries"


def _for_speech(request: Request, *, fetching: bool) -> Iterator[tuple[Path, int]]:
    from daemon.speech import speakers

    models_dir = unpacked(request.facts["models_dir"])
    yield _model(request) or request.out, confine.READ
    yield models_dir / speakers.NAME, confine.READ
    if fetching:
        models_dir.mkdir(parents=True, exist_ok=True)
        yield models_dir, confine.WRITE
    for path in map(Path, (*GPU, *(NETWORK if fetching else ()))):
        yield path, confine.READ
    for device in Path("/dev").glob("nvidia*"):
        yield device, confine.WRITE


def _model(request: Request) -> Path | None:
    """The speech model's folder; None where the stage has to fetch it first.

    It may then use the network, because it decodes nothing: its sound was decoded in a box without one.
    """
    from daemon.speech import models

    try:
        return models.find(request.settings["model"], unpacked(request.facts["models_dir"]))
    except CannotGoOn:
        return request.out  # the stage says so itself
