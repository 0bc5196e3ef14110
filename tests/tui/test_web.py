"""The monitor in a browser: a page for this machine, and for nobody else's pages."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from aiohttp import ClientConnectorError, ClientSession
from aiohttp.test_utils import TestClient, TestServer

from tui.web import MonitorServer

WITHIN = 60.0  # seconds


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "127.0.0.1:8000"}, 200),
        ({"Host": "localhost:8000", "Origin": "http://localhost:8000"}, 200),
        ({"Host": "127.0.0.1:8000", "Origin": "https://elsewhere.example"}, 403),
        ({"Host": "rebound.example:8000"}, 403),
        ({"Host": "rebound.example"}, 403),
    ],
)
async def test_only_pages_of_its_own_are_served(headers: dict[str, str], status: int) -> None:
    async with TestClient(TestServer(await MonitorServer((), 8000)._make_app())) as browser:
        answer = await browser.get("/", headers=headers)
        assert answer.status == status
        if status == 200:
            assert "Reelscribe" in await answer.text()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The command itself, and where it serves."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = (sys.executable, "-m", "tui.cli", "tui", "--serve", "--port", str(port), "--socket", str(tmp_path / "nobody"))
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"}, start_new_session=True) as server:
        assert server.stdout
        address = f"http://127.0.0.1:{port}"
        assert any(address in line.decode() for line in server.stdout), "it ended"
        yield address
        os.killpg(server.pid, signal.SIGKILL)  # with the monitor that it runs for the page


async def test_the_monitor_is_drawn_on_the_page(served: str) -> None:
    drawn = b""
    async with asyncio.timeout(WITHIN), ClientSession() as browser:
        page = None
        while page is None:
            with suppress(ClientConnectorError):  # it says where it serves before it does
                page = await browser.ws_connect(f"{served}/ws?width=80&height=24")
        while b"no daemon answers" not in drawn:
            drawn += await page.receive_bytes()
        await page.close()
