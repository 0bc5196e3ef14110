"""Runs commands one after the other and says what each cost: processor seconds, wall, peak memory."""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "reelscribe-benchmarks"
SCENEDETECT = ("scenedetect==0.7.2", "opencv-python-headless")


@dataclass(frozen=True)
class Cost:
    """Of one run: seconds of processor and wall, megabytes of the largest process."""

    cpu: float
    wall: float
    memory: float


def cost(command: Sequence[str | Path], *, stdin: bytes = b"", env: dict[str, str] | None = None, cwd: Path | None = None) -> Cost:
    """Runs it to its end; raises RuntimeError with its last words where that was not a good one."""
    began = time.monotonic()
    with subprocess.Popen(
        [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, cwd=cwd
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("no pipes")
        process.stdin.write(stdin)
        process.stdin.close()
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {said[-2000:].decode(errors='replace')}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - began, usage.ru_maxrss / 1024)


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each figure; the largest memory."""
    return Cost(median(one.cpu for one in costs), median(one.wall for one in costs), max(one.memory for one in costs))


def ffmpeg() -> str:
    """The same binary for everything that is compared."""
    from daemon.media import ffmpeg as tool

    return str(tool.program())


def scenedetect() -> Path:
    """PySceneDetect in an environment of its own: it brings its own OpenCV. Made on first use."""
    program = CACHE / "scenedetect" / "bin" / "scenedetect"
    if not program.exists():
        folder = program.parent.parent
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "-q", *SCENEDETECT], check=True)
    return program


def machine() -> str:
    """One line about where this was measured."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.platform()}, Python {platform.python_version()}"
