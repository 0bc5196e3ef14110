"""Clients that mean harm: each gets a clear end, and everybody else goes on being answered."""

import asyncio
import random
import socket
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from daemon.api import limits, protocol
from daemon.contract.problems import MEDIA_TYPE
from daemon.contract.states import Stage
from tests.daemon.api.served import Served
from tui.client import Daemon

HEAD = b"Host: x\r\n"
PATIENCE = 60.0
SOON = 4.0  # seconds, on a machine that does much else: less than those five that a slow client is given
MEGABYTE = b"z" * (1 << 20)


async def answered(daemon: Served) -> None:
    """A friendly client is answered within a second of work, its own and the server's, and waits for nobody else."""
    worked = time.thread_time()
    async with asyncio.timeout(SOON), Daemon([daemon.socket]) as client:
        await client.health()
    assert time.thread_time() - worked < 1


async def said(path: Path, raw: bytes) -> bytes:
    """All that the server answers until it closes."""
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionError):
                writer.write(raw)
                await writer.drain()
            answer = b""
            with suppress(ConnectionError):
                while part := await reader.read(65536):
                    answer += part
            return answer
    finally:
        writer.close()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(random.Random(7).randbytes(4096), id="garbage"),
        pytest.param(b"\0" * 65536, id="zeros"),
        pytest.param(bytes.fromhex("16030100a5010000a1") + b"\0" * 160, id="TLS"),
        pytest.param(b"GET /" + b"a" * 65536 + b" HTTP/1.1\r\nConnection: close\r\n" + HEAD + b"\r\n", id="64 KB of path"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HEAD + b"X: " + b"a" * (1 << 20) + b"\r\n\r\n", id="1 MB of header"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HEAD + b"A: b\r\n" * 100_000 + b"\r\n", id="100,000 headers"),
        pytest.param(b"POST /v1/jobs HTTP/1.1\r\n" + HEAD + b"Content-Length: -1\r\n\r\nabc", id="negative length"),
        pytest.param(b"POST /v1/jobs HTTP/1.1\r\n" + HEAD + b"Content-Length: 9e9\r\n\r\nabc", id="no length"),
        pytest.param(b"POST /v1/jobs HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\nXYZ\r\n", id="no chunk"),
    ],
)
async def test_what_is_no_http_is_refused_and_closed(daemon: Served, raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "WHOLE_WITHIN", 0.5)
    answer = await said(daemon.socket, raw)
    assert answer == b"" or (answer.startswith(b"HTTP/1.1 40") and MEDIA_TYPE.encode() in answer)
    await answered(daemon)


@pytest.mark.parametrize("path", [b"/../../etc/passwd", b"/%2e%2e/%2e%2e/etc/passwd", b"//etc/passwd", b"/v1/jobs/..%2f..%2fstatus"])
async def test_a_path_leads_nowhere_else(daemon: Served, path: bytes) -> None:
    answer = await said(daemon.socket, b"GET " + path + b" HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 4")
    assert MEDIA_TYPE.encode() in answer


async def test_a_body_that_says_that_it_is_too_large_is_refused_before_it_is_sent(daemon: Served) -> None:
    answer = await said(daemon.socket, b"POST /v1/jobs HTTP/1.1\r\n" + HEAD + b"Content-Length: 1073741824\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")
    assert f"at most {limits.LARGEST_BODY} bytes".encode() in answer


@pytest.mark.parametrize(
    "length", [b"Content-Length: 1073741824\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"], ids=["said", "in chunks"]
)
async def test_a_gigabyte_is_refused_early(daemon: Served, length: bytes) -> None:
    _, writer = await asyncio.open_unix_connection(daemon.socket)
    writer.write(b"POST /v1/jobs HTTP/1.1\r\n" + HEAD + length)
    sent = 0
    with suppress(ConnectionError):
        async with asyncio.timeout(PATIENCE):
            for _ in range(1024):
                writer.write((b"100000\r\n" + MEGABYTE + b"\r\n") if b"chunked" in length else MEGABYTE)
                await writer.drain()
                sent += 1
    writer.close()
    assert sent < 16
    await answered(daemon)


