"""Publish: the script lies next to the film whole or not at all, and nobody's own file is ever touched."""

import errno
import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from daemon.contract.errors import MustWait, TryAgain
from daemon.contract.states import HoldCause, Stage
from daemon.contract.values import packed
from daemon.screenplay.formats import mark
from daemon.screenplay.formats.listed import FORMATS
from daemon.stages import placing, publish
from daemon.stages.publish import Published
from daemon.stages.render import Rendered, RenderedFile
from daemon.stages.slots import READ_BACK
from daemon.stages.task import Task
from tests.daemon.stages.tasks import task_for

CLOSED = Path("/sys/kernel")  # nobody may write there, root included
CONTENT = {"fountain": "Title: Night Train\n\nINT. TRAIN - NIGHT\n", "md": "# Night Train\n"}


def task(folder: Path, content: Mapping[str, str], *, source: Path | None = None, to: Path | None = None, stem: bytes | None = None,
         known: Mapping[Path, str] | None = None, refused: Mapping[Path, str] | None = None, version: int = 0) -> Task:  # fmt: skip
    film = source or folder / "movie.mp4"
    made = Rendered(files=tuple(RenderedFile(format=name, name=f"script.{FORMATS[name].extension}") for name in content))
    facts: dict[str, Any] = {
        "folder": packed(to or film.parent),
        "stem": packed(stem or os.fsencode(film.stem)),
        "spare_folder": packed(folder / "spare"),
        "known": {packed(path): digest for path, digest in (known or {}).items()},
        "refused": {packed(path): digest for path, digest in (refused or {}).items()},
        "version": version,
    }
    work = task_for(Stage.PUBLISH, folder, {Stage.RENDER: made}, facts=facts, source=film)
    for file in made.files:
        (work.artefact(Stage.RENDER) / file.name).write_text(content[file.format])
    return work


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """The folder with the film ``movie.mp4``, apart from the tasks' own files."""
    folder = tmp_path / "films"
    folder.mkdir()
    (folder / "movie.mp4").write_bytes(b"film")
    return folder


def published(tmp_path: Path, content: Mapping[str, str] = CONTENT, **more: Any) -> Published:
    return publish.run(task(tmp_path, content, source=tmp_path / "films" / "movie.mp4", **more))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def known(*results: Published) -> dict[Path, str]:
    """What the job table would know after these runs."""
    return {file.path: file.sha256 for result in results for file in result.files}


def edit(path: Path) -> bytes:
    path.write_bytes(path.read_bytes() + b"\nMy own words.\n")
    return path.read_bytes()


def test_each_format_lies_next_to_the_film_and_says_which_version_it_is(tmp_path: Path, films: Path) -> None:
    made = published(tmp_path)
    assert names(films) == ["movie.fountain", "movie.md", "movie.mp4"]
    for file in made.files:
        data = file.path.read_bytes()
        said = mark.read(data, FORMATS[file.format].mark)
        assert data.startswith(CONTENT[file.format].encode())
        assert said is not None
        assert (said.version, said.intact) == (1, True)
        assert (file.version, file.sha256) == (1, hashlib.sha256(data).hexdigest())


def test_a_run_that_changes_nothing_touches_nothing(tmp_path: Path, films: Path) -> None:
    first = published(tmp_path)
    before = (films / "movie.fountain").stat()
    assert published(tmp_path, known=known(first)) == first
    assert published(tmp_path, version=7) == first  # a fresh database
    after = (films / "movie.fountain").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("remembers", [True, False])
def test_a_new_version_takes_the_place_of_the_old_one(tmp_path: Path, films: Path, remembers: bool) -> None:
    first = published(tmp_path)
    second = published(tmp_path, {"fountain": "Title: New\n", "md": CONTENT["md"]}, known=known(first) if remembers else {})
    assert names(films) == ["movie.fountain", "movie.md", "movie.mp4"]
    assert (films / "movie.fountain").read_text().startswith("Title: New\n")
    assert [file.version for file in second.files] == [2, 1]


@pytest.mark.parametrize("remembers", [True, False])
def test_what_cannot_be_read_back_stays_and_the_new_version_goes_beside_it(tmp_path: Path, films: Path, remembers: bool) -> None:
    first = published(tmp_path, {"fountain": "one\n"})
    theirs = edit(films / "movie.fountain")
    refused = {films / "movie.fountain": mark.digest(theirs)}
    second = published(tmp_path, {"fountain": "two\n"}, known=known(first) if remembers else {}, refused=refused)
    third = published(tmp_path, {"fountain": "three\n"}, known=known(first, second) if remembers else {}, refused=refused)
    assert (films / "movie.fountain").read_bytes() == theirs
    assert names(films) == ["movie.fountain", "movie.mp4", "movie.v2.fountain"]
    assert (films / "movie.v2.fountain").read_text().startswith("three\n")
    assert "not ours and stays" in second.notes[0]
    assert [file.path.name for file in third.files] == ["movie.v2.fountain"]


