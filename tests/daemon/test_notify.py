"""What systemd is told, read from the other end of a real socket."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.notify import notify, watchdog_interval


@pytest.fixture
def wire() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.settimeout(60)
        yield wire


def test_each_call_is_one_datagram_of_lines(wire: socket.socket, tmp_path: Path) -> None:
    wire.bind(str(tmp_path / "n"))
    environ = {"NOTIFY_SOCKET": str(tmp_path / "n")}
    notify("READY=1", "STATUS=watching", environ=environ)
    notify("STOPPING=1", environ=environ)
    assert [wire.recv(1024) for _ in range(2)] == [b"READY=1\nSTATUS=watching", b"STOPPING=1"]


def test_a_socket_without_a_file(wire: socket.socket) -> None:
    wire.bind("")  # the kernel gives it a name of its own in the abstract name space
    name = wire.getsockname().decode()
    notify("WATCHDOG=1", environ={"NOTIFY_SOCKET": "@" + name.removeprefix("\0")})
    assert wire.recv(1024) == b"WATCHDOG=1"


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "/nowhere/to/be/found"}])
def test_where_nobody_listens_nothing_happens(environ: dict[str, str]) -> None:
    notify("READY=1", environ=environ)


@pytest.mark.parametrize(
    ("environ", "interval"),
    [({"WATCHDOG_USEC": "60000000"}, 30.0), ({"WATCHDOG_USEC": "500000"}, 0.25), ({}, None), ({"WATCHDOG_USEC": "?"}, None)],
)
def test_a_sign_of_life_comes_twice_as_often_as_it_must(environ: dict[str, str], interval: float | None) -> None:
    assert watchdog_interval(environ) == interval
