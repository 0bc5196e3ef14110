"""What the tests of the language model share."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from daemon.llm.client import Ollama
from tests.fakes.ollama import FakeOllama


@pytest.fixture
def client(ollama: FakeOllama) -> Iterator[Ollama]:
    with Ollama([ollama.url]) as client:
        yield client


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A path for a Unix socket may have 107 bytes, fewer than some temporary folders of tests."""
    with TemporaryDirectory(prefix="rs-") as folder:
        yield Path(folder)