def test_two_edited_versions_stay_both(tmp_path: Path, films: Path) -> None:
    (films / "movie.md").write_text("Mine.\n")
    second = published(tmp_path, {"md": "two\n"})
    edit(films / "movie.v2.md")
    published(tmp_path, {"md": "three\n"}, known=known(second))
    assert names(films) == ["movie.md", "movie.mp4", "movie.v2.md", "movie.v3.md"]


@pytest.mark.parametrize("saved", [b"INT. TRAIN - DAY\n\nMy own words.\n", b""])
def test_an_edit_that_is_not_read_back_yet_gets_no_twin_while_the_other_formats_go_on(tmp_path: Path, films: Path, saved: bytes) -> None:
    first = published(tmp_path, version=1)
    (films / "movie.fountain").write_bytes(saved)
    content = {"fountain": "Title: New\n", "md": "# New\n"}
    second = published(tmp_path, content, known=known(first), version=2)
    assert names(films) == ["movie.fountain", "movie.md", "movie.mp4"]
    assert (films / "movie.fountain").read_bytes() == saved
    assert ([file.format for file in second.files], "the next version has that in it" in second.notes[0]) == (["md"], True)
    home = known(second) | {films / "movie.fountain": mark.digest(saved)}
    third = published(tmp_path, {"fountain": "Title: Newer\n"}, known=home, version=3)
    assert (names(films), third.notes) == (["movie.fountain", "movie.md", "movie.mp4"], ())
    assert (films / "movie.fountain").read_text().startswith("Title: Newer\n")


@pytest.mark.parametrize("theirs", ["folder", "link", "dangling", "huge"])
def test_what_can_be_no_edit_of_a_script_is_not_waited_for(tmp_path: Path, films: Path, theirs: str) -> None:
    first = published(tmp_path, {"fountain": "one\n"})
    path = films / "movie.fountain"
    path.unlink()
    match theirs:
        case "folder":
            path.mkdir()
        case "link":
            path.symlink_to(films / "movie.mp4")
        case "dangling":
            path.symlink_to(films / "nowhere")
        case "huge":
            with path.open("wb") as file:
                file.truncate(READ_BACK + 1)
    made = published(tmp_path, {"fountain": "two\n"}, known=known(first))
    assert [file.path.name for file in made.files] == ["movie.v2.fountain"]


@pytest.mark.parametrize("theirs", ["folder", "link", "empty", "dangling"])
def test_whatever_has_the_name_stays(tmp_path: Path, films: Path, theirs: str) -> None:
    path = films / "movie.fountain"
    match theirs:
        case "folder":
            path.mkdir()
        case "empty":
            path.touch()
        case "link":
            path.symlink_to(films / "movie.mp4")
        case "dangling":
            path.symlink_to(films / "nowhere")
    before = path.lstat()
    made = published(tmp_path, {"fountain": "two\n"})
    assert path.lstat() == before
    assert [file.path.name for file in made.files] == ["movie.v2.fountain"]
    assert (films / "movie.mp4").read_bytes() == b"film"


def test_a_deleted_script_stays_deleted_until_there_is_something_new(tmp_path: Path, films: Path) -> None:
    first = published(tmp_path)
    (films / "movie.fountain").unlink()
    again = published(tmp_path, known=known(first))
    assert names(films) == ["movie.md", "movie.mp4"]
    assert "deleted by hand" in again.notes[0]
    published(tmp_path, {"fountain": "new\n"}, known=known(first))
    assert "movie.fountain" in names(films)


def test_an_edited_script_gets_no_twin_of_what_it_was_made_from(tmp_path: Path, films: Path) -> None:
    first = published(tmp_path, version=4)
    theirs = edit(films / "movie.fountain")
    again = published(tmp_path, known=known(first), version=5)
    assert (films / "movie.fountain").read_bytes() == theirs
    assert names(films) == ["movie.fountain", "movie.md", "movie.mp4"]
    assert "edited by hand" in again.notes[0]


def test_an_older_version_that_a_person_put_back_is_theirs(tmp_path: Path, films: Path) -> None:
    first = published(tmp_path, {"fountain": "one\n"}, version=1)
    old = (films / "movie.fountain").read_bytes()
    second = published(tmp_path, {"fountain": "two\n"}, known=known(first), version=2)
    (films / "movie.fountain").write_bytes(old)
    published(tmp_path, {"fountain": "three\n"}, known=known(second), version=3)
    assert (films / "movie.fountain").read_bytes() == old
    assert "movie.v2.fountain" in names(films)


