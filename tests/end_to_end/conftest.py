from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.running import Running


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Running]:
    """A daemon that writes drafts, started."""
    with Running(tmp_path) as running:
        yield running


@pytest.fixture
def versed(tmp_path: Path, short_results: Path) -> Iterator[Running]:
    """The same, with the results of the short film: it only has to write them where they belong."""
    with Running(tmp_path, results=short_results) as running:
        yield running
