"""The monitor in a browser: a page for this machine, and for nobody else's pages."""

import pytest
from aiohttp.test_utils import TestClient, TestServer

from tui.web import MonitorServer


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
