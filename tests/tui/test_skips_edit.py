from pathlib import Path

import pytest
from click.testing import CliRunner

from config.load import load
from config.overrides import read
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
