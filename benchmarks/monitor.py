"""What the monitor costs: time to its first paint, 100,000 jobs, 50 events a second.

The program is run in a pseudo-terminal against a daemon's socket with invented jobs. Each line says what it must be.
"""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.daemon import report
from daemon.contract.states import Stage
from tests.daemon.api.served import INBOX, Elsewhere, Served, facts, served_elsewhere

JOBS = 100_000
RUNS = 5
WATCHED = 10.0  # seconds of events
EVENTS = 50  # a second
WITHIN = 60.0  # seconds


def main() -> None:
    print(f"{'figure':58} {'median':>10} {'least':>10} {'most':>10}   must be")
    with tempfile.TemporaryDirectory(prefix="rs-") as folder, served_elsewhere(Path(folder)) as daemon:
        daemon.call(lambda served: served.film("film 0.mp4"))
        report("first paint, s", [first_paint(daemon.socket, b"calling") for _ in range(RUNS)], "<= 0.7")
        report("first paint with the jobs, s", [first_paint(daemon.socket, b"film 0.mp4") for _ in range(RUNS)], "<= 1.0")
        for where, keys in (("the list", b""), ("a film's page", b"\r2")):
            report(f"CPU at {EVENTS} events a second, {where}, %", [events(daemon, keys)], "<= 15")
        fill(daemon)
        report(f"{JOBS} jobs: opened, s", [first_paint(daemon.socket, b"film %d.mp4" % (JOBS - 1)) for _ in range(RUNS)], "<= 1.0")
        scroll, memory = scrolled(daemon.socket)
        report(f"{JOBS} jobs: the page after the last that is loaded, s", scroll, "<= 0.5")
        report(f"{JOBS} jobs: resident memory, MB", [memory], "<= 120")


class Screen:
    """A monitor in a terminal of 120×40; ``sees`` waits for bytes that it draws."""

    def __init__(self, socket: Path) -> None:
        self._end, far = pty.openpty()
        fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.began = time.monotonic()
        command = [sys.executable, "-P", "-m", "tui.cli", "tui", "--socket", str(socket)]
        environ = {**os.environ, "TERM": "xterm-256color"}
        self.process = subprocess.Popen(command, stdin=far, stdout=far, stderr=far, env=environ, start_new_session=True)
        os.close(far)

    def sees(self, what: bytes) -> float:
        """When (monotonic) it was drawn."""
        said, until = b"", time.monotonic() + WITHIN
        while what not in said:
            ready, _, _ = select.select([self._end], [], [], until - time.monotonic())
            if not ready:
                sys.exit(f"the monitor did not draw {what!r}")
            said += os.read(self._end, 1 << 16)
        return time.monotonic()

    def press(self, keys: bytes) -> None:
        """As if typed."""
        os.write(self._end, keys)

    def drain(self, seconds: float) -> None:
        """Reads and forgets what is drawn."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if select.select([self._end], [], [], left)[0]:
                os.read(self._end, 1 << 16)

    def close(self) -> None:
        """Ends it."""
        self.process.kill()
        self.process.wait()
        os.close(self._end)


@contextmanager
def screen(socket: Path) -> Iterator[Screen]:
    opened = Screen(socket)
    try:
        yield opened
    finally:
        opened.close()


def first_paint(socket: Path, what: bytes) -> float:
    """Seconds from the start of the program until this is drawn."""
    with screen(socket) as shown:
        return shown.sees(what) - shown.began


def fill(daemon: Elsewhere) -> None:
    """Jobs, a thousand a call, so that others get their turn on the daemon's loop."""

    def add(first: int) -> None:
        def some(served: Served) -> None:
            with served.store.together():
                for number in range(first, min(first + 1000, JOBS)):
                    served.store.arrive(INBOX + b"/film %d.mp4" % number, INBOX, facts(), "screenplay")

        daemon.call(some)

    for first in range(1, JOBS, 1000):
        add(first)


def events(daemon: Elsewhere, keys: bytes) -> float:
    """Per cent of a core while events come, on the page to which these keys lead."""
    daemon.call(lambda served: served.store.claim(1.0))
    with screen(daemon.socket) as shown:
        shown.sees(b"film 0.mp4")
        for key in keys:
            shown.press(bytes([key]))
            shown.drain(1.0)
        shown.drain(1.0)
        process = psutil.Process(shown.process.pid)
        before = process.cpu_times()
        enough = threading.Event()
        sender = threading.Thread(target=send, args=(daemon, enough))
        sender.start()
        shown.drain(WATCHED)
        after = process.cpu_times()
        enough.set()
        sender.join()
        busy = after.user + after.system - before.user - before.system
        return 100 * busy / WATCHED


def send(daemon: Elsewhere, enough: threading.Event) -> None:
    """Progress and changes by turns."""
    number = 0
    while not enough.wait(1 / EVENTS):
        number += 1
        done = (number % 500) / 500
        if number % 5:
            daemon.call(lambda served, done=done: served.store.progress(1, Stage.WRITE, done, 60.0, 50.0, 90.0))  # type: ignore[misc]
        else:
            daemon.call(lambda served: served.store.announce({"benchmark": True}))


def scrolled(socket: Path) -> tuple[list[float], float]:
    """Seconds for each page beyond the one that is loaded, and megabytes after them."""
    times = []
    with screen(socket) as shown:
        shown.sees(b"film %d.mp4" % (JOBS - 1))
        for page in range(1, RUNS + 1):
            shown.press(b"\x1b[F\x1b[B")  # end, down
            began = time.monotonic()
            times.append(shown.sees(b"film %d.mp4" % (JOBS - 1 - 200 * page)) - began)
        return times, psutil.Process(shown.process.pid).memory_info().rss / 1e6


if __name__ == "__main__":
    main()