def test_a_run_cut_short_before_the_table_heard_of_it_knows_its_own_file(tmp_path: Path, films: Path) -> None:
    first = published(tmp_path, {"fountain": "one\n"}, version=1)
    published(tmp_path, {"fountain": "two\n"}, known=known(first), version=2)
    published(tmp_path, {"fountain": "two, but better\n"}, known=known(first), version=2)
    assert names(films) == ["movie.fountain", "movie.mp4"]
    assert (films / "movie.fountain").read_text().startswith("two, but better\n")


def test_owner_and_mode_follow_the_film(tmp_path: Path, films: Path) -> None:
    film = films / "movie.mp4"
    film.chmod(0o750)
    if os.geteuid() == 0:
        os.chown(film, 65534, 65534)
    published(tmp_path)
    script = (films / "movie.fountain").stat()
    assert stat.S_IMODE(script.st_mode) == 0o640
    assert (script.st_uid, script.st_gid) == (film.stat().st_uid, film.stat().st_gid)


def test_what_a_run_that_was_killed_left_behind_goes(tmp_path: Path, films: Path) -> None:
    with pytest.raises(RuntimeError), placing._begun(films / "movie.fountain", b"half", films.stat(), {}) as begun:  # noqa: PT012
        assert begun.name.startswith(".")
        assert begun.suffix == ".part"
        killed = begun.read_bytes()
        raise RuntimeError
    for _ in ("before it had its name", "after it had"):
        begun.write_bytes(killed)
        published(tmp_path)
        assert names(films) == ["movie.fountain", "movie.md", "movie.mp4"]


def test_a_film_that_was_replaced_meanwhile_gets_no_script_of_the_one_before(tmp_path: Path, films: Path) -> None:
    film = films / "movie.mp4"
    written_up = film.stat()
    work = task(tmp_path, CONTENT, source=film)
    work.facts["identity"] = [written_up.st_dev, written_up.st_ino, written_up.st_size, written_up.st_mtime_ns]
    (films / "new").write_bytes(b"another")
    (films / "new").rename(film)
    with pytest.raises(TryAgain):
        publish.run(work)
    assert names(films) == ["movie.mp4"]


