"""A daemon on a socket, and clients for it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.daemon.api.served import Served, served, short_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as made:
        yield made


@pytest.fixture
async def daemon(folder: Path) -> AsyncIterator[Served]:
    async with served(folder) as daemon:
        yield daemon


@pytest.fixture
async def http(daemon: Served) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.AsyncHTTPTransport(uds=str(daemon.socket))
    async with httpx.AsyncClient(transport=transport, base_url="http://reelscribe", timeout=60) as client:
        yield client
