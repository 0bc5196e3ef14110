"""Render: one edition, a file a format, the same bytes for the same evidence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.contract.errors import CannotGoOn
from daemon.contract.evidence import SkipPlan
from daemon.contract.states import Stage
from daemon.screenplay.edition import Edition, Layout
from daemon.screenplay.formats import listed as formats
from daemon.screenplay.formats.listed import FORMATS, Format, NothingToWrite
from daemon.screenplay.model import Screenplay
from daemon.stages import render
from daemon.stages.render import Rendered
from daemon.stages.task import Task
from tests.daemon.screenplay.editions import PROBE, night_train_script
from tests.daemon.screenplay.films import night_train
from tests.daemon.stages.tasks import task_for

SCRIPT = night_train_script()


def task(folder: Path, *names: str, screenplay: Screenplay = SCRIPT, stage: Stage = Stage.CONTINUITY, **layout: bool) -> Task:
    film, spoken = night_train()
    inputs = {stage: screenplay, Stage.PROBE: PROBE, Stage.ANALYSE: film, Stage.TRANSCRIBE: spoken, Stage.SKIPS: SkipPlan()}
    settings = {"formats": list(names), "film": "night_train.mp4", "layout": layout}
    return task_for(Stage.RENDER, folder, inputs, settings=settings)


def given(monkeypatch: pytest.MonkeyPatch, name: str, write: Callable[[Edition], bytes]) -> None:
    """A format ``name`` that is written so."""
    monkeypatch.setattr(formats, name, write, raising=False)
    monkeypatch.setitem(FORMATS, name, Format(name, f"daemon.screenplay.formats.listed:{name}", "boneyard"))


def test_each_format_is_a_file_and_comes_out_the_same_every_time(tmp_path: Path) -> None:
    tasks = [task(tmp_path, "fountain", "md", "fdx", "json", "fountain") for _ in range(2)]
    made = [render.run(one) for one in tasks]
    assert made[0] == made[1]
    assert [(file.format, file.name) for file in made[0].files] == [(name, f"script.{name}") for name in ("fountain", "md", "fdx", "json")]
    for file in made[0].files:
        assert (tasks[0].out / file.name).read_bytes() == (tasks[1].out / file.name).read_bytes()
        assert b"Where is the money?" in (tasks[0].out / file.name).read_bytes()


def test_the_edition_lies_beside_the_files_and_gives_more_of_them(tmp_path: Path) -> None:
    first = task(tmp_path, "fountain", evidence=True)
    render.run(first)
    edition = Edition.model_validate_json((first.out / render.EDITION).read_bytes())
    assert (edition.screenplay, edition.layout, edition.stills) == (SCRIPT, Layout(evidence=True), first.artefact(Stage.ANALYSE))
    again = task_for(Stage.RENDER, tmp_path, {Stage.RENDER: Rendered(files=())}, settings={"formats": ["fountain", "md"]})
    (again.artefact(Stage.RENDER) / render.EDITION).write_bytes((first.out / render.EDITION).read_bytes())
    assert [file.format for file in render.run(again).files] == ["fountain", "md"]
    assert (again.out / "script.fountain").read_bytes() == (first.out / "script.fountain").read_bytes()


def test_what_people_revised_is_what_is_rendered(tmp_path: Path) -> None:
    revised = SCRIPT.model_copy(update={"scenes": SCRIPT.scenes[:1]})
    work = task(tmp_path, "fountain", screenplay=revised, stage=Stage.REVISE)
    render.run(work)
    assert b"BRIDGE" not in (work.out / "script.fountain").read_bytes()


def test_an_unknown_format_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="pdfx") as error:
        render.run(task(tmp_path, "pdfx"))
    assert "fountain, md" in error.value.advice


def test_a_format_that_a_film_has_nothing_for_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_edition: Edition) -> bytes:
        raise NothingToWrite("nothing is said in it")

    given(monkeypatch, "silent", silent)
    made = render.run(task(tmp_path, "silent", "fountain"))
    assert ([file.format for file in made.files], made.notes) == (["fountain"], ("no silent: nothing is said in it",))


def test_what_goes_wrong_with_one_format_costs_no_other_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "faulty", lambda _edition: b"%d" % int("x"))
    made = render.run(task(tmp_path, "faulty", "fountain"))
    assert [file.format for file in made.files] == ["fountain"]
    assert made.notes[0].startswith("no faulty: it could not be made (ValueError: ")
    with pytest.raises(CannotGoOn) as error:
        render.run(task(tmp_path, "faulty"))
    assert "ValueError" in error.value.detail


def test_a_full_disk_is_no_fault_of_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_edition: Edition) -> bytes:
        raise OSError(28, "No space left on device")

    given(monkeypatch, "full", full)
    with pytest.raises(OSError, match="No space"):
        render.run(task(tmp_path, "full", "fountain"))
