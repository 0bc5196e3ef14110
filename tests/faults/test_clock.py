"""The clock on the wall is set under a whole daemon, by two days or by the hour of summer; what counts seconds is left alone (libfaketime).

Jobs, timers and the watchdog go on: what waits for a moment of the old clock waits no longer than its span.
"""

import shutil
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.end_to_end.running import Json, Running
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.faults import FaultKind

pytestmark = [pytest.mark.faults, pytest.mark.needs("faketime")]

DAYS = 2 * 24 * 3600
BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"  # 2026: the 29th of March has no hour from 2:00, the 25th of October has it twice
WHILE = 300.0  # seconds of a busy machine; far less than any clock is set by
WATCHED = 30.0  # seconds in which systemd would want a sign of life


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Clock:
    """How far the wall's clock is from the machine's, for every process that is started from here on."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.ahead = 0.0
        self.set(0)

    def set(self, ahead: float) -> None:
        """Seconds, against the machine's clock."""
        self.ahead = ahead
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{ahead:+.0f}\n")
        fresh.replace(self._file)

    def show(self, wall: datetime) -> None:
        """So that the wall's clock shows this local time."""
        self.set(wall.timestamp() - time.time())


def preloaded() -> str:
    """The library that stands before the C library's clocks."""
    found = subprocess.run(["faketime", "-m", "-f", "+0", "printenv", "LD_PRELOAD"], capture_output=True, text=True, check=True)
    return found.stdout.strip()


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    file = tmp_path / "clock"
    with monkeypatch.context() as patch:
        clock = Clock(file)
        patch.setenv("TZ", BERLIN)
        time.tzset()
        for name, value in {
            "LD_PRELOAD": preloaded(),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
            "WATCHDOG_USEC": str(int(WATCHED * 1e6)),
        }.items():
            patch.setenv(name, value)
        yield clock
    time.tzset()


class Watchdog:
    """Stands where systemd does once the daemon is ready: hears its signs of life, by the machine's clock."""

    def __init__(self, address: Path) -> None:
        address.unlink()
        self._wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._wire.bind(str(address))
        self._wire.settimeout(0.1)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self.longest = 0.0

    def __enter__(self) -> "Watchdog":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._wire.close()

    def _listen(self) -> None:
        last = time.monotonic()
        while not self._over.is_set():
            try:
                heard = b"WATCHDOG=1" in self._wire.recv(4096)
            except TimeoutError:
                heard = False
            self.longest = max(self.longest, time.monotonic() - last)
            last = time.monotonic() if heard else last


def asked(running: Running, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(running.state / "reelscribe.db")) as table:
        return table.execute(question).fetchall()


def within(seconds: float, true: Callable[[], object]) -> None:
    """Asks until it is so; by the machine's clock, which nobody sets."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        threading.Event().wait(0.2)


def states(running: Running) -> dict[str, str]:
    return {job["name"]: job["state"] for job in running.jobs()}


def drop(running: Running, film: Path, name: str) -> None:
    shutil.copy(film, running.inbox / name)


def copies(running: Running) -> set[str]:
    """The days of which the job table has a backup."""
    return {copy.stem.split("-")[1][:8] for copy in (running.state / "backups").glob("*.db")}


def day(clock: Clock) -> str:
    return f"{datetime.fromtimestamp(time.time() + clock.ahead, UTC):%Y%m%d}"


def model_writes(port: int) -> Json:
    return {"ollama": {"url": f"http://127.0.0.1:{port}"}, "writer": {"engine": "ollama"}}


@pytest.mark.parametrize("ahead", [-DAYS, DAYS])
def test_whoever_waits_goes_on_within_a_minute_and_in_turn(tmp_path: Path, clock: Clock, short_film: Path, ahead: float) -> None:
    port = free_port()
    with Running(tmp_path, model_writes(port)) as running, Watchdog(tmp_path / "n") as watchdog:
        drop(running, short_film, "held.mp4")
        running.until_state("held.mp4", "held")
        clock.set(ahead)
        for name in ("new.mp4", "newer.mp4"):
            drop(running, short_film, name)
            running.until_state(name, "held")
        within(WHILE, lambda: day(clock) in copies(running))  # whatever else the timers had to do
        with FakeOllama(port=port):
            within(WHILE, lambda: set(states(running).values()) == {"completed"})
        scout, *others = asked(running, "SELECT job_id FROM stage_run WHERE stage = 'publish' ORDER BY id")
        assert others == sorted(others)  # those that follow the one that looked whether Ollama is there again
        assert {scout, *others} == {(1,), (2,), (3,)}
        clock.set(0)
        within(WHILE, lambda: day(clock) in copies(running))
    assert watchdog.longest < WATCHED


def test_whoever_works_is_not_disturbed(tmp_path: Path, clock: Clock, ollama: FakeOllama, short_film: Path) -> None:
    ollama.fail(FaultKind.DELAY, seconds=40)
    with (
        Running(tmp_path, {"ollama": {"url": ollama.url}, "writer": {"engine": "ollama"}}) as running,
        Watchdog(tmp_path / "n") as watchdog,
    ):
        drop(running, short_film, "film.mp4")
        assert ollama.wait_until(lambda: any(one.path == "/api/chat" for one in ollama.record.requests), WHILE)
        for copies_before, ahead in enumerate((DAYS, -DAYS)):
            clock.set(ahead)
            within(WHILE, lambda: running.log.read_text().count("was backed up") > copies_before)  # noqa: B023 - waited for here
        running.until_state("film.mp4", "completed")
    assert asked(running, "SELECT count(*) FROM stage_run WHERE stage = 'write'") == [(1,)]
    assert asked(running, "SELECT min(ended - started) >= 0, max(ended - started) < 600 FROM stage_run") == [(1, 1)]
    assert watchdog.longest < WATCHED


@pytest.mark.parametrize(
    ("shown", "hours", "begins", "then"),
    [
        (datetime(2026, 3, 29, 1, 50), "03:00-23:00", "2026-03-29T01:00:00Z", datetime(2026, 3, 29, 3, 0, 1)),
        (datetime(2026, 10, 25, 2, 10, fold=1), "02:30-01:00", "2026-10-25T01:30:00Z", datetime(2026, 10, 25, 2, 30, 1, fold=1)),
    ],
    ids=["left out", "shown twice"],
)
def test_quiet_hours_in_the_night_with_an_hour_less_or_more(
    tmp_path: Path, clock: Clock, wordless_film: Path, shown: datetime, hours: str, begins: str, then: datetime
) -> None:
    with Running(tmp_path, {"worker": {"hours": hours}}) as running:
        clock.show(shown)
        for name in ("one.mp4", "two.mp4"):
            drop(running, wordless_film, name)
            assert running.until_state(name, "held")["next_try"] == begins
        clock.show(then)
        within(WHILE, lambda: set(states(running).values()) == {"completed"})
    assert asked(running, "SELECT job_id FROM stage_run WHERE stage = 'skips' ORDER BY id") == [(1,), (2,)]
