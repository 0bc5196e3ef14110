"""A daemon on a socket for the clients."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.daemon.api.served import Elsewhere, Served, served, served_elsewhere, short_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as made:
        yield made


@pytest.fixture
async def daemon(folder: Path) -> AsyncIterator[Served]:
    async with served(folder) as daemon:
        yield daemon


@pytest.fixture
def elsewhere(folder: Path) -> Iterator[Elsewhere]:
    with served_elsewhere(folder) as daemon:
        yield daemon