async def test_length_and_chunks_together_are_not_two_requests(daemon: Served) -> None:
    smuggled = b"0\r\n\r\nDELETE /v1/jobs/1 HTTP/1.1\r\n" + HEAD + b"\r\n"
    film = daemon.film("a.mp4")
    head = b"POST /v1/why HTTP/1.1\r\n" + HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    answer = await said(daemon.socket, head + smuggled)
    assert answer.count(b"HTTP/1.1") == 1
    assert daemon.store.job(film.id) is not None


@pytest.mark.parametrize(
    "unfinished",
    [
        pytest.param(b"", id="says nothing"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HEAD + b"X-a: ", id="head that never ends"),
        pytest.param(b"POST /v1/why HTTP/1.1\r\n" + HEAD + b"Content-Length: 99\r\n\r\n{", id="body that never ends"),
        pytest.param(b"POST /v1/why HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n", id="huge chunk"),
        pytest.param(b"GET /v1/health HTTP/1.1\r\n" + HEAD + b"\r\nGET ", id="second request that never ends"),
    ],
)
async def test_who_does_not_finish_asking_is_let_go(daemon: Served, unfinished: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "WHOLE_WITHIN", 0.3)
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_unix_connection(daemon.socket)
        writer.write(unfinished)
        trickle = asyncio.create_task(_trickle(writer))
        with suppress(ConnectionError):
            while await reader.read(65536):
                pass
        trickle.cancel()
    writer.close()


async def _trickle(writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while True:
            writer.write(b"a")
            await asyncio.sleep(0.05)


def dawdle(path: Path, stack: ExitStack) -> None:
    for _ in range(500):
        dawdler = stack.enter_context(socket.socket(socket.AF_UNIX))
        dawdler.connect(str(path))
        with suppress(ConnectionError):
            dawdler.sendall(b"GET / HTTP/1.1\r\nX-a: ")


async def test_five_hundred_who_dawdle_keep_nobody_waiting(daemon: Served) -> None:
    with ExitStack() as stack:
        await asyncio.to_thread(dawdle, daemon.socket, stack)
        await answered(daemon)
        assert len(daemon.server._uvicorn.server_state.connections) <= protocol.MOST_WAITING + 2


async def test_a_watcher_that_does_not_read_costs_nothing_and_is_let_go(daemon: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "READ_WITHIN", 0.3)
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        deaf.setblocking(False)
        await asyncio.get_running_loop().sock_connect(deaf, str(daemon.socket))
        await asyncio.get_running_loop().sock_sendall(deaf, b"GET /v1/events HTTP/1.1\r\n" + HEAD + b"\r\n")
        film = daemon.film("a.mp4")
        await answered(daemon)  # the one before is heard by then
        connections = daemon.server._uvicorn.server_state.connections
        async with asyncio.timeout(PATIENCE):
            while connections:
                daemon.store.progress(film.id, Stage.WRITE, 0.5, None)
                daemon.store.announce({"text": "x" * 10_000})
                await asyncio.sleep(0)
    await answered(daemon)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"path": "L2EAYg=="}', id="NUL in a path"),
        pytest.param(b'{"path": ""}', id="no path"),
        pytest.param(b'{"path": "\\u0000"}', id="NUL in JSON"),
        pytest.param(b"[" * 10_000 + b"]" * 10_000, id="10,000 deep"),
        pytest.param(b'{"path": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001, id="10,000 deep inside"),
        pytest.param(b'{"path": 1' + b"0" * 5000 + b"}", id="5,000 digits"),
        pytest.param(b'{"path": "\\ud800"}', id="half a character"),
        pytest.param(b"\xff\xfe", id="no UTF-8"),
        pytest.param(b'{"path": NaN}', id="NaN"),
        pytest.param(b'{"path": "L2E=", "more": 1}', id="unknown key"),
    ],
)
async def test_a_strange_document_is_a_problem_of_its_sender(daemon: Served, body: bytes) -> None:
    head = b"POST /v1/why HTTP/1.1\r\n" + HEAD + b"Connection: close\r\nContent-Type: application/json\r\n"
    answer = await said(daemon.socket, head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert answer.startswith((b"HTTP/1.1 422", b"HTTP/1.1 400"))
    assert MEDIA_TYPE.encode() in answer
    await answered(daemon)


async def test_an_upgrade_is_not_taken(daemon: Served) -> None:
    upgrade = b"Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    answer = await said(daemon.socket, b"GET /v1/health HTTP/1.1\r\n" + HEAD + upgrade)
    assert answer.startswith(b"HTTP/1.1 200")
