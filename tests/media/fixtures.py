"""Films and their results as fixtures: each is made once a run, also where several processes share the tests."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.demo import film
from daemon.demo.film import Truth
from tests.media import films, results


@pytest.fixture(scope="session")
def film_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this run's films lie; one folder for all processes of the run."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own) / "films"
    folder.mkdir(exist_ok=True)
    return folder


def _made(folder: Path, name: str, build: Callable[[Path], object]) -> Path:
    """``name`` in ``folder``, built by whoever comes first."""
    path = folder / name
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            build(folder / f"new-{name}")
            (folder / f"new-{name}").rename(path)
    return path


@pytest.fixture(scope="session")
def demo_film(film_folder: Path) -> Path:
    """The demo's film: 40 s, eight shots, twelve lines; ``demo_truth`` says which. Copy it before changing it, like every film here."""
    return _made(film_folder, "demo.mp4", film.make)


@pytest.fixture(scope="session")
def demo_truth() -> Truth:
    return film.truth()


@pytest.fixture(scope="session")
def short_film(film_folder: Path) -> Path:
    """Six seconds, two cuts, one line of speech; ``short_truth`` says when."""
    return _made(film_folder, "short.mp4", films.short)


@pytest.fixture(scope="session")
def short_truth() -> Truth:
    return film.truth(films.SHORT)


@pytest.fixture(scope="session")
def short_results(film_folder: Path, short_film: Path) -> Path:
    """All that the stages made of the short film, called ``film`` and called ``good``: for tests of what happens around them. Copy it."""
    return _made(film_folder, "results", lambda folder: results.make(folder, short_film, "film", "good"))


@pytest.fixture(scope="session")
def wordless_film(film_folder: Path) -> Path:
    """Nobody says anything."""
    return _made(film_folder, "wordless.mp4", films.wordless)


@pytest.fixture(scope="session")
def silent_film(film_folder: Path, short_film: Path) -> Path:
    """Pictures without a sound track."""
    return _made(film_folder, "silent.mp4", lambda path: films.silent(path, short_film))


@pytest.fixture(scope="session")
def sound_only(film_folder: Path, short_film: Path) -> Path:
    """A sound track without pictures."""
    return _made(film_folder, "sound-only.mp4", lambda path: films.sound_only(path, short_film))


@pytest.fixture(scope="session")
def truncated_film(film_folder: Path, short_film: Path) -> Path:
    """It opens, and ends too early."""
    return _made(film_folder, "truncated.mp4", lambda path: films.truncated(path, short_film))


@pytest.fixture(scope="session")
def headless_film(film_folder: Path, short_film: Path) -> Path:
    """It does not open: its index is missing."""
    return _made(film_folder, "headless.mp4", lambda path: films.headless(path, short_film))


@pytest.fixture(scope="session")
def text_film(film_folder: Path) -> Path:
    """A text named .mp4."""
    return _made(film_folder, "text.mp4", films.text)


@pytest.fixture(scope="session")
def empty_film(film_folder: Path) -> Path:
    """Zero bytes."""
    return _made(film_folder, "empty.mp4", films.empty)
