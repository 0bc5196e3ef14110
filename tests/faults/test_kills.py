"""SIGKILL at random moments, of the daemon and of its children, over a queue of films.

``REELSCRIBE_KILLS``, ``REELSCRIBE_FILMS`` and ``REELSCRIBE_SEED`` ask for more, or for the same again.
"""

import os
from pathlib import Path

import pytest

from tests.end_to_end.running import Json
from tests.faults.storm import Quick, Storm, assert_calm, called, films, script_of, until_all

MANY: Json = {"script": {"formats": ["fountain"]}, "watch": {"first_films": 1000}}
KILLS = int(os.environ.get("REELSCRIBE_KILLS", "300"))
SEED = int(os.environ.get("REELSCRIBE_SEED", "7"))
FILMS = int(os.environ.get("REELSCRIBE_FILMS", "60"))


@pytest.fixture
def calm(tmp_path: Path) -> Quick:
    """A daemon that nobody hurts."""
    return home(tmp_path / "quiet")


@pytest.fixture
def running(tmp_path: Path) -> Quick:
    """The one in the storm."""
    return home(tmp_path / "stormy")


def home(folder: Path) -> Quick:
    folder.mkdir()
    return Quick(folder, MANY)


def test_a_few_kills_over_a_short_queue(calm: Quick, running: Quick, wordless_film: Path) -> None:
    names = films(running.inbox, [wordless_film], 2)
    first, *_ = films(calm.inbox, [wordless_film], 1)
    with calm:
        until_all(calm, 1)
    storm = Storm(running, seed=1)
    with running:
        storm.rage(5)
        storm.until_done(2, within=240)  # seconds, on a busy machine
    assert_calm(running, {name: called(script_of(calm, first), Path(name).stem) for name in names})
    assert storm.struck.total() == 5


@pytest.mark.faults
def test_three_hundred_kills_over_sixty_films(
    calm: Quick, running: Quick, wordless_film: Path, short_film: Path, silent_film: Path
) -> None:
    """Held against a daemon that does the same films beside it, undisturbed."""
    for one in (calm, running):
        names = films(one.inbox, [wordless_film, short_film, silent_film], FILMS)
    storm = Storm(running, SEED)
    with calm, running:
        storm.rage(KILLS)
        storm.until_done(FILMS, within=20.0 * FILMS)
        until_all(calm, FILMS)
    assert_calm(running, {name: script_of(calm, name) for name in names})
    print(f"seed {SEED}: killed {dict(storm.struck)}, {storm.resumed} jobs taken up again after three kills in one stage")
    assert storm.struck["daemon"]
    assert storm.struck["child"]
