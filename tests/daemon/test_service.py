"""The composition root: what is there when READY is said, what is gone when it ends, and what it ends with."""

import asyncio
import logging
import os
import signal
import socket
import sqlite3
import subprocess
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.errors import ConfigProblems, Problem
from config.places import Places
from config.settings import Settings
from daemon import service as module
from daemon.api.server import Server
from daemon.contract.errors import CannotStart, TryAgain
from daemon.inbox.keeper import Keeper
from daemon.jobs import backups
from daemon.jobs.errors import TableDamaged
from daemon.jobs.lock import AlreadyRunning
from daemon.jobs.store import Store
from daemon.service import Service
from daemon.worker import patience
from daemon.worker.worker import Worker
from tests.daemon.api.served import short_folder
from tests.daemon.inbox.conftest import DEADLINE, reached
from tests.daemon.worker.films import drafting
from tests.end_to_end.running import Running


class Home:
    """Where a service lives, and what it told systemd."""

    def __init__(self, folder: Path) -> None:
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        self.places = Places(state=folder / "state", models=folder / "models", socket=folder / "s", environ={})
        self.settings = self.with_settings()
        self.told: list[str] = []
        self.at_ready: Callable[[], None] = lambda: None
        self.is_ready = asyncio.Event()

    def with_settings(self, **more: Any) -> Settings:
        return drafting(inboxes=[{"path": str(self.inbox)}], settle=0.1, **more)

    def notify(self, *lines: str) -> None:
        self.told += [line for line in lines if not line.startswith("STATUS")]
        if "READY=1" in lines:
            self.at_ready()
            self.is_ready.set()

    def service(self) -> Service:
        return Service(self.settings, self.places, lambda: self.settings)

    def table(self) -> sqlite3.Connection:
        return sqlite3.connect(self.places.state / "reelscribe.db")


@pytest.fixture
async def home(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Home]:
    with short_folder() as folder:
        home = Home(folder)
        monkeypatch.setattr(module, "notify", home.notify)
        yield home


@asynccontextmanager
async def running(home: Home) -> AsyncIterator["asyncio.Task[None]"]:
    """A service that has said READY; at the end SIGTERM stops it, unless it ended by itself."""
    task = asyncio.create_task(home.service().run())
    async with asyncio.timeout(DEADLINE):
        await asyncio.wait([task, asyncio.create_task(home.is_ready.wait())], return_when=asyncio.FIRST_COMPLETED)
        try:
            yield task
        finally:
            if not task.done():
                os.kill(os.getpid(), signal.SIGTERM)
                await asyncio.wait([task])


async def health(home: Home) -> int:
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(home.places.socket))) as client:
        return (await client.get("http://reelscribe/v1/health")).status_code


def parts() -> set[str]:
    return {task.get_name() for task in asyncio.all_tasks()} & {"inboxes", "worker", "settings"}


async def test_when_it_says_ready_everything_runs_and_the_socket_answers(home: Home) -> None:
    at_ready: list[Any] = []
    home.at_ready = lambda: at_ready.extend([parts(), _connects(home.places.socket)])
    async with running(home):
        assert at_ready == [{"inboxes", "worker", "settings"}, True]
        assert await health(home) == 200


