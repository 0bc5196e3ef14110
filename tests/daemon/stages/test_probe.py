"""The probe stage: facts, the digest, and a clear end for what is no film."""

import shutil
from pathlib import Path

import pytest

from daemon.contract.errors import NotAFilm
from daemon.contract.states import Stage
from daemon.media.digest import content_digest
from daemon.media.subtitles import Subtitles
from daemon.stages import probe
from tests.daemon.media.films import three
from tests.daemon.stages.tasks import task_for


def test_a_film_is_known_by_facts_and_digest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = three(tmp_path / "three.mp4")
    found = probe.run(task_for(Stage.PROBE, tmp_path, {}, source=film))
    assert found.digest == content_digest(film, lambda _: None)
    assert found.duration == pytest.approx(4.5, abs=0.01)
    assert '"unit":"bytes"' in capsys.readouterr().out


def test_a_copy_has_the_same_digest(tmp_path: Path) -> None:
    film = three(tmp_path / "three.mp4")
    copy = Path(shutil.copy(film, tmp_path / "copy.mp4"))
    one, other = (probe.run(task_for(Stage.PROBE, tmp_path, {}, source=path)) for path in (film, copy))
    assert one == other


def test_subtitles_are_kept_only_where_somebody_wants_them(tmp_path: Path) -> None:
    film = three(tmp_path / "three.mp4")
    plain, wished = (task_for(Stage.PROBE, tmp_path, {}, source=film, settings=settings) for settings in ({}, {"subtitles": True}))
    assert probe.run(plain) == probe.run(wished)
    assert not (plain.out / "subtitles.json").exists()
    assert Subtitles.model_validate_json((wished.out / "subtitles.json").read_bytes()) == Subtitles()


def test_what_is_no_film_is_refused_before_it_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "text.mp4"
    path.write_text("no film\n" * 500_000)
    with pytest.raises(NotAFilm):
        probe.run(task_for(Stage.PROBE, tmp_path, {}, source=path))
    assert not capsys.readouterr().out


def test_a_file_that_is_gone_stays_an_error_of_the_disk(tmp_path: Path) -> None:
    task = task_for(Stage.PROBE, tmp_path, {})
    task.source.unlink()
    with pytest.raises(FileNotFoundError):
        probe.run(task)
