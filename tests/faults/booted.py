"""A machine with a real systemd, booted in a container (systemd-nspawn) from a layer over this one's own files.

Its mounts are in a namespace of their own, and it is told to end when whoever booted it does: nothing of it stays on this machine.
"""

import os
import secrets
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import IO

import psutil

from tests.faults.layer import BORROWED, SOURCE

WITHIN = 180.0  # seconds; far more than anything here takes on a quiet machine
TOOLS = ("systemd-nspawn", "systemctl", "journalctl", "nsenter", "unshare", "setpriv", "useradd")
CGROUPS = Path("/sys/fs/cgroup")
HIERARCHIES = ("systemd", "unified", "memory", "pids", "cpu", "cpuacct")  # of control groups, version 1
LIMITS = ("memory", "pids", "cpu", "cpuacct")
LANDLOCK = "landlock_create_ruleset landlock_add_rule landlock_restrict_self"  # which nspawn's own filter would refuse


class Machine:
    """What runs: ``run`` a command in it, ``until`` something holds. Its files lie below ``root``."""

    def __init__(self, leader: int) -> None:
        self.leader = leader
        self.root = Path(f"/proc/{leader}/root")

    def run(self, *command: str, check: bool = True) -> str:
        """What a command says, as root."""
        inside = ["nsenter", "-t", str(self.leader), "-a", "--", *command]
        done = subprocess.run(inside, capture_output=True, text=True, timeout=2 * WITHIN, check=False)
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}\n{self._journal()}"
        return done.stdout.strip()

    def until(self, true: Callable[[], object], within: float = WITHIN) -> None:
        """Waits for a condition, and shows the journal where it does not come."""
        end = time.monotonic() + within
        while not true():
            assert time.monotonic() < end, self._journal()
            time.sleep(0.05)

    def _journal(self) -> str:
        return self.run("journalctl", "--no-pager", "-n", "60", check=False)

    def property(self, unit: str, name: str) -> str:
        """What systemd says of a unit."""
        return self.run("systemctl", "show", unit, "--value", f"--property={name}")

    def path(self, path: str) -> Path:
        """Where a file of the machine's is found from here."""
        return self.root / path.lstrip("/")

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """Puts a file there."""
        file = self.path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)


@cache
def forbidden() -> str:
    """Why none can be booted here, whatever is installed; ``""``: one can. A container that ends at once is tried."""
    if os.geteuid() != 0:
        return "it takes root"
    with ExitStack() as stack:
        log = _log(stack)
        try:
            done = _container(stack, log, "--pipe", "/bin/true").wait(WITHIN)
        except OSError as error:  # no group of ours may be made
            return str(error)
        return "" if done == 0 else f"no container can be started: {_told(log)}"


@contextmanager
def booted(*options: str) -> Iterator[Machine]:
    """A machine with a user anna and Reelscribe's units and program where the installer puts them. ``options`` are nspawn's own."""
    with ExitStack() as stack:
        log = _log(stack)
        nspawn = _container(stack, log, "--boot", "--console=read-only", *_binds(), *options, "systemd.firstboot=no")
        stack.callback(_end, nspawn)
        machine = Machine(_leader(nspawn, log))
        machine.until(lambda: machine.run("systemctl", "is-system-running", check=False) in ("running", "degraded"))
        _let_limits_hold(machine)
        yield machine


def _container(stack: ExitStack, log: IO[bytes], *options: str) -> "subprocess.Popen[bytes]":
    """systemd-nspawn, which ends with us."""
    name = f"booted-{secrets.token_hex(4)}"
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{name}-"))
    nspawn = (
        "systemd-nspawn", f"--directory={folder}/root", f"--machine={name}", "--quiet", "--register=no", "--keep-unit",
        "--link-journal=no", "--resolv-conf=off", "--timezone=off", f"--system-call-filter={LANDLOCK}", *options,
    )  # fmt: skip
    into = "".join(f"echo $$ > {group}/cgroup.procs; " for group in _groups(stack, name))
    alone = ("unshare", "--mount", "setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "tests.faults.layer", folder)
    command = ["sh", "-ec", f'{into}exec "$@"', "_", *alone, *nspawn]
    return subprocess.Popen(command, cwd=SOURCE, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)


def _groups(stack: ExitStack, name: str) -> list[Path]:
    """Control groups for it alone. Raises OSError where none may be made."""
    tops = [CGROUPS] if (CGROUPS / "cgroup.controllers").exists() else [top for each in HIERARCHIES if (top := CGROUPS / each).is_dir()]
    groups = [top / f"{name}.slice" for top in tops]
    stack.callback(_away, groups)
    for group in groups:
        group.mkdir()
    return groups


def _away(groups: list[Path]) -> None:
    for group in groups:
        for folder, _, _ in os.walk(group, topdown=False):
            subprocess.run(["rmdir", folder], capture_output=True, check=False)


def _binds() -> list[str]:
    """This Python, its packages and Reelscribe's, which may lie where the service sees nothing."""
    borrowed = {"python": sys.base_prefix, "packages": sysconfig.get_path("purelib")}
    borrowed |= {f"source/{package}": str(SOURCE / package) for package in ("config", "daemon", "tui")}
    return [f"--bind-ro={place}:/{BORROWED}/{name}" for name, place in borrowed.items()]


def _leader(nspawn: "subprocess.Popen[bytes]", log: IO[bytes]) -> int:
    """Process 1 of the machine, as its host numbers it, once it listens."""
    end = time.monotonic() + WITHIN
    while True:
        leader = next((child.pid for child in psutil.Process(nspawn.pid).children() if child.name() == "systemd"), 0)
        if leader and Path(f"/proc/{leader}/root/run/systemd/private").exists():
            return leader
        assert nspawn.poll() is None, f"no systemd came up: {_told(log)}"
        assert time.monotonic() < end, f"no systemd came up: {_told(log)}"
        time.sleep(0.02)


def _let_limits_hold(machine: Machine) -> None:
    """Under version 1 of the control groups nspawn shows them read-only, and MemoryMax= and TasksMax= would hold nobody."""
    for name in LIMITS:
        if (CGROUPS / name).is_dir():
            place = f"/sys/fs/cgroup/{name}"
            machine.run("mount", "-o", "remount,bind,rw,nosuid,nodev,noexec", place)
    machine.run("systemctl", "daemon-reexec")  # which limits there are it finds out when it begins


def _end(nspawn: "subprocess.Popen[bytes]") -> None:
    children = psutil.Process(nspawn.pid).children(recursive=True) if nspawn.poll() is None else []
    nspawn.terminate()  # the machine halts
    try:
        nspawn.wait(60)
    except subprocess.TimeoutExpired:  # it would live on without its nspawn
        for child in children:
            child.kill()
        nspawn.kill()
        nspawn.wait(60)


def _log(stack: ExitStack) -> IO[bytes]:
    return stack.enter_context(tempfile.TemporaryFile())


def _told(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read()[-2000:].decode(errors="replace").strip()
