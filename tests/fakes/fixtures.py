"""Fixtures of the fakes, for every test."""

from collections.abc import Iterator

import pytest

from tests.fakes.ollama import FakeOllama


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    """A server with a text model (``llama3.1:8b``) and one that only embeds; its ``url`` goes into ``ollama.url``."""
    with FakeOllama() as server:
        yield server