def _connects(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        return caller.connect_ex(str(path)) == 0


async def test_when_it_is_told_to_stop_all_is_given_back_and_it_starts_again(home: Home) -> None:
    for _ in range(2):
        async with running(home) as task:
            assert home.places.socket.is_socket()
        await task
        assert not home.places.socket.exists()
        assert parts() == set()
        assert sorted(path.name for path in home.places.state.glob("reelscribe.db*")) == ["reelscribe.db"]
        home.is_ready.clear()
    assert home.told == ["READY=1", "STOPPING=1"] * 2


async def test_parts_are_stopped_in_reverse(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []
    store_close, server_stop = Store.close, Server.stop

    def close(store: Store) -> None:
        ended.append("table")
        store_close(store)

    async def stop(server: Any) -> None:
        ended.append("socket")
        await server_stop(server)

    async def work(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)

    monkeypatch.setattr(Store, "close", close)
    monkeypatch.setattr(Server, "stop", stop)
    monkeypatch.setattr(Keeper, "run", lambda _: work("inboxes"))
    monkeypatch.setattr(Worker, "run", lambda _: work("worker"))
    async with running(home):
        await reached(lambda: len(parts()) == 3)
    assert ended == ["worker", "inboxes", "socket", "table"]


async def test_a_second_daemon_is_refused_and_the_first_goes_on(home: Home) -> None:
    async with running(home):
        with pytest.raises(AlreadyRunning, match=rf"another daemon \(process {os.getpid()}\)"):
            await home.service().run()
        assert await health(home) == 200


async def test_a_time_zone_that_has_no_name_is_as_good_as_any(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    monkeypatch.setattr("tzlocal.unix._cache_tz", None)
    async with running(home):
        assert await health(home) == 200


async def test_what_cannot_be_had_is_never_ready_and_leaves_nothing(home: Home) -> None:
    home.places.socket.mkdir()
    with pytest.raises(Exception, match="is no socket"):
        await home.service().run()
    assert home.told == []
    assert parts() == set()
    home.places.socket.rmdir()
    async with running(home):
        assert await health(home) == 200


# Settings are read again


async def hung_up(home: Home, caplog: pytest.LogCaptureFixture, said: str) -> None:
    assert signal.getsignal(signal.SIGHUP) is not signal.SIG_DFL, "nobody hears it, and it would end the tests"
    os.kill(os.getpid(), signal.SIGHUP)
    await reached(lambda: said in caplog.text)


async def test_settings_that_are_read_again_hold(home: Home, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with running(home):
        home.settings = drafting(inboxes=[{"path": str(tmp_path)}], settle=0.1)
        await hung_up(home, caplog, "the settings were read again")
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(home.places.socket))) as client:
            status = (await client.get("http://reelscribe/v1/status")).json()
        assert [inbox["path"] for inbox in status["inboxes"]] == [str(tmp_path)]


async def test_a_bad_file_keeps_the_running_settings_and_says_every_problem(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    def load() -> Settings:
        raise ConfigProblems(Problem("config.yaml", "there is no such key", line) for line in (1, 2))

    service = home.service()
    service._load = load
    home.service = lambda: service  # type: ignore[method-assign]
    async with running(home):
        await hung_up(home, caplog, "stay as they were")
        assert service.settings == home.settings
        assert await health(home) == 200
    assert "config.yaml:1" in caplog.text
    assert "config.yaml:2" in caplog.text


# Ends that nobody asked for


@pytest.mark.parametrize("part", [Worker, Keeper])
async def test_a_part_that_breaks_takes_the_service_with_it(home: Home, part: type, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(_part: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(part, "run", breaks)
    with pytest.raises(RuntimeError, match="broken"):
        await home.service().run()
    assert not home.places.socket.exists()


async def test_so_does_one_that_merely_ends(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ends(_worker: Worker) -> None:
        return

    monkeypatch.setattr(Worker, "run", ends)
    with pytest.raises(RuntimeError, match="worker ended"):
        await home.service().run()
    assert {type(thread).__module__.partition(".")[0] for thread in threading.enumerate()} & {"watchdog"} == set()


async def test_a_table_of_a_newer_reelscribe_cannot_be_used(home: Home) -> None:
    async with running(home):
        pass
    with home.table() as table:
        table.execute("PRAGMA user_version = 999")
    table.close()
    with pytest.raises(CannotStart, match="newer"):
        await home.service().run()


async def alerts(home: Home) -> list[dict[str, Any]]:
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(home.places.socket))) as client:
        found: list[dict[str, Any]] = (await client.get("http://reelscribe/v1/alerts")).json()["items"]
    return found


async def test_a_table_that_is_no_table_is_put_aside_and_said(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    home.places.state.mkdir()
    (home.places.state / "reelscribe.db").write_text("no table at all" * 1000)
    async with running(home):
        assert await health(home) == 200
        assert [alert["id"] for alert in await alerts(home)] == ["table:aside"]
    assert "could not be read" in caplog.text
    assert list(home.places.state.glob("reelscribe.db.corrupt-*"))


async def test_it_backs_the_table_up_and_takes_the_backup_up_where_the_table_is_damaged(
    home: Home, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BACKUP_FIRST", 0)
    caplog.set_level(logging.INFO)
    table, kept = home.places.state / "reelscribe.db", home.places.state / "backups"
    async with running(home):
        await reached(lambda: "was backed up" in caplog.text)
    table.write_bytes(table.read_bytes()[:4096] + b"\xa5" * 8192)
    async with running(home):
        (alert,) = await alerts(home)
        assert f"the backup {next(kept.glob('*.db'))} was taken up" in alert["message"]
    assert "is taken up" in caplog.text


async def test_a_table_that_is_damaged_while_it_runs_is_an_alert(
    home: Home, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise TableDamaged("The job table is damaged: row 7.", "Restart Reelscribe.")

    monkeypatch.setattr(module, "BACKUP_FIRST", 0)
    monkeypatch.setattr(backups, "back_up", damaged)
    async with running(home):
        await reached(lambda: "row 7" in caplog.text)
        assert [alert["id"] for alert in await alerts(home)] == ["table"]


async def test_a_table_that_somebody_else_holds_is_waited_for(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(patience, "AGAIN", 0.01)
    opened, tries = Store.open, iter([TryAgain("Another program holds the job table.")] * 3)

    def busy(path: Path) -> Store:
        for error in tries:
            raise error
        return opened(path)

    monkeypatch.setattr(Store, "open", busy)
    async with running(home):
        assert await health(home) == 200
    assert caplog.text.count("Another program holds the job table") == 1


# What the process ends with


def ended(tmp_path: Path, **settings: Any) -> "subprocess.CompletedProcess[str]":
    command = Running(tmp_path, settings).command
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_state_directory_that_cannot_be_used_ends_it_with_78(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = ended(tmp_path, state_dir=str(tmp_path / "file"))
    assert done.returncode == 78
    assert done.stderr.startswith(f"the state directory {tmp_path / 'file'} cannot be used")
    assert "Traceback" not in done.stderr


def test_a_newer_table_ends_it_with_78(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    Store.open(tmp_path / "state" / "reelscribe.db").close()
    with sqlite3.connect(tmp_path / "state" / "reelscribe.db") as table:
        table.execute("PRAGMA user_version = 999")
    table.close()
    done = ended(tmp_path)
    assert done.returncode == 78
    assert "newer" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_socket_that_cannot_be_made_ends_it_with_1(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    done = ended(tmp_path)
    assert done.returncode == 1
    assert "is no socket" in done.stderr
