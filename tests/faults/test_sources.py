"""A film that is renamed, replaced or deleted while a stage of its job runs, for each stage.

The stage is stopped before it does anything, and goes on once the film is another.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from daemon.contract.states import Stage
from daemon.stages.recipe import RECIPES
from tests.faults.storm import Quick, called, drop, script_of

GATED = Path(__file__).with_name("gated")
ONE = {"script": {"formats": ["fountain"]}}

pytestmark = [pytest.mark.faults, pytest.mark.parametrize("stage", [step.stage for step in RECIPES["screenplay"]])]


class Gated(Quick):
    """A daemon whose ``stage`` waits."""

    def __init__(self, folder: Path, stage: Stage) -> None:
        super().__init__(folder, ONE)
        self.stage = stage
        self._gate = folder / "gate"
        os.mkfifo(self._gate)

    @property
    def command(self) -> list[str]:
        path = os.pathsep.join(filter(None, (str(GATED), os.environ.get("PYTHONPATH"))))
        return ["env", f"PYTHONPATH={path}", f"GATED={self.stage}", f"GATE={self._gate}", *super().command]

    @contextmanager
    def stopped(self, name: str) -> Iterator[None]:
        """While the film ``name`` is at the stage; it goes on afterwards, and whoever comes again is not stopped."""
        self.until(lambda: (job := self.job(name)) and job["stage"] == self.stage)
        yield
        os.open(self._gate, os.O_RDWR)


@pytest.fixture
def running(tmp_path: Path, stage: Stage, wordless_film: Path) -> Iterator[Gated]:
    running = Gated(tmp_path, stage)
    drop(running.inbox / "film.mp4", wordless_film, 0)
    with running:
        yield running


@pytest.fixture(scope="session")
def scripts(tmp_path_factory: pytest.TempPathFactory, wordless_film: Path, silent_film: Path) -> dict[str, bytes]:
    """What a quiet daemon writes of two films."""
    running = Quick(tmp_path_factory.mktemp("quiet"), ONE)
    with running:
        for film in (wordless_film, silent_film):
            drop(running.inbox / film.name, film, 0)
            running.until_state(film.name, "completed")
    return {film.name: script_of(running, film.name) for film in (wordless_film, silent_film)}


@pytest.fixture
def version(stage: Stage) -> int:
    """A version is kept as soon as it is rendered, so that the number of the one that was not published is taken."""
    return 2 if stage in {Stage.RENDER, Stage.PUBLISH} else 1


def assert_lies_there(running: Gated, scripts: dict[str, bytes]) -> None:
    there = {path.name: path.read_bytes() for path in running.inbox.iterdir() if path.suffix != ".mp4"}
    assert there == scripts
    assert len(running.jobs()) == 1
    with closing(sqlite3.connect(running.state / "reelscribe.db")) as table:
        assert table.execute("SELECT count(*) FROM script").fetchone() == (len(scripts),)


def test_the_script_follows_a_film_that_is_renamed(running: Gated, scripts: dict[str, bytes], version: int) -> None:
    with running.stopped("film.mp4"):
        (running.inbox / "film.mp4").rename(running.inbox / "other.mp4")
    running.until_state("other.mp4", "completed")
    assert_lies_there(running, {"other.fountain": called(scripts["wordless.mp4"], "other", version)})


def test_of_a_film_that_is_replaced_the_new_one_gets_the_script(
    running: Gated, scripts: dict[str, bytes], silent_film: Path, version: int
) -> None:
    with running.stopped("film.mp4"):
        drop(running.inbox / "film.mp4", silent_film, 0)
    running.until_state("film.mp4", "completed")
    assert_lies_there(running, {"film.fountain": called(scripts["silent.mp4"], "film", version)})


def test_a_film_that_is_deleted_gets_none(running: Gated) -> None:
    with running.stopped("film.mp4"):
        (running.inbox / "film.mp4").unlink()
    running.until_state("film.mp4", "cancelled")
    assert_lies_there(running, {})
