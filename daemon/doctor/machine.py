"""The machine: ffmpeg, memory, disk, the box, the clock."""

import os
import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

from daemon.contract.doctor import Finding
from daemon.contract.errors import ToolFailed
from daemon.contract.values import shown
from daemon.inbox.place import remote_devices
from daemon.llm.choice import GIB, gib
from daemon.llm.machine import Memory
from daemon.media.ffmpeg import program
from daemon.stages import confine
from daemon.worker.memory.admission import Room

LOW, LOWEST = 10 * GIB, GIB  # bytes left on the disk of the state directory
WITHIN = 10.0  # seconds for ffmpeg to say its version
RELEASED = datetime(2025, 1, 1, tzinfo=UTC).timestamp()  # no clock that is right shows less
DAY = 86400.0  # seconds
TIMESYNC = Path("/run/systemd/timesync")


def ffmpeg() -> Finding:
    """The one that is run, and its version."""
    try:
        path = program()
        said = subprocess.run([path, "-hide_banner", "-version"], capture_output=True, text=True, timeout=WITHIN, check=True).stdout
    except (ToolFailed, OSError, subprocess.SubprocessError) as error:
        return Finding(name="ffmpeg", verdict="bad", found=f"does not run: {error}", advice="Install ffmpeg, or imageio-ffmpeg.")
    version = shown(said.partition("\n")[0].partition(" Copyright")[0][:60])
    bundled = " (the one that came along)" if "imageio_ffmpeg" in path.parts else ""
    return Finding(name="ffmpeg", verdict="ok", found=f"{version}{bundled}, {shown(path)}")


def memory(room: Room, machine: Memory, listens: int, writes: dict[str, int]) -> Finding:
    """The limit against what the chosen models take: ``listens`` bytes for the speech model, ``writes`` for Ollama's here, by name."""
    needs = {"the speech model": listens} | writes
    said = ", ".join(f"{name} about {gib(need)}" for name, need in needs.items())
    found = f"{gib(room.limit)} of {gib(machine.total)} may be used{_own(room)}; {said}"
    if listens > room.most or max(writes.values(), default=0) > room.limit:
        return Finding(name="memory", verdict="bad", found=found, advice="Choose a smaller model, or raise memory.limit.")
    if room.limit > machine.total > 0:
        return Finding(name="memory", verdict="warn", found=found, advice="memory.limit is more than there is: lower it.")
    if max(needs.values()) > machine.available:
        busy = f"{found}; only {gib(machine.available)} is free now"
        return Finding(name="memory", verdict="warn", found=busy, advice="Other programs hold it: end some, or films wait for them.")
    return Finding(name="memory", verdict="ok", found=found)


def _own(room: Room) -> str:
    return f" (by the service itself {gib(room.own.limit)})" if room.own else ""


def state(folder: Path) -> Finding:
    """The state directory: whether it can be written, and what is left on its disk."""
    try:
        left = shutil.disk_usage(_there(folder)).free
        remote = _there(folder).stat().st_dev in remote_devices()
    except OSError as error:
        return Finding(name="state", verdict="bad", found=f"{shown(folder)}: {error.strerror}", advice="Mend it, or set state_dir.")
    found = f"{shown(folder)}, {gib(left)} left"
    if not os.access(_there(folder), os.W_OK | os.X_OK):
        return Finding(name="state", verdict="bad", found=f"{found}, cannot be written", advice="Mend its rights, or set state_dir.")
    if left < LOWEST:
        return Finding(name="state", verdict="bad", found=found, advice="Free some space: films are held until there is some.")
    if remote:
        return Finding(name="state", verdict="warn", found=f"{found}, on a network share", advice="Set state_dir to a local disk.")
    return Finding(name="state", verdict="warn" if left < LOW else "ok", found=found, advice="Free some space." if left < LOW else "")


def box() -> Finding:
    """What keeps a hostile film from doing harm."""
    landlock, calls = confine.landlock(), confine.seccomp()
    found = f"Landlock {f'(version {landlock})' if landlock else 'is not there'}, seccomp {'is' if calls else 'is not'} there"
    if landlock and calls:
        return Finding(name="box", verdict="ok", found=found)
    advice = "Films are read all the same, with less between them and your files. A newer kernel has both."
    return Finding(name="box", verdict="warn", found=found, advice=advice)


def clock(now: float, newest: float | None, timesync: Path = TIMESYNC) -> Finding:
    """Whether the clock can be right: ``newest`` is the unix time of the last thing that the table has, if there is one."""
    said = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))
    advice = "Set it: timedatectl set-ntp true"
    if now < RELEASED or (newest is not None and newest > now + DAY):
        return Finding(name="clock", verdict="bad", found=f"{said} cannot be right", advice=advice)
    if timesync.is_dir() and not (timesync / "synchronized").exists():
        return Finding(name="clock", verdict="warn", found=f"{said}, not set by any other clock", advice=advice)
    return Finding(name="clock", verdict="ok", found=said)


def _there(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next((place for place in (folder, *folder.parents) if place.exists()), Path("/"))
