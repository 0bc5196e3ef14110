"""A model that lies in every answer costs no line and adds none. ``python -m benchmarks lies`` does the same with a thousand films."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.stages.lying_films import film, told
from tests.fakes.ollama import FakeOllama

FILMS = 20


@pytest.fixture(scope="module", name="liar")
def _liar() -> Iterator[FakeOllama]:
    with FakeOllama(lies=0) as server:
        yield server


@pytest.mark.parametrize("seed", range(FILMS))
def test_every_line_is_there_once_and_no_other(seed: int, tmp_path: Path, liar: FakeOllama) -> None:
    found = told(film(seed), tmp_path, liar, seed)
    assert (found.invented, found.lost, found.doubled, found.altered) == ((), (), (), ())


def test_the_films_and_the_lies_are_hard_enough(tmp_path: Path, liar: FakeOllama) -> None:
    """Of some films' answers none is of use, of others some are, and both in one run."""
    records = [told(film(seed), tmp_path, liar, seed).record for seed in range(6)]
    assert sum(record.get("fallen_back", 0) for record in records) > 0
    assert sum(record.get("sent_back", 0) for record in records) > 0
    assert sum(record.get("mended", 0) for record in records) > 0
    assert any(record.get("fallen_back", 0) < record.get("asked", 0) for record in records)
