"""Continuity and render: from chunks to files, the same bytes for the same evidence."""

from pathlib import Path

import pytest

from daemon.contract.errors import CannotGoOn
from daemon.contract.evidence import SkipPlan
from daemon.contract.states import Stage
from daemon.screenplay.chunks import divide
from daemon.screenplay.model import Drafts, Screenplay
from daemon.stages import continuity, render
from daemon.stages.writer import drafted
from tests.daemon.screenplay.films import night_train
from tests.daemon.stages.tasks import task_for

FILM, SPOKEN = night_train()
DRAFTS = Drafts(engine="draft", drafts=tuple(drafted(chunk) for chunk in divide(FILM, SPOKEN, SkipPlan(), 30, 5)))
INPUTS = {Stage.WRITE: DRAFTS, Stage.ANALYSE: FILM, Stage.TRANSCRIBE: SPOKEN, Stage.SKIPS: SkipPlan()}


def script(folder: Path, **settings: object) -> Screenplay:
    return continuity.run(task_for(Stage.CONTINUITY, folder, INPUTS, settings=settings))


def test_the_title_is_a_persons_or_made_of_the_name(tmp_path: Path) -> None:
    assert script(tmp_path, title=None, characters={}, name="night_train").title == "Night Train"
    assert script(tmp_path, title="Nachtzug", characters={}, name="night_train").title == "Nachtzug"
    assert script(tmp_path, name="").title == "Untitled"


def test_characters_rename_voices(tmp_path: Path) -> None:
    made = script(tmp_path, characters={"SPEAKER 1": "ANNA"}, name="x")
    assert {element.who for scene in made.scenes for element in scene.elements if element.who} == {"ANNA", "SPEAKER 2", "VOICE"}


def test_each_format_is_a_file_and_comes_out_the_same_every_time(tmp_path: Path) -> None:
    tasks = [
        task_for(
            Stage.RENDER, tmp_path, {Stage.CONTINUITY: script(tmp_path, name="x")}, settings={"formats": ["fountain", "md", "fountain"]}
        )
        for _ in range(2)
    ]
    made = [render.run(task) for task in tasks]
    assert made[0] == made[1]
    assert [(file.format, file.name) for file in made[0].files] == [("fountain", "script.fountain"), ("md", "script.md")]
    for file in made[0].files:
        assert (tasks[0].out / file.name).read_bytes() == (tasks[1].out / file.name).read_bytes()
        assert b"Where is the money?" in (tasks[0].out / file.name).read_bytes()


def test_an_unknown_format_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="pdfx") as error:
        render.run(task_for(Stage.RENDER, tmp_path, {Stage.CONTINUITY: script(tmp_path, name="x")}, settings={"formats": ["pdfx"]}))
    assert "fountain, md" in error.value.advice
