"""What lies in an inbox, and which choices hold for it."""

import os
from pathlib import Path

import pytest

from config.settings import Watch
from daemon.inbox.admit import Rules
from daemon.inbox.scan import Part, films, overrides_of, why_not
from tests.daemon.inbox.conftest import film

RULES = Rules.of(Watch().extensions, ["extras"])


def found(inbox: Path, below: Path | None = None, others: tuple[Path, ...] = ()) -> dict[str, str]:
    """Films by their path below the inbox, with the stamp of their overrides."""
    raw = os.fsencode(inbox)
    walk = films(Part(raw, os.fsencode(below or inbox), RULES, frozenset(map(os.fsencode, others))))
    return {os.fsdecode(one.path[len(raw) + 1 :]): one.overrides for one in walk}


def stamp_of(path: Path, inbox: Path) -> str:
    return overrides_of(os.fsencode(path), Part(os.fsencode(inbox), os.fsencode(path.parent), RULES))


def test_films_are_found_at_any_depth_and_in_any_part(inbox: Path) -> None:
    for name in ("a.mp4", "b/c.MKV", "b/d/e.mov", "b/notes.txt", ".h/x.mp4", "b/extras/x.mp4"):
        film(inbox / name)
    assert set(found(inbox)) == {"a.mp4", "b/c.MKV", "b/d/e.mov"}
    assert set(found(inbox, inbox / "b")) == {"b/c.MKV", "b/d/e.mov"}
    assert set(found(inbox, inbox / "b" / "extras")) == set()


def test_links_lead_nowhere(inbox: Path, tmp_path: Path) -> None:
    film(inbox / "below" / "a.mp4")
    film(tmp_path / "outside" / "b.mp4")
    (inbox / "loop").symlink_to(inbox)
    (inbox / "out").symlink_to(tmp_path / "outside")
    (inbox / "film.mp4").symlink_to(tmp_path / "outside" / "b.mp4")
    assert set(found(inbox)) == {"below/a.mp4"}
    with pytest.raises(NotADirectoryError):
        found(inbox, inbox / "out")


def test_another_inbox_below_is_not_gone_into(inbox: Path) -> None:
    film(inbox / "inner" / "a.mp4")
    assert found(inbox, others=(inbox, inbox / "inner")) == {}


def test_a_missing_inbox_is_an_error_and_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        found(tmp_path / "nothing")


def test_without_overrides_the_stamp_is_empty(inbox: Path) -> None:
    film(inbox / "a.mp4")
    film(inbox / "b.reelscribe.yaml")
    assert found(inbox) == {"a.mp4": ""}


def test_every_override_that_holds_moves_the_stamp_and_no_other(inbox: Path) -> None:
    path = film(inbox / "below" / "movie.mp4")
    film(inbox / "below" / "other.mp4")
    stamps = [found(inbox)["below/movie.mp4"]]
    for name in ("below/movie.reelscribe.yaml", "below/movie.mp4.reelscribe.yaml", "below/reelscribe.yaml", "reelscribe.yaml"):
        film(inbox / name, b"title: x")
        stamps.append(found(inbox)["below/movie.mp4"])
    film(inbox / "below" / "other.reelscribe.yaml", b"title: x")
    assert len(set(stamps)) == 5
    assert found(inbox)["below/movie.mp4"] == stamps[-1]
    assert found(inbox, inbox / "below")["below/movie.mp4"] == stamps[-1]
    assert stamp_of(path, inbox) == stamps[-1]


def test_an_edit_and_a_deletion_move_the_stamp(inbox: Path) -> None:
    film(inbox / "movie.mp4")
    override = film(inbox / "movie.reelscribe.yaml", b"title: x")
    before = found(inbox)["movie.mp4"]
    os.utime(override, ns=(1, 1))
    assert found(inbox)["movie.mp4"] not in {before, ""}
    override.unlink()
    assert found(inbox)["movie.mp4"] == ""


def test_the_same_file_under_another_inode_keeps_the_stamp(inbox: Path) -> None:
    film(inbox / "movie.mp4")
    override = film(inbox / "movie.reelscribe.yaml", b"title: x")
    before, stats = found(inbox), override.stat()
    override.unlink()
    film(inbox / "in between")
    film(override, b"title: x")
    os.utime(override, ns=(stats.st_mtime_ns, stats.st_mtime_ns))
    assert found(inbox) == before


def test_films_that_share_a_stem_have_overrides_by_their_full_names(inbox: Path) -> None:
    film(inbox / "movie.mp4")
    film(inbox / "movie.mkv")
    unclear = film(inbox / "movie.reelscribe.yaml", b"title: x")
    assert "" not in found(inbox).values()  # it is refused for both, and its end lets both go on
    film(inbox / "movie.mkv.reelscribe.yaml", b"title: x")
    before = found(inbox)
    film(unclear, b"title: other")
    assert found(inbox)["movie.mkv"] == before["movie.mkv"]
    assert found(inbox)["movie.mp4"] != before["movie.mp4"]


def test_a_film_in_no_inbox_has_the_overrides_of_its_folder(tmp_path: Path) -> None:
    path = film(tmp_path / "movie.mp4")
    assert stamp_of(path, tmp_path) == ""
    film(tmp_path / "reelscribe.yaml", b"title: x")
    assert stamp_of(path, tmp_path) != ""
    assert stamp_of(tmp_path / "gone" / "movie.mp4", tmp_path) == ""


def test_overrides_of_a_folder_that_cannot_be_written_count_where_they_lie(inbox: Path, tmp_path: Path) -> None:
    path = film(inbox / "below" / "movie.mp4")
    mirror = os.fsencode(tmp_path / "state")

    def stamp() -> str:
        raw = os.fsencode(inbox)
        part = Part(raw, os.fsencode(path.parent), RULES, mirrors=lambda folder: (mirror + folder,))
        (one,) = films(part)
        assert one.overrides == overrides_of(os.fsencode(path), part)
        return one.overrides

    stamps = [stamp()]
    for name in ("movie.reelscribe.yaml", "reelscribe.yaml", "../reelscribe.yaml"):
        film(Path(os.fsdecode(mirror + os.fsencode(path.parent))) / name, b"title: x")
        stamps.append(stamp())
    film(path.parent / "reelscribe.yaml", b"title: y")
    stamps.append(stamp())
    assert len(set(stamps)) == 5


def test_a_folder_that_cannot_be_listed_is_passed_over(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film(inbox / "closed" / "a.mp4")
    film(inbox / "b.mp4")
    real = os.scandir

    def scandir(path: bytes) -> object:
        if path.endswith(b"closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert set(found(inbox)) == {"b.mp4"}


def test_what_is_passed_over_is_explained(inbox: Path, tmp_path: Path) -> None:
    (inbox / "link.mp4").symlink_to(tmp_path)
    film(inbox / "a.mp4")
    raw = os.fsencode(inbox)
    assert why_not(raw + b"/a.mp4", raw, RULES) is None
    assert "symbolic link" in (why_not(raw + b"/link.mp4", raw, RULES) or "")
    with pytest.raises(FileNotFoundError):
        why_not(raw + b"/nothing.mp4", raw, RULES)
