from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.running import Running


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Running]:
    """A daemon that writes drafts, started."""
    with Running(tmp_path) as running:
        yield running
