"""Revise: people's work meets the machine's, and a scene is written again by a model or stays as it is, with a word."""

from pathlib import Path
from typing import Any

import pytest

from daemon.contract.errors import MustWait
from daemon.contract.evidence import Captions, SkipPlan
from daemon.contract.states import Stage
from daemon.contract.values import packed
from daemon.screenplay.formats.fountain import written
from daemon.screenplay.model import Screenplay
from daemon.stages import revise
from daemon.stages.outcome import OUTCOME, Outcome
from tests.daemon.screenplay.editions import PROBE, night_train_script
from tests.daemon.screenplay.films import night_train
from tests.daemon.stages.tasks import task_for
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.faults import FaultKind

FILM, SPOKEN = night_train()
SCRIPT = night_train_script()
MODEL = "llama3.1:8b"
AGAIN = {"id": 1, "kind": "regenerate", "scene": "scene-S3", "instructions": "colder", "sha256": ""}


def revised(
    folder: Path, machine: Screenplay = SCRIPT, *, url: str = "http://127.0.0.1:9", documents: dict[str, Screenplay | bytes] | None = None,
    **settings: Any,
) -> tuple[Screenplay, Outcome]:  # fmt: skip
    paths = {}
    for name, document in (documents or {}).items():
        paths[name] = folder / name
        paths[name].write_bytes(document if isinstance(document, bytes) else document.model_dump_json().encode())
    inputs = {
        Stage.CONTINUITY: machine,
        Stage.PROBE: PROBE,
        Stage.ANALYSE: FILM,
        Stage.TRANSCRIBE: SPOKEN,
        Stage.SKIPS: SkipPlan(),
        Stage.LOOK: Captions(),
    }
    facts = {"documents": {name: packed(path) for name, path in paths.items()}, "ollama": {"url": [url], "connect_timeout": 0.5}}
    task = task_for(Stage.REVISE, folder, inputs, settings={"film": "night_train.mp4", **settings}, facts=facts)
    script = revise.run(task)
    return script, Outcome.model_validate_json((task.out / OUTCOME).read_bytes())


def test_what_was_written_for_the_first_time_is_taken_as_it_is_and_counted(tmp_path: Path) -> None:
    script, outcome = revised(tmp_path)
    assert script == SCRIPT
    assert outcome.record == {"cues": 7, "cues_used": 7, "invented_lines": 0, "lines_by_hand": 0}
    assert outcome.pages["said"]


def test_names_are_laid_over_it_without_a_model(tmp_path: Path) -> None:
    script, _ = revised(tmp_path, characters={"SPEAKER 1": "OLGA"}, documents={"base": SCRIPT, "written": SCRIPT})
    names = {element.text for scene in script.scenes for element in scene.elements if element.kind == "character"}
    assert names == {"OLGA", "MARCO", "VOICE"}


def test_an_edited_file_comes_home_and_its_words_are_a_persons(tmp_path: Path) -> None:
    edited = written(SCRIPT).replace("The window is open.", "The window is shut.").encode()
    wish = {"id": 1, "kind": "hand", "sha256": "abc"}
    script, outcome = revised(tmp_path, wish=wish, documents={"base": SCRIPT, "written": SCRIPT, "hand": edited, "edited_from": SCRIPT})
    assert (outcome.wish, outcome.record["invented_lines"], outcome.record["lines_by_hand"]) == ("done", 0, 1)
    assert [element.text for scene in script.scenes for element in scene.elements if element.locked] == ["The window is shut."]
    assert script.scenes[:2] == SCRIPT.scenes[:2]


def test_an_edit_of_a_file_from_before_a_rename_has_the_names_that_are_wanted(tmp_path: Path) -> None:
    edited = written(SCRIPT).replace("The window is open.", "The window is shut.").encode()
    documents: dict[str, Screenplay | bytes] = {"base": SCRIPT, "written": SCRIPT, "hand": edited, "edited_from": SCRIPT}
    renamed, _ = revised(tmp_path, characters={"SPEAKER 1": "OLGA"}, documents=documents)
    documents["base"] = renamed
    wish = {"id": 1, "kind": "hand", "sha256": "abc"}
    script, outcome = revised(tmp_path, characters={"SPEAKER 1": "OLGA"}, wish=wish, documents=documents)
    names = {element.text for scene in script.scenes for element in scene.elements if element.kind == "character"}
    assert (names, "The window is shut." in written(script)) == ({"OLGA", "MARCO", "VOICE"}, True)
    assert not [warning for warning in outcome.warnings if "newer version" in warning]


