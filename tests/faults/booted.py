"""A machine with a real systemd: this one's own files under a layer that takes every change, booted in a container (systemd-nspawn)."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

SOURCE = Path(__file__).parents[2]
WITHIN = 60.0  # seconds
HIERARCHIES = ("systemd", "unified", "memory", "pids", "cpu", "cpuacct")  # of control groups, version 1
PROGRAM = """#!/bin/sh
export PYTHONPATH=/opt/reelscribe/packages:/opt/reelscribe/source PYTHONDONTWRITEBYTECODE=1
export LD_LIBRARY_PATH=/opt/reelscribe/python/lib  # where this Python's own library lies, if it has one
exec /opt/reelscribe/python/bin/{python} -P -c 'from tui.cli import main; main()' "$@"
"""
LANDLOCK = "landlock_create_ruleset landlock_add_rule landlock_restrict_self"  # which nspawn's own filter would refuse


class Machine:
    """What runs: ``run`` a command in it, ``until`` something holds."""

    def __init__(self, root: Path, leader: int) -> None:
        self.root = root
        self._leader = leader

    def run(self, *command: str, check: bool = True) -> str:
        """What a command says, as root."""
        inside = ["nsenter", "-t", str(self._leader), "-a", "--", *command]
        done = subprocess.run(inside, capture_output=True, text=True, timeout=WITHIN, check=False)
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def until(self, true: Callable[[], object], within: float = WITHIN) -> None:
        """Waits for a condition, and shows the journal where it does not come."""
        end = time.monotonic() + within
        while not true():
            assert time.monotonic() < end, self.run("journalctl", "--no-pager", "-n", "60", check=False)
            time.sleep(0.05)

    def property(self, unit: str, name: str) -> str:
        """What systemd says of a unit."""
        return self.run("systemctl", "show", unit, "--value", f"--property={name}")


def possible() -> str:
    """Why no systemd can be booted here; ``""``: one can."""
    missing = [tool for tool in ("systemd-nspawn", "nsenter", "useradd", "journalctl") if shutil.which(tool) is None]
    if missing:
        return f"there is no {', '.join(missing)}"
    if os.geteuid() != 0:
        return "it takes root"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", folder], capture_output=True, text=True, check=False)
    return f"nothing may be mounted: {done.stderr.strip()}" if done.returncode else ""


@contextmanager
def booted() -> Iterator[Machine]:
    """A machine with a user anna and Reelscribe's units and program where the installer puts them."""
    with ExitStack() as stack:
        root = _layer(stack)
        _furnish(root)
        leader = _boot(stack, root)
        machine = Machine(root, leader)
        machine.until(lambda: machine.run("systemctl", "is-system-running", check=False) in ("running", "degraded"))
        yield machine


def _layer(stack: ExitStack) -> Path:
    top = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="booted-")))
    _run("mount", "-t", "tmpfs", "none", str(top))
    stack.callback(_run, "umount", "-l", str(top))
    upper, work, root = (top / name for name in ("upper", "work", "root"))
    for folder in (upper, work, root):
        folder.mkdir()
    _run("mount", "-t", "overlay", "none", "-o", f"lowerdir=/,upperdir={upper},workdir={work}", str(root))
    stack.callback(_run, "umount", "-l", str(root))
    return root


def _furnish(root: Path) -> None:
    units = root / "etc/systemd/system"
    shutil.rmtree(units, ignore_errors=True)  # nothing of this machine's own is started
    units.mkdir(parents=True)
    for unit in (SOURCE / "systemd").glob("reelscribe*@.*"):
        shutil.copy(unit, units)
    (root / "etc/machine-id").write_text("")
    (root / "etc/fstab").write_text("")
    _run("chroot", str(root), "useradd", "--create-home", "--shell", "/bin/sh", "anna")
    program = root / "opt/reelscribe/bin/reelscribe"
    program.parent.mkdir(parents=True)
    program.write_text(PROGRAM.format(python=f"python3.{sys.version_info.minor}"))
    program.chmod(0o755)
    for name in ("python", "packages", "source"):
        (root / "opt/reelscribe" / name).mkdir()


def _boot(stack: ExitStack, root: Path) -> int:
    """Process 1 of the container, as its host numbers it."""
    groups = [Path("/sys/fs/cgroup", name, f"booted-{os.getpid()}.slice") for name in HIERARCHIES if Path("/sys/fs/cgroup", name).is_dir()]
    for group in groups:
        group.mkdir(exist_ok=True)
    binds = {"python": sys.base_prefix, "packages": sysconfig.get_path("purelib"), "source": str(SOURCE)}
    command = [
        "systemd-nspawn", f"--directory={root}", "--boot", "--quiet", "--register=no", "--keep-unit", "--console=read-only",
        "--link-journal=no", "--resolv-conf=off", "--timezone=off", f"--machine=booted-{os.getpid()}", f"--system-call-filter={LANDLOCK}",
        *(f"--bind-ro={place}:/opt/reelscribe/{name}" for name, place in binds.items()), "systemd.firstboot=no",
    ]  # fmt: skip
    into = "; ".join(f"echo $$ > {group}/cgroup.procs" for group in groups) or ":"
    log = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    nspawn = subprocess.Popen(["sh", "-c", f'{into}; exec "$@"', "_", *command], stdout=log, stderr=log, start_new_session=True)
    stack.callback(_away, groups)
    stack.callback(_end, nspawn)
    end = time.monotonic() + WITHIN
    while not (leader := next((child.pid for child in psutil.Process(nspawn.pid).children()), 0)) or not _answers(leader):
        if nspawn.poll() is not None or time.monotonic() > end:
            log.seek(0)
            raise AssertionError(f"no systemd came up: {log.read()[-2000:].decode(errors='replace')}")
        time.sleep(0.05)
    for name in ("memory", "pids", "cpu", "cpuacct"):  # without this MemoryMax= and TasksMax= hold nobody
        place = f"/sys/fs/cgroup/{name}"
        if Path(place).is_dir():
            _run("nsenter", "-t", str(leader), "-m", "mount", "-o", "remount,bind,rw,nosuid,nodev,noexec", place)
    return leader


def _answers(leader: int) -> bool:
    return (
        subprocess.run(
            ["nsenter", "-t", str(leader), "-a", "test", "-S", "/run/systemd/private"], capture_output=True, check=False
        ).returncode
        == 0
    )


def _end(nspawn: "subprocess.Popen[bytes]") -> None:
    if nspawn.poll() is None:
        for child in psutil.Process(nspawn.pid).children():
            child.send_signal(signal.SIGRTMIN + 4)  # the container's process 1 halts
        try:
            nspawn.wait(20)
        except subprocess.TimeoutExpired:  # it would live on without its nspawn
            for child in psutil.Process(nspawn.pid).children(recursive=True):
                child.kill()
            nspawn.kill()
    nspawn.wait(20)


def _away(groups: list[Path]) -> None:
    for group in groups:
        for folder, _, _ in os.walk(group, topdown=False):
            subprocess.run(["rmdir", folder], capture_output=True, check=False)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
