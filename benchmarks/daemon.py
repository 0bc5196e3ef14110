"""What the daemon costs at rest, and how quickly it takes notice.

Figures: resident memory and CPU over a minute with 1,000 files in the inbox; seconds from the last byte's close to ``pending``, beyond
the settle time; seconds from start to READY; seconds that a child process adds to a stage. Each line says what it must be.
"""

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

SETTLE = 1.0  # seconds
FILES = 1_000
REST = 60.0  # seconds of watching the daemon do nothing
RUNS = 5


def main() -> None:
    print(f"{'figure':58} {'median':>10} {'least':>10} {'most':>10}   must be")
    report("start to READY, s", [start_time() for _ in range(RUNS)], "<= 1.5")
    report("last byte's close to pending, beyond settle, s", close_to_pending(), "<= 0.5")
    report("a stage's child process, from start to the stage's own code, s", [child_overhead() for _ in range(RUNS)], "<= 0.3")
    memory, cpu = at_rest()
    report(f"resident memory at rest with {FILES} files, MB", [memory], "<= 90")
    report(f"CPU at rest over {REST:.0f} s with {FILES} files, %", [cpu], "<= 0.2")


def report(figure: str, values: list[float], must: str) -> None:
    print(f"{figure:58} {statistics.median(values):10.3f} {min(values):10.3f} {max(values):10.3f}   {must}", flush=True)


class Daemon:
    """A private daemon on a temporary folder; ``ready`` is how many seconds it took to say READY."""

    def __init__(self, folder: Path) -> None:
        self.inbox = folder / "inbox"
        self.inbox.mkdir(exist_ok=True)
        self.socket = folder / "reelscribe.sock"
        config = folder / "config.yaml"
        config.write_text(
            json.dumps(
                {
                    "inboxes": [{"path": str(self.inbox)}],
                    "settle": SETTLE,
                    "state_dir": str(folder / "state"),
                    "socket": str(self.socket),
                    "watch": {"first_films": 0},  # what lies there at the start is paused: the daemon is measured, not its work
                    "writer": {"engine": "draft"},
                }
            )
        )
        with notify_socket(folder) as (notices, environ):
            started = time.monotonic()
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "daemon", "serve", "--config", str(config)], env=environ, stderr=subprocess.DEVNULL
            )
            while b"READY=1" not in notices.recv(4096):
                pass
            self.ready = time.monotonic() - started
        self.client = httpx.Client(transport=httpx.HTTPTransport(uds=str(self.socket)), base_url="http://reelscribe/v1", timeout=10)

    def __enter__(self) -> "Daemon":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def counts(self) -> dict[str, int]:
        """Jobs by state."""
        counts: dict[str, int] = self.client.get("/status").raise_for_status().json()["counts"]
        return counts

    def wait_for_whole(self, jobs: int, within: float = 120) -> float:
        """When (monotonic) this many jobs had left ``arriving``."""
        deadline = time.monotonic() + within
        while self._whole() < jobs:
            if time.monotonic() > deadline:
                sys.exit(f"after {within:.0f} s: {self.counts()}, and not {jobs} whole")
            time.sleep(0.01)
        return time.monotonic()

    def _whole(self) -> int:
        return sum(number for state, number in self.counts().items() if state != "arriving")


@contextmanager
def notify_socket(folder: Path) -> Iterator[tuple[socket.socket, dict[str, str]]]:
    """The other end of sd_notify."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
        path = folder / "notify.sock"
        path.unlink(missing_ok=True)
        notices.bind(str(path))
        notices.settimeout(60)
        yield notices, {**os.environ, "NOTIFY_SOCKET": str(path)}


def start_time() -> float:
    """Seconds from the start of the process to READY, on an empty inbox."""
    with tempfile.TemporaryDirectory() as folder, Daemon(Path(folder)) as daemon:
        return daemon.ready


def close_to_pending() -> list[float]:
    """Seconds from the writer's close to the moment at which a client sees the job whole, less the settle time."""
    delays = []
    with tempfile.TemporaryDirectory() as folder, Daemon(Path(folder)) as daemon:
        for number in range(RUNS):
            with (daemon.inbox / f"film {number}.mp4").open("wb") as film:
                for _ in range(20):
                    film.write(os.urandom(100_000))
                    film.flush()
                    time.sleep(0.02)
            closed = time.monotonic()
            delays.append(daemon.wait_for_whole(number + 1) - closed - SETTLE)
    return delays


def child_overhead() -> float:
    """Seconds until a child has started, read its request and begun; the refusal of a file that is no film is its first word."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        out.mkdir()
        empty = Path(folder) / "film.mp4"
        empty.touch()
        from daemon.contract.states import Stage
        from daemon.contract.task import Request

        request = Request(stage=Stage.PROBE, source=empty, out=out, inputs={}, cache=out, settings={}).model_dump_json()
        started = time.monotonic()
        subprocess.run([sys.executable, "-P", "-m", "daemon.stages", "probe"], input=request.encode(), stdout=subprocess.PIPE, check=True)
        return time.monotonic() - started


def at_rest() -> tuple[float, float]:
    """Resident megabytes, and per cent of one core over ``REST`` seconds, once every file was taken notice of."""
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder) / "inbox"
        inbox.mkdir()
        for number in range(FILES):
            (inbox / f"film {number:04}.mp4").write_bytes(b"x" * 1000)
        with Daemon(Path(folder)) as daemon:
            daemon.wait_for_whole(FILES)
            process = psutil.Process(daemon.process.pid)
            time.sleep(5)
            before = process.cpu_times()
            time.sleep(REST)
            after = process.cpu_times()
            busy = after.user + after.system - before.user - before.system
            return process.memory_info().rss / 1e6, 100 * busy / REST


if __name__ == "__main__":
    main()
