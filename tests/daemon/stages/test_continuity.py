"""Continuity as a stage: what it takes, and what it tells of its run."""

from pathlib import Path

from pydantic import BaseModel

from daemon.contract.evidence import SkipPlan
from daemon.contract.states import Stage
from daemon.screenplay.model import Screenplay
from daemon.screenplay.title_page import UNSEEN
from daemon.stages import continuity
from daemon.stages.task import Task
from tests.daemon.screenplay.films import caption, night_train, seen
from tests.daemon.screenplay.test_continuity import drafted
from tests.daemon.stages.tasks import task_for


def task(folder: Path, *, looked: bool = False, title: str | None = None) -> Task:
    film, spoken = night_train()
    inputs: dict[Stage, BaseModel] = {Stage.WRITE: drafted(film, spoken, SkipPlan()), Stage.ANALYSE: film}
    inputs |= {Stage.TRANSCRIBE: spoken, Stage.SKIPS: SkipPlan()}
    inputs |= {Stage.LOOK: seen(caption(1, "Rain."))} if looked else {}
    return task_for(Stage.CONTINUITY, folder, inputs, settings={"title": title, "name": "night_train"})


def test_a_script_is_called_after_its_film_or_as_a_person_says(tmp_path: Path) -> None:
    assert continuity.run(task(tmp_path)).title_page.title == "Night Train"
    assert continuity.run(task(tmp_path, title="The 7.15")).title_page.title == "The 7.15"


def test_what_was_seen_is_on_the_title_page(tmp_path: Path) -> None:
    assert UNSEEN in continuity.run(task(tmp_path)).title_page.notes
    assert UNSEEN not in continuity.run(task(tmp_path, looked=True)).title_page.notes


def test_the_run_is_counted_and_the_script_comes_back_from_json(tmp_path: Path) -> None:
    work = task(tmp_path)
    script = continuity.run(work)
    assert work.record == {"scenes": 3, "cues": 7}
    assert Screenplay.model_validate_json(script.model_dump_json()) == script
