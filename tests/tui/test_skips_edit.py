"""`reelscribe skips edit`: what is saved is looked at, and nothing is written that could not be used."""

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.load import load
from config.overrides import read
from daemon.contract.states import Stage
from daemon.jobs.store import Facts
from tests.daemon.api.served import Elsewhere
from tests.daemon.api.test_videos import ANALYSIS, lay
from tui.cli import cli

EDITOR = "sed -i 's/^# title: .*/title: Mine/'"


@pytest.fixture(autouse=True)
def nothing_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("EDITOR", EDITOR)
    monkeypatch.setenv("VISUAL", EDITOR)


def test_a_new_file_is_explained_and_what_is_saved_holds(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.touch()
    done = CliRunner().invoke(cli, ["skips", "edit", str(film)])
    assert done.exit_code == 0, done.output
    assert done.output.strip() == str(tmp_path / "film.reelscribe.yaml")
    assert "skips:" in (tmp_path / "film.reelscribe.yaml").read_text()
    assert read(film, tmp_path, load(None, {})).title == "Mine"


def test_a_file_that_is_there_is_opened_as_it_is(tmp_path: Path) -> None:
    film, choices = tmp_path / "film.mp4", tmp_path / "film.reelscribe.yaml"
    film.touch()
    choices.write_text("keep: []\n# title: x\n")
    assert CliRunner().invoke(cli, ["skips", "edit", str(film)]).exit_code == 0
    assert choices.read_text() == "keep: []\ntitle: Mine\n"


def test_of_two_films_with_one_stem_each_has_its_own(tmp_path: Path) -> None:
    for name in ("film.mp4", "film.mkv"):
        (tmp_path / name).touch()
    assert CliRunner().invoke(cli, ["skips", "edit", str(tmp_path / "film.mkv")]).exit_code == 0
    assert (tmp_path / "film.mkv.reelscribe.yaml").exists()


class Desk:
    """A film, its file, and an editor that saves one text after the other."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch
        self.film = folder / "film.mp4"
        self.film.touch()
        self.file = folder / "film.reelscribe.yaml"

    def saves(self, *texts: str, meanwhile: str = "true") -> None:
        for number, text in enumerate(texts):
            (self.folder / f"text{number}").write_text(text)
        editor = self.folder / "editor"
        count = shlex.quote(str(self.folder / "count"))
        editor.write_text(
            f"#!/bin/sh\n{meanwhile}\nn=$(cat {count} 2>/dev/null || echo 0)\necho $((n + 1)) > {count}\n"
            f'cat {shlex.quote(str(self.folder))}/text$n > "$1"\n'
        )
        self.monkeypatch.setenv("VISUAL", f"sh {shlex.quote(str(editor))}")

    def edit(self, answers: str = "", *more: str) -> Result:
        return CliRunner().invoke(cli, ["skips", "edit", str(self.film), *more], input=answers)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


BAD, GOOD = "title: x\nskipz: []\n", "title: x\nskips:\n  - {start: 1, end: 2}\n"


def test_what_cannot_be_used_is_said_with_its_line_and_edited_again(desk: Desk) -> None:
    desk.saves(BAD, GOOD)
    done = desk.edit("e\n")
    assert done.exit_code == 0
    assert f"{desk.file}:2:1: skipz: " in done.stderr
    assert "did you mean 'skips'" in done.stderr
    assert desk.file.read_text() == GOOD
    assert list(desk.folder.glob(".*~")) == []


@pytest.mark.parametrize("answers", ["x\n", ""])
def test_or_dropped_and_nothing_is_written(desk: Desk, answers: str) -> None:
    desk.file.write_text("title: Mine\n")
    desk.saves(BAD)
    done = desk.edit(answers)
    assert done.exit_code == 1
    assert "nothing was written" in done.stderr
    assert desk.file.read_text() == "title: Mine\n"


def test_an_editor_that_changes_nothing_makes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "true")
    done = desk.edit()
    assert (done.exit_code, done.output) == (0, f"nothing was changed in {desk.file}\n")
    assert not desk.file.exists()


def test_somebody_elses_change_is_not_overwritten(desk: Desk) -> None:
    desk.file.write_text("title: Mine\n")
    desk.saves(GOOD, meanwhile=f"echo 'title: Theirs' > {shlex.quote(str(desk.file))}")
    desk.monkeypatch.setattr("tempfile.tempdir", str(desk.folder))
    done = desk.edit()
    assert done.exit_code == 1
    assert desk.file.read_text() == "title: Theirs\n"
    kept = Path(done.stderr.rpartition(" lies in ")[2].strip())
    assert kept.read_text() == GOOD


def test_the_daemon_knows_how_long_the_film_is(desk: Desk, elsewhere: Elsewhere, folder: Path) -> None:
    path = bytes(desk.film)
    job = elsewhere.call(lambda daemon: daemon.store.arrive(path, bytes(desk.folder), Facts.of(desk.film.stat()), "screenplay"))
    elsewhere.call(lambda daemon: lay(daemon, folder, job, Stage.ANALYSE, ANALYSIS))  # of a minute
    desk.saves("skips:\n  - {start: 10, end: 90}\n")
    done = desk.edit("x\n", "--socket", str(elsewhere.socket))
    assert done.exit_code == 1
    assert f"{desk.file}:2:" in done.stderr
    assert "is not in the film" in done.stderr
