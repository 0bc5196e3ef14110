"""The socket itself: whose it is from its first moment, and when it may be taken."""

import asyncio
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from daemon.api.server import Server, SocketUnusable, bind
from tests.daemon.api.served import Served, served


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def closed_umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("open_umask")
def test_the_socket_is_never_anybody_elses(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "chmod", lambda *_: None)  # as it is before it is corrected
    with bind(folder / "s"):
        assert mode(folder / "s") == 0o660


@pytest.mark.usefixtures("closed_umask")
def test_the_group_may_use_it_whatever_the_umask(folder: Path) -> None:
    with bind(folder / "s"):
        assert mode(folder / "s") == 0o660


def test_it_does_not_listen_before_it_is_served(folder: Path) -> None:
    with bind(folder / "s"), socket.socket(socket.AF_UNIX) as caller, pytest.raises(ConnectionRefusedError):
        caller.connect(str(folder / "s"))


def test_a_missing_folder_is_made_for_its_owner_alone(folder: Path) -> None:
    with bind(folder / "run" / "s"):
        assert mode(folder / "run") == 0o700


def test_a_path_that_is_too_long_is_said(folder: Path) -> None:
    with pytest.raises(SocketUnusable, match="longer than 107 bytes") as refused:
        bind(folder / ("é" * 60))
    assert refused.value.advice


def test_the_longest_path_fits(folder: Path) -> None:
    path = folder / ("s" * (107 - len(os.fsencode(folder)) - 1))
    with bind(path):
        assert path.is_socket()


def test_a_leftover_is_taken_away(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(folder / "s"))
    with bind(folder / "s"):
        assert (folder / "s").is_socket()


def test_a_daemon_that_answers_keeps_its_socket(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(folder / "s"))
        other.listen()
        before = (folder / "s").stat().st_ino
        with pytest.raises(SocketUnusable, match="another daemon answers"):
            bind(folder / "s")
        assert (folder / "s").stat().st_ino == before


def test_what_is_no_socket_stays(folder: Path) -> None:
    (folder / "s").write_text("mine")
    with pytest.raises(SocketUnusable, match="is no socket"):
        bind(folder / "s")
    assert (folder / "s").read_text() == "mine"


def test_a_folder_that_is_a_file_is_said(folder: Path) -> None:
    (folder / "run").write_text("")
    with pytest.raises(SocketUnusable, match="cannot make the socket"):
        bind(folder / "run" / "s")


async def test_stop_takes_the_socket_away(folder: Path) -> None:
    async with served(folder) as daemon:
        assert daemon.socket.is_socket()
    assert not daemon.socket.exists()


async def test_stop_leaves_another_daemons_socket(folder: Path) -> None:
    async with served(folder) as daemon:
        daemon.socket.unlink()
        other = bind(daemon.socket)
    with other:
        assert daemon.socket.is_socket()


async def test_an_app_that_does_not_answer_is_not_ready(folder: Path) -> None:
    async def unwell(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("unwell", 500)(scope, receive, send)

    ailing = Server(unwell, folder / "s")
    with pytest.raises(SocketUnusable, match="500"):
        await ailing.start()
    assert not (folder / "s").exists()


async def test_stop_waits_for_a_running_request_and_not_for_ever(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/slow":
            begun.set()
            await go_on.wait()
        await PlainTextResponse("done")(scope, receive, send)

    serving = Server(slow, folder / "s")
    await serving.start()
    reader, writer = await asyncio.open_unix_connection(folder / "s")
    writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    await begun.wait()
    stopping = asyncio.create_task(serving.stop())
    go_on.set()
    assert (await reader.read()).endswith(b"done")
    await stopping
    writer.close()


async def test_two_start_one_after_the_other_on_the_same_path(folder: Path) -> None:
    for _ in range(2):
        async with served(folder) as daemon:
            assert isinstance(daemon, Served)
