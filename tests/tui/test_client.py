"""The client's side of the socket: every way of not being answered has its words."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import TypeVar

import pytest

from daemon.contract.events import Event
from daemon.contract.states import JobState
from tests.daemon.api.served import Served, served
from tui.client import Daemon, NoDaemon, NotAllowed, OtherLanguage, Refused, TooSlow, answering, ask
from tui.following import Connected, Lost, follow

PATIENCE = 60.0
Kind = TypeVar("Kind", Connected, Event, Lost)


@asynccontextmanager
async def another(path: Path, answer: bytes, every: float = 0.0) -> AsyncIterator[Path]:
    """A server that is not ours: says ``answer``, a byte at a time where ``every`` is given."""

    size = 1 if every else len(answer) or 1
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(asyncio.IncompleteReadError, ConnectionError):  # who looks whether we are here asks nothing
            await reader.readuntil(b"\r\n\r\n")
            for start in range(0, len(answer), size):
                writer.write(answer[start : start + size])
                await writer.drain()
                await asyncio.sleep(every)

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.create_task(serve(reader, writer)))

    server = await asyncio.start_unix_server(accept, path)
    try:
        yield path
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


async def test_what_is_asked_is_answered(daemon: Served) -> None:
    film = daemon.film("a.mp4", JobState.FAILED, "no film", "copy it again")
    async with Daemon([daemon.socket]) as client:
        assert (await client.health()).version == "0.1.0"
        assert [job.id for job in (await client.jobs(state=JobState.FAILED)).items] == [film.id]
        assert (await client.job(film.id)).advice == "copy it again"
        found = await client.job_of(Path("/films/inbox/a.mp4"))
        assert found is not None
        assert found.id == film.id
        assert await client.job_of(Path("/films/inbox/b.mp4")) is None
        assert (await client.act(film.id, "retry")).state == JobState.PENDING
        assert (await client.why(Path("/films/x.mp4"))).answer == "no inbox has it"
        added = await client.add([Path("/films/new.mp4")])
        await client.act(added.items[0].id, "pause")
        assert await client.resume_all() == 1
        await client.delete(film.id)
        with pytest.raises(Refused) as refused:
            await client.job(film.id)
    assert refused.value.problem.status == 404


async def test_the_first_socket_that_answers_is_taken(daemon: Served, folder: Path) -> None:
    (folder / "file").write_text("")
    async with Daemon([folder / "missing", folder / "file", folder / ("x" * 200), daemon.socket]) as client:
        await client.health()
        assert client.socket == daemon.socket


def test_nobody_there_is_said_with_every_place_and_how_to_start(folder: Path) -> None:
    with pytest.raises(NoDaemon, match=r"no daemon answers at .*/a or .*/b") as nobody:
        ask([folder / "a", folder / "b"], lambda client: client.health())
    assert "reelscribe serve" in nobody.value.advice


def test_a_socket_of_somebody_elses_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(socket.socket, "connect", refuse)  # as it is for another user; a test may run as root
        with pytest.raises(NotAllowed, match="you may not use"):
            answering([folder / "s"])


async def test_a_server_that_trickles_is_left_after_the_deadline(folder: Path) -> None:
    async with another(folder / "s", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000, every=0.01), Daemon([folder / "s"], within=0.2) as client:
        with pytest.raises(TooSlow, match="does not answer in time"):
            await client.health()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", NoDaemon),
        (b"SSH-2.0-OpenSSH\r\n", NoDaemon),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", OtherLanguage),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n<", OtherLanguage),
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", OtherLanguage),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", NoDaemon),
    ],
)
async def test_a_server_that_is_not_ours_is_said(folder: Path, answer: bytes, error: type[Exception]) -> None:
    async with another(folder / "s", answer), Daemon([folder / "s"]) as client:
        with pytest.raises(error):
            await client.health()


async def test_a_newer_daemons_further_keys_are_passed_over(folder: Path) -> None:
    answer = b'{"status":"ok","version":"9","mood":"fine"}'
    async with (
        another(folder / "s", b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer),
        Daemon([folder / "s"]) as client,
    ):
        assert (await client.health()).version == "9"


async def test_who_follows_misses_nothing_through_a_restart(folder: Path) -> None:
    happened = follow(lambda: [folder / "reelscribe.sock"])
    async with asyncio.timeout(PATIENCE):
        assert isinstance(await anext(happened), Lost)
        async with served(folder) as daemon:
            assert (await first(happened, Connected)).socket == daemon.socket
            before = daemon.film("before.mp4")
            assert [(await first(happened, Event)).data["id"] for _ in range(2)] == [before.id] * 2
        await first(happened, Lost)
        async with served(folder) as daemon:  # the same table, and something happens before anybody watches
            after = daemon.film("after.mp4")
            seen = [(await first(happened, Event)).data["id"] for _ in range(2)]
    await happened.aclose()
    assert seen == [after.id] * 2


async def first(happened: AsyncIterator[Connected | Event | Lost], kind: type[Kind]) -> Kind:
    while not isinstance(what := await anext(happened), kind):
        pass
    return what
