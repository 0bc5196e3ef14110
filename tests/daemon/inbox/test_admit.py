"""Which names and kinds are films."""

import os
import stat

import pytest

from config.settings import Watch
from daemon.inbox.admit import Rules, refusal, refusal_of_folder, refusal_of_kind, relative

RULES = Rules.of(Watch().extensions, ["sample*", "raw/*", "old"])


@pytest.mark.parametrize(
    "name",
    [b"movie.mp4", b"MOVIE.MP4", b"a/b/m.mkv", b"caf\xe9.mov", b"new\nline.mp4", b"a.part.mp4", b"-rf.mp4", b"a.sample.ts", b"sold/a.mp4"],
)
def test_a_film_may_have_this_name(name: bytes) -> None:
    assert refusal(name, RULES) is None


@pytest.mark.parametrize(
    ("name", "because"),
    [
        (b"movie.txt", "extension"),
        (b"movie", "extension"),
        (b"mp4", "extension"),
        (b".movie.mp4", "hidden file"),
        (b"._movie.mp4", "hidden file"),
        (b".movie.mp4.aB3xYz", "hidden file"),
        (b".~tmp~/movie.mp4", "hidden folder"),
        (b"a/.b/c/movie.mp4", "hidden folder"),
        (b"@eaDir/movie.mp4", "system"),
        (b"movie.mp4.part", "still being fetched"),
        (b"movie.mp4.CRDOWNLOAD", "still being fetched"),
        (b"movie.mp4~", "still being fetched"),
        (b"movie.mp4.!qB", "still being fetched"),
        (b"movie.reelscribe.yaml", "choices"),
        (b"reelscribe.yaml", "choices"),
        (b"movie.fountain", "Reelscribe writes"),
        (b"sample-movie.mp4", "sample*"),
        (b"raw/movie.mp4", "raw/*"),
        (b"samples/movie.mp4", "sample*"),
        (b"a/old/movie.mp4", "'old'"),
    ],
)
def test_a_film_may_not_have_this_name_for_a_reason(name: bytes, because: str) -> None:
    assert because in (refusal(name, RULES) or "")


def test_what_reelscribe_writes_is_no_input_even_where_it_is_listed() -> None:
    assert "Reelscribe writes" in (refusal(b"movie.md", Rules.of([".md"])) or "")


def test_a_folder_that_is_left_alone_is_not_gone_into() -> None:
    assert refusal_of_folder(b"season", RULES) is None
    assert "hidden" in (refusal_of_folder(b".trash", RULES) or "")
    assert "'old'" in (refusal_of_folder(b"a/old", RULES) or "")


@pytest.mark.parametrize(
    ("kind", "because"),
    [(stat.S_IFLNK, "link"), (stat.S_IFDIR, "folder"), (stat.S_IFIFO, "pipe"), (stat.S_IFSOCK, "socket"), (stat.S_IFBLK, "device"),
     (stat.S_IFCHR, "device")],
)  # fmt: skip
def test_only_regular_files_are_films(kind: int, because: str) -> None:
    assert because in (refusal_of_kind(kind | 0o644) or "")
    assert refusal_of_kind(stat.S_IFREG | 0o644) is None


def test_a_path_is_told_from_its_inbox_on() -> None:
    assert relative(b"/a/b/c.mp4", b"/a") == b"b/c.mp4"
    assert relative(os.fsencode("/c.mp4"), b"/") == b"c.mp4"