def test_a_full_disk_leaves_nothing_half_and_waits(tmp_path: Path, films: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = published(tmp_path)
    before = {path.name: path.read_bytes() for path in films.iterdir()}
    write = os.write

    def full(file: int, data: bytes) -> int:
        write(file, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(MustWait) as error:
        published(tmp_path, {"fountain": "new\n"}, known=known(first))
    assert error.value.cause is HoldCause.DISK
    assert {path.name: path.read_bytes() for path in films.iterdir()} == before


def test_a_folder_that_cannot_be_written_gets_its_script_elsewhere_and_says_so(tmp_path: Path, films: Path) -> None:
    made = published(tmp_path, to=CLOSED)
    assert names(tmp_path / "spare/sys/kernel") == ["movie.fountain", "movie.md"]
    assert [file.path.parent for file in made.files] == [tmp_path / "spare/sys/kernel"] * 2
    assert "/sys/kernel cannot be written" in made.notes[0]
    assert published(tmp_path, to=CLOSED, known=known(made)).files == made.files


def test_a_film_that_is_gone_waits_and_no_folder_is_made_for_it(tmp_path: Path, films: Path) -> None:
    work = task(tmp_path, CONTENT, source=films / "movie.mp4")
    (films / "movie.mp4").unlink()
    films.rmdir()
    with pytest.raises(MustWait) as error:
        publish.run(work)
    assert error.value.cause is HoldCause.FOLDER
    assert not films.exists()


def test_a_mirror_folder_is_made(tmp_path: Path, films: Path) -> None:
    published(tmp_path, to=tmp_path / "mirror/a/b")
    assert names(tmp_path / "mirror/a/b") == ["movie.fountain", "movie.md"]
    assert names(films) == ["movie.mp4"]


ODD = [
    b"movie.mp4",
    b"a b",
    b'it\'s "quoted"',
    b"line\nbreak",
    "🎬".encode(),
    b"\xff\xfe",
    b"-rf",
    b"%s",
    b"x" * 231,
    b"x" * 251,
    "é".encode() * 125,
]


@pytest.mark.parametrize("stem", ODD)
def test_any_stem_gets_its_files(tmp_path: Path, films: Path, stem: bytes) -> None:
    made = published(tmp_path, stem=stem)
    found = [os.fsencode(file.path.name) for file in made.files]
    assert sorted(os.fsencode(name) for name in names(films)) == sorted([*found, b"movie.mp4"])
    assert all(len(name) <= 255 for name in found)
    if len(stem) < 232:
        assert found == [stem + b".fountain", stem + b".md"]


def test_two_long_names_that_begin_alike_stay_apart() -> None:
    one, other = (placing.fitting("é" * 124 + ending, 255) for ending in ("a", "b"))
    assert one != other
    assert one.startswith("é" * 100)
    os.fsencode(one).decode()


def test_a_file_system_without_links_gets_its_script_and_overwrites_nothing(
    tmp_path: Path, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def no_links(*_names: object, **_options: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", no_links)
    (films / "movie.md").write_text("mine")
    published(tmp_path)
    assert names(films) == ["movie.fountain", "movie.md", "movie.mp4", "movie.v2.md"]
    assert (films / "movie.md").read_text() == "mine"


def test_a_file_that_appears_at_the_last_moment_stays(tmp_path: Path, films: Path) -> None:
    path = films / "movie.fountain"
    path.write_text("theirs")
    assert not placing.place(path, b"ours", films.stat(), replaces=None)
    assert not placing.place(path, b"ours", films.stat(), replaces=b"ours, older")
    assert path.read_text() == "theirs"
    assert names(films) == ["movie.fountain", "movie.mp4"]


def test_two_formats_with_one_ending_stay_apart(tmp_path: Path, films: Path) -> None:
    content = {"edl": "0 1 0\n", "cmx.edl": "TITLE: MOVIE\n", "chapters.txt": ";FFMETADATA1\n", "breakdown.csv": "scene\n"}
    first = published(tmp_path, content)
    endings = sorted(f"movie.{name}" for name in content)
    assert names(films) == sorted([*endings, "movie.mp4"])
    edit(films / "movie.cmx.edl")
    (films / "movie.breakdown.csv").write_text("mine\n")
    published(tmp_path, {name: f"{text}new\n" for name, text in content.items()}, known=known(first))
    assert names(films) == sorted([*endings, "movie.mp4", "movie.v2.breakdown.csv", "movie.v2.cmx.edl"])
    assert (films / "movie.edl").read_text().startswith("0 1 0\nnew\n")


def keeps_attributes(folder: Path) -> bool:
    try:
        os.setxattr(folder, mark.ATTRIBUTE, b"x")
        os.removexattr(folder, mark.ATTRIBUTE)
    except OSError:
        return False
    return True


def test_a_format_without_comments_stays_pure_and_is_known_again(tmp_path: Path, films: Path) -> None:
    first = published(tmp_path, {"srt": "1\n"})
    assert (films / "movie.srt").read_text() == "1\n"
    before = (films / "movie.srt").stat()
    assert published(tmp_path, {"srt": "1\n"}, known=known(first), version=1) == first
    assert (films / "movie.srt").stat().st_ino == before.st_ino
    published(tmp_path, {"srt": "2\n"}, known=known(first), version=2)
    assert names(films) == ["movie.mp4", "movie.srt"]


def test_a_fresh_database_knows_a_pure_file_by_its_attribute(tmp_path: Path, films: Path) -> None:
    if not keeps_attributes(films):
        pytest.skip("this file system keeps no attributes")
    published(tmp_path, {"srt": "1\n"}, version=3)
    published(tmp_path, {"srt": "2\n"})
    assert names(films) == ["movie.mp4", "movie.srt"]
    assert os.getxattr(films / "movie.srt", mark.ATTRIBUTE).startswith(b"version 4, ")
    edit(films / "movie.srt")
    published(tmp_path, {"srt": "3\n"})
    assert names(films) == ["movie.mp4", "movie.srt", "movie.v2.srt"]


def test_where_no_attribute_can_be_kept_a_pure_file_of_nobody_known_stays(
    tmp_path: Path, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def unsupported(*_names: object, **_options: object) -> None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(os, "setxattr", unsupported)
    first = published(tmp_path, {"srt": "1\n"}, version=1)
    assert published(tmp_path, {"srt": "1\n"}, version=1) == first
    published(tmp_path, {"srt": "2\n"}, version=2)
    assert names(films) == ["movie.mp4", "movie.srt", "movie.v2.srt"]


def test_what_could_not_be_rendered_is_said(tmp_path: Path, films: Path) -> None:
    work = task(tmp_path, {"fountain": "one\n"}, source=films / "movie.mp4")
    made = work.read(Stage.RENDER, Rendered).model_copy(update={"notes": ("no srt: nothing is said",)})
    (work.artefact(Stage.RENDER) / "result.json").write_text(made.model_dump_json())
    assert publish.run(work).notes == ("no srt: nothing is said",)
