"""Small films, whole and broken, for tests. Each builder writes one file; the good ones say what is in it."""

from pathlib import Path

import ffmpeg

from daemon.demo import film, sets
from daemon.demo.film import Line, Scene, Truth
from daemon.media import ffmpeg as tool

SHORT = (Scene(2, sets.kitchen), Scene(2.5, sets.street, (Line(0.6, "door"),)), Scene(1.5, sets.station))
WORDLESS = (Scene(1.5, sets.kitchen), Scene(1.5, sets.bridge))


def short(path: Path) -> Truth:
    """Six seconds, two cuts, one line of speech."""
    return film.make(path, scenes=SHORT)


def wordless(path: Path) -> Truth:
    """Three seconds, one cut, a sound track with room tone alone."""
    return film.make(path, scenes=WORDLESS)


def silent(path: Path, whole: Path) -> None:
    """``whole`` without its sound track."""
    _copy(whole, path, an=None)


def sound_only(path: Path, whole: Path) -> None:
    """``whole`` without its pictures."""
    _copy(whole, path, vn=None)


def text(path: Path) -> None:
    """Words that call themselves a film."""
    path.write_text("This is not a film.\n" * 200)


def truncated(path: Path, whole: Path) -> None:
    """The first half of ``whole``, whose index stands at the front: it opens, and ends too early."""
    content = whole.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def headless(path: Path, whole: Path) -> None:
    """A film whose index never arrived: a copy that broke off."""
    _copy(whole, path)
    content = path.read_bytes()
    path.write_bytes(content[: content.rindex(b"moov") - 4])


def empty(path: Path) -> None:
    """No bytes at all."""
    path.touch()


def _copy(whole: Path, path: Path, **options: None) -> None:
    tool.run(ffmpeg.input(tool.address(whole)).output(tool.address(path), c="copy", format="mp4", **options).overwrite_output())
