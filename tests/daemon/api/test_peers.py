"""Who may use the socket, and how many connections one user may have."""

import asyncio
import ctypes
import os
import platform
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from daemon.api import peers, protocol
from daemon.api.peers import Peer
from daemon.contract.problems import MEDIA_TYPE, Problem
from tests.daemon.api.served import Served
from tests.daemon.api.test_hostile import HEAD, PATIENCE, answered

OWNER, GROUP = 1000, 1000
NOBODY, NOGROUP = 65534, 65534
CALLS = {"x86_64": (117, 119, 116), "aarch64": (147, 149, 159)}  # setresuid, setresgid, setgroups
ASKED = b"GET /v1/health HTTP/1.1\r\n" + HEAD + b"\r\n"


@pytest.mark.parametrize(
    ("peer", "comes_in"),
    [
        (Peer(1, OWNER, frozenset({100})), True),
        (Peer(1, 0, frozenset({0})), True),
        (Peer(1, 1001, frozenset({1001, GROUP})), True),
        (Peer(1, 1001, frozenset({1001})), False),
    ],
    ids=["the owner", "root", "a member of the group", "somebody"],
)
def test_who_comes_in(peer: Peer, comes_in: bool) -> None:
    assert (peers.stranger(peer, OWNER, GROUP) is None) is comes_in


def test_the_kernel_says_who_calls(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert peers.of(ours) == Peer(os.getpid(), os.geteuid(), frozenset({os.getegid(), *os.getgroups()}))
    with socket.socket(socket.AF_INET) as tcp:
        assert peers.of(tcp) is None


def connected_as(path: Path, groups: list[int]) -> socket.socket:
    """A connection made by nobody, in these groups: one thread gives up its rights, by the kernel's own calls, which are each thread's."""
    made: list[socket.socket] = []

    def connect() -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        set_user, set_group, set_groups = CALLS[platform.machine()]
        listed = (ctypes.c_uint32 * len(groups))(*groups)
        refused = libc.syscall(set_groups, len(groups), listed) or libc.syscall(set_group, *[NOGROUP] * 3)
        if not (refused or libc.syscall(set_user, *[NOBODY] * 3)):
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(str(path))
            made.append(connection)

    thread = threading.Thread(target=connect)
    thread.start()
    thread.join()
    return made[0]


async def told(connection: socket.socket) -> bytes:
    """All that the server answers until it closes."""
    reader, writer = await asyncio.open_unix_connection(sock=connection)
    async with asyncio.timeout(PATIENCE):
        writer.write(ASKED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        answer = await reader.read()
        writer.close()
    return answer


@contextmanager
def opened_up(daemon: Served) -> Iterator[None]:
    """Somebody meant well with the rights."""
    daemon.socket.chmod(0o666)
    daemon.socket.parent.chmod(0o755)
    os.chown(daemon.socket, -1, GROUP)
    yield


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
async def test_a_stranger_is_refused_in_words_and_a_member_of_the_group_is_not(daemon: Served) -> None:
    with opened_up(daemon):
        refused = await told(connected_as(daemon.socket, []))
        head, _, body = refused.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 403")
        assert MEDIA_TYPE.encode() in head
        assert f"user {NOBODY}" in Problem.model_validate_json(body).detail
        assert (await told(connected_as(daemon.socket, [GROUP]))).startswith(b"HTTP/1.1 200")
    await answered(daemon)


def heard(connection: socket.socket, until: bytes) -> bytes:
    """What comes until some words do; ``b""``: until the end."""
    answer = b""
    with suppress(ConnectionError):
        while (part := connection.recv(65536)) and not (until and until in answer + part):
            answer += part
        answer += part
    return answer


def asks(connection: socket.socket) -> None:
    connection.sendall(ASKED)
    heard(connection, b'"status":"ok"')


def watches(connection: socket.socket) -> None:
    connection.sendall(b"GET /v1/events HTTP/1.1\r\n" + HEAD + b"\r\n")
    heard(connection, b"retry:")


def crowd(path: Path, stack: ExitStack, size: int, act: Callable[[socket.socket], None]) -> list[socket.socket]:
    made = []
    for _ in range(size):
        one = stack.enter_context(socket.socket(socket.AF_UNIX))
        one.settimeout(PATIENCE)
        one.connect(str(path))
        with suppress(ConnectionError):
            act(one)
        made.append(one)
    return made


async def test_of_one_users_connections_those_that_are_answered_stay(daemon: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MOST_OF_ONE", 10)
    with ExitStack() as stack:
        (watcher,) = await asyncio.to_thread(crowd, daemon.socket, stack, 1, watches)
        idle = await asyncio.to_thread(crowd, daemon.socket, stack, 30, asks)
        await answered(daemon)
        assert len(daemon.server._uvicorn.server_state.connections) <= 11
        assert await asyncio.to_thread(heard, idle[0], b"") == b""
        daemon.store.announce({"text": "news"})
        assert b"news" in await asyncio.to_thread(heard, watcher, b"news")


async def test_who_has_as_many_as_can_be_answered_is_told_so(daemon: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MOST_OF_ONE", 3)
    with ExitStack() as stack:
        await asyncio.to_thread(crowd, daemon.socket, stack, 3, watches)
        (one_more,) = await asyncio.to_thread(crowd, daemon.socket, stack, 1, lambda one: one.sendall(ASKED))
        answer = await asyncio.to_thread(heard, one_more, b"")
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"connections already" in answer


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nX-a: ", b"\0" * 4096, ASKED], ids=["silent", "slow", "garbage", "idle"])
async def test_fifteen_hundred_connections_keep_nobody_waiting(daemon: Served, sent: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(15):  # as they come and go, so that the test itself needs no 1,500 files
            await asyncio.to_thread(crowd, daemon.socket, stack, 100, lambda one: one.sendall(sent))
            await answered(daemon)
        assert len(daemon.server._uvicorn.server_state.connections) <= protocol.MOST_OF_ONE + 1
