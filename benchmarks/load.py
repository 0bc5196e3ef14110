"""What a lot costs: ten thousand films that are dropped at once, a hundred thousand that lie there at the start, a table of a million jobs.

Each line says what it must be. A claim is a commit that the disk has taken: what the disk alone takes for one stands beside it.
"""

import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count, cycle
from pathlib import Path

import httpx
import psutil

from benchmarks.daemon import Daemon, report
from daemon.contract.states import JobState
from daemon.jobs.store import Store

DROPPED = 10_000  # files
LYING = 100_000  # files, a hundred in a folder, three folders deep
JOBS = 1_000_000
CLAIMS = 200
FILL = """
INSERT INTO video (path, inbox, device, inode, size, mtime_ns, ctime_ns)
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
SELECT CAST(printf('/in/film %07d.mp4', n) AS BLOB), CAST('/in' AS BLOB), 1, n, 10, 3, 4 FROM number;
"""
QUEUE = "INSERT INTO job (video_id, recipe, state, created, updated) SELECT id, 'screenplay', 'pending', 1.0, 1.0 FROM video"


def main() -> None:
    print(f"{'figure':66} {'median':>10} {'least':>10} {'most':>10}   must be")
    seconds, memory = dropped_at_once()
    report(f"{DROPPED} files dropped at once, until all are pending, s", [seconds], "<= 60")
    report("the daemon's largest memory meanwhile, MB", [memory], "<= 150")
    at_the_start()
    a_million_jobs()


def dropped_at_once() -> tuple[float, float]:
    """Seconds from the first file to the last job that is whole, and megabytes at the most."""
    with tempfile.TemporaryDirectory() as folder, Daemon(Path(folder)) as daemon:
        began = time.monotonic()
        for number in range(DROPPED):
            (daemon.inbox / f"film {number:05}.mp4").write_bytes(b"x" * 1000)
        return daemon.wait_for_whole(DROPPED) - began, largest_memory(daemon)


def at_the_start() -> None:
    """From READY until every film has a job: the first look goes through all of them, and somebody watches in the monitor."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(LYING):
            path = Path(folder, "inbox", str(number // 10_000), str(number // 1000), str(number // 100), f"film {number}.mp4")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        with Daemon(Path(folder)) as daemon:
            began = time.monotonic()
            with watched(daemon) as answers:
                while sum(daemon.counts().values()) < LYING:
                    time.sleep(0.2)
            report(f"{LYING} files at start: API's slowest answer meanwhile, s", [max(answers)], "< 1")
            report(f"{LYING} files at start: until each has a job, s", [time.monotonic() - began], "-")
            report("the daemon's largest memory meanwhile, MB", [largest_memory(daemon)], "<= 150")


@contextmanager
def watched(daemon: Daemon) -> Iterator[list[float]]:
    """Asks what the monitor asks, ten times a second; gives the seconds that each answer took."""
    answers: list[float] = []
    enough = threading.Event()

    def ask() -> None:
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(daemon.socket)), base_url="http://reelscribe/v1", timeout=60) as client:
            for path in cycle(("/status", "/jobs", "/jobs?sort=queue&state=arriving")):
                began = time.monotonic()
                client.get(path).raise_for_status()
                answers.append(time.monotonic() - began)
                if enough.wait(0.1):
                    return

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield answers
    finally:
        enough.set()
        asking.join()


def largest_memory(daemon: Daemon) -> float:
    """Megabytes, at any time since the start."""
    status = Path(f"/proc/{daemon.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) / 1000


def a_million_jobs() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state" / "reelscribe.db"
        Store.open(path).close()
        with closing(sqlite3.connect(path)) as table:
            table.execute(FILL, (JOBS,))
            table.execute(QUEUE)
            table.commit()
        with closing(Store.open(path)) as store:
            asked = count(JOBS // 2, 1000)
            report(f"a page of the list of {JOBS} jobs, ms", timed(lambda: store.page(limit=50)), "<= 5")
            report("a page in the middle of it, ms", timed(lambda: store.page(next(asked), limit=50)), "<= 5")
            report("a page of one state, ms", timed(lambda: store.page(limit=50, state=JobState.PENDING)), "<= 5")
            report(f"claiming the next of {JOBS} jobs, ms", claims(store), "<= 1, beyond the disk")
        report("the disk alone, for a commit, ms", commits(Path(folder)), "-")


def claims(store: Store) -> list[float]:
    """Milliseconds of each claim; what was claimed goes out of the way again, unmeasured."""
    taken: list[float] = []
    for _ in range(CLAIMS):
        began = time.perf_counter()
        job = store.claim(0.0)
        taken.append(1000 * (time.perf_counter() - began))
        if job is None:
            sys.exit("there was nothing to claim")
        store.move(job.id, JobState.PAUSED)
    return taken


def commits(folder: Path) -> list[float]:
    """Milliseconds of a commit of one row to an empty table, written as safely as the job table is."""
    with closing(sqlite3.connect(folder / "plain.db", isolation_level=None)) as table:
        table.executescript("PRAGMA journal_mode = wal; PRAGMA synchronous = full; CREATE TABLE one (n INTEGER)")
        return timed(lambda: table.execute("INSERT INTO one VALUES (1)"))


def timed(deed: Callable[[], object]) -> list[float]:
    """Milliseconds of each of many times."""
    taken = []
    for _ in range(CLAIMS):
        began = time.perf_counter()
        deed()
        taken.append(1000 * (time.perf_counter() - began))
    return taken


if __name__ == "__main__":
    print(f"{os.cpu_count()} cores, load {psutil.getloadavg()[0]:.1f}")
    main()