@pytest.mark.parametrize("content", [b"", b" \n", b"only notes\n", b"\xff\xfe\x00"])
def test_a_file_that_is_no_script_changes_nothing_and_that_is_said(tmp_path: Path, content: bytes) -> None:
    wish = {"id": 1, "kind": "hand", "sha256": "abc"}
    script, outcome = revised(tmp_path, wish=wish, documents={"base": SCRIPT, "written": SCRIPT, "hand": content})
    assert script == SCRIPT
    assert outcome.wish == "failed"
    assert "edited file" in outcome.said


def test_a_scene_is_written_again_from_its_own_cues_and_no_other_changes(tmp_path: Path, ollama: FakeOllama) -> None:
    documents: dict[str, Screenplay | bytes] = {"base": SCRIPT, "written": SCRIPT}
    script, outcome = revised(tmp_path, url=ollama.url, wish=AGAIN, writing={"engine": "ollama", "model": MODEL}, documents=documents)
    assert outcome.wish == "done"
    assert (script.scenes[0], script.scenes[2]) == (SCRIPT.scenes[0], SCRIPT.scenes[2])
    made = script.scenes[1]
    assert (made.id, made.number, made.start, made.end) == ("scene-S3", "3", 11.0, 24.0)
    said = [(element.text, element.evidence.cues) for element in made.elements if element.kind == "dialogue"]
    assert said == [("Marco has your gun tonight.", ("c5",)), ("We must not wait here.", ("c6",))]
    assert [element.text for element in made.elements if element.kind == "character"] == ["MARCO", "VOICE"]
    question = str(ollama.chats[-1]["messages"])
    assert "colder" in question
    assert "c7" not in question.partition("Evidence:")[2].partition("Said just after")[0]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"scene": "scene-S99"}, "not in the script any more"),
        ({}, "without a language model"),
    ],
)
def test_what_cannot_be_written_again_stays_and_that_is_said(tmp_path: Path, change: dict[str, str], why: str) -> None:
    writing = {"engine": "draft"}
    script, outcome = revised(tmp_path, wish=AGAIN | change, writing=writing, documents={"base": SCRIPT, "written": SCRIPT})
    assert (script, outcome.wish) == (SCRIPT, "failed")
    assert why in outcome.said


def test_answers_that_cannot_be_used_leave_the_scene_as_it_is(tmp_path: Path, ollama: FakeOllama) -> None:
    ollama.always(FaultKind.LOOP)
    documents: dict[str, Screenplay | bytes] = {"base": SCRIPT, "written": SCRIPT}
    script, outcome = revised(tmp_path, url=ollama.url, wish=AGAIN, writing={"engine": "ollama", "model": MODEL}, documents=documents)
    assert (script, outcome.wish) == (SCRIPT, "failed")
    assert outcome.said.startswith("scene 3 stays as it is: ")


def test_without_ollama_it_waits(tmp_path: Path) -> None:
    documents: dict[str, Screenplay | bytes] = {"base": SCRIPT, "written": SCRIPT}
    with pytest.raises(MustWait):
        revised(tmp_path, wish=AGAIN, writing={"engine": "ollama", "model": MODEL}, documents=documents)


def test_an_edited_file_survives_ten_regenerations_of_other_scenes(tmp_path: Path, ollama: FakeOllama) -> None:
    edited = written(SCRIPT).replace("Snow on the rails.", "# Act Two\n\n*Snow* on the rails. [[which rails?]]")
    wish = {"id": 0, "kind": "hand", "sha256": "abc"}
    script, _ = revised(tmp_path, wish=wish, documents={"base": SCRIPT, "written": SCRIPT, "hand": edited.encode()})
    home = passage(written(script))
    assert home == passage(edited)
    for number in range(1, 11):
        again = AGAIN | {"id": number, "scene": ("scene-S1", "scene-S3")[number % 2], "instructions": f"take {number}"}
        documents: dict[str, Screenplay | bytes] = {"base": script, "written": SCRIPT}
        script, outcome = revised(tmp_path, url=ollama.url, wish=again, writing={"engine": "ollama", "model": MODEL}, documents=documents)
        assert outcome.wish == "done", outcome.said
        assert passage(written(script)) == home
        assert outcome.record["invented_lines"] == 0
    assert len(ollama.chats) > 10


def passage(fountain: str) -> str:
    """The last scene, as it stands."""
    return fountain[fountain.index("EXT. BRIDGE") :]
