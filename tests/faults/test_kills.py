"""SIGKILL at random moments, of the daemon and of its children, over a queue of films.

``REELSCRIBE_KILLS``, ``REELSCRIBE_FILMS`` and ``REELSCRIBE_SEED`` ask for more, or for the same again.
"""

import os
from pathlib import Path

import pytest

from tests.end_to_end.running import Json
from tests.faults.storm import Quick, Storm, assert_calm, films, script_of

SETTINGS: Json = {"script": {"formats": ["fountain"]}}
KILLS = int(os.environ.get("REELSCRIBE_KILLS", "300"))
SEED = int(os.environ.get("REELSCRIBE_SEED", "7"))
FILMS = int(os.environ.get("REELSCRIBE_FILMS", "60"))


def survived(folder: Path, film: Path, number: int, kills: int, seed: int) -> Storm:
    """A queue of ``number`` films that went through a storm of ``kills``, held against what a quiet run gives."""
    quiet, stormy = (folder / name for name in ("quiet", "stormy"))
    for home in (quiet, stormy):
        home.mkdir()
    calm = Quick(quiet, SETTINGS)
    running = Quick(stormy, SETTINGS | {"watch": {"first_films": 1000}})
    names = films(running.inbox, film, number)
    (first,) = films(calm.inbox, film, 1)
    script = script_of(calm, first)
    storm = Storm(running, seed)
    with running:
        storm.rage(kills)
        storm.until_done(number, within=20.0 * number)
    assert_calm(running, names, script)
    return storm


def test_a_few_kills_over_a_short_queue(tmp_path: Path, wordless_film: Path) -> None:
    storm = survived(tmp_path, wordless_film, number=2, kills=5, seed=1)
    assert storm.struck.total() == 5


@pytest.mark.faults
def test_three_hundred_kills_over_sixty_films(tmp_path: Path, wordless_film: Path) -> None:
    storm = survived(tmp_path, wordless_film, FILMS, KILLS, SEED)
    assert storm.struck["daemon"]
    assert storm.struck["child"]
