"""From the inbox to the screenplay, with the real parts: decoder, speech model, writer, socket."""

import shutil
import signal
from pathlib import Path

import psutil
import pytest

from daemon.demo.film import Truth
from tests.end_to_end.running import SPEECH_MODEL, WITHIN, Running
from tests.fakes.ollama import FakeOllama


def spoken(script: Path) -> list[str]:
    """The lines of dialogue of a Fountain script, as they stand."""
    paragraphs = script.read_text().split("\n\n")
    return [line for text in paragraphs if text.split("\n")[0].isupper() for line in text.strip().split("\n")[1:]]


def test_a_film_that_is_dropped_gets_its_screenplay_next_to_it(daemon: Running, demo_film: Path, demo_truth: Truth) -> None:
    shutil.copy(demo_film, daemon.inbox / "Night Train.mp4")
    job = daemon.until_state("Night Train.mp4", "completed")
    assert sorted(path.name for path in daemon.inbox.iterdir()) == ["Night Train.fountain", "Night Train.md", "Night Train.mp4"]
    assert spoken(daemon.inbox / "Night Train.fountain") == [line.text for line in demo_truth.lines]
    assert [run["stage"] for run in job["stages"]] == [
        "probe", "analyse", "transcribe", "skips", "look", "write", "continuity", "revise", "render", "publish",
    ]  # fmt: skip
    assert {skip["reason"] for skip in job["skips"]} == {"black"}
    assert job["progress"] == 1


def test_a_model_writes_and_every_line_is_what_was_said(tmp_path: Path, ollama: FakeOllama, demo_film: Path, demo_truth: Truth) -> None:
    settings = {"ollama": {"url": ollama.url}, "writer": {"engine": "ollama"}}
    running = Running(tmp_path, settings)
    with running:
        shutil.copy(demo_film, running.inbox / "film.mp4")
        job = running.until_state("film.mp4", "completed")
    script = (running.inbox / "film.fountain").read_text()
    for line in demo_truth.lines:
        assert script.count(line.text) == 1
    assert "llama3.1:8b" in script
    assert sum(run["tokens_out"] or 0 for run in job["stages"]) > 0


def test_a_copy_gets_a_script_of_its_own_and_nothing_is_done_twice(daemon: Running, short_film: Path) -> None:
    shutil.copy(short_film, daemon.inbox / "one.mp4")
    daemon.until_state("one.mp4", "completed")
    shutil.copy(short_film, daemon.inbox / "two.mp4")
    job = daemon.until_state("two.mp4", "completed")
    assert (daemon.inbox / "two.fountain").exists()
    analyse = next(run for run in job["stages"] if run["stage"] == "analyse")
    assert analyse["outcome"] == "done"
    assert analyse["peak_memory"] is None  # no process ran


def test_a_film_without_sound_gets_a_script_that_says_so(daemon: Running, silent_film: Path) -> None:
    shutil.copy(silent_film, daemon.inbox / "silent.mp4")
    daemon.until_state("silent.mp4", "completed")
    script = (daemon.inbox / "silent.fountain").read_text()
    assert spoken(daemon.inbox / "silent.fountain") == []
    assert "sound" in script.partition("\n\n")[0]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_daemon_that_ends_in_the_middle_goes_on_where_it_was(tmp_path: Path, demo_film: Path, number: int) -> None:
    running = Running(tmp_path)
    with running:
        shutil.copy(demo_film, running.inbox / "film.mp4")
        running.until(lambda: (job := running.job("film.mp4")) and job["stage"] == "transcribe" and job["state"] == "processing")
        children = psutil.Process(running.process.pid).children(recursive=True)
        running.stop(number)
        assert psutil.wait_procs(children, WITHIN)[1] == []
    with running:
        job = running.until_state("film.mp4", "completed")
    analysed = [run for run in job["stages"] if run["stage"] == "analyse" and run["outcome"] == "done" and run["peak_memory"]]
    assert len(analysed) == 1
    assert len(list(running.inbox.glob("*.fountain"))) == 1


def test_an_edited_override_does_again_only_what_it_must(daemon: Running, demo_film: Path, demo_truth: Truth) -> None:
    shutil.copy(demo_film, daemon.inbox / "film.mp4")
    daemon.until_state("film.mp4", "completed")
    (daemon.inbox / "film.reelscribe.yaml").write_text("title: The Letter\nskips:\n  - {start: 0, end: 8}\n")
    daemon.until(lambda: "The Letter" in (daemon.inbox / "film.fountain").read_text())
    job = daemon.until_state("film.mp4", "completed")
    assert spoken(daemon.inbox / "film.fountain") == [line.text for line in demo_truth.lines if line.start >= 8]
    second = [run for run in job["stages"] if run["attempt"] == 2]
    worked = [run["stage"] for run in second if run["peak_memory"]]
    assert worked == ["skips", "look", "write", "continuity", "revise", "render", "publish"]


def test_an_override_that_cannot_be_read_is_refused_with_its_line_and_mending_it_is_enough(versed: Running, short_film: Path) -> None:
    (versed.inbox / "film.reelscribe.yaml").write_text("titel: Typo\n")
    shutil.copy(short_film, versed.inbox / "film.mp4")
    job = versed.until_state("film.mp4", "held")
    assert "film.reelscribe.yaml:1" in job["reason"]
    assert "title" in job["reason"]
    (versed.inbox / "film.reelscribe.yaml").write_text("title: Right\n")
    versed.until_state("film.mp4", "completed")
    assert "Right" in (versed.inbox / "film.fountain").read_text()


def test_the_folders_own_file_holds_for_every_film_below_it(versed: Running, short_film: Path) -> None:
    (versed.inbox / "season 1").mkdir()
    (versed.inbox / "reelscribe.yaml").write_text("script: {formats: [md]}\n")
    shutil.copy(short_film, versed.inbox / "season 1" / "film.mp4")
    versed.until_state("film.mp4", "completed")
    assert sorted(path.name for path in (versed.inbox / "season 1").iterdir()) == ["film.md", "film.mp4"]


def test_output_mirrors_the_inbox(tmp_path: Path, short_film: Path, short_results: Path) -> None:
    running = Running(tmp_path, {"output": str(tmp_path / "scripts")}, results=short_results)
    with running:
        (running.inbox / "season 1").mkdir()
        shutil.copy(short_film, running.inbox / "season 1" / "film.mp4")
        running.until_state("film.mp4", "completed")
    assert (tmp_path / "scripts" / "season 1" / "film.fountain").exists()
    assert [path.name for path in (running.inbox / "season 1").iterdir()] == ["film.mp4"]


def test_a_persons_own_text_that_is_no_script_stays(versed: Running, short_film: Path) -> None:
    shutil.copy(short_film, versed.inbox / "film.mp4")
    versed.until_state("film.mp4", "completed")
    script = versed.inbox / "film.fountain"
    script.write_text("My notes about this film.\n")
    versed.until(lambda: (job := versed.job("film.mp4")) and job["state"] == "completed" and "cannot be read back" in job["warning"])
    (versed.inbox / "film.reelscribe.yaml").write_text("title: Another\n")
    versed.until((versed.inbox / "film.v2.fountain").exists)
    versed.until_state("film.mp4", "completed")
    assert script.read_text() == "My notes about this film.\n"
    assert "Another" in (versed.inbox / "film.v2.fountain").read_text()


def test_the_speech_model_of_the_tests_is_the_projects_own() -> None:
    assert (SPEECH_MODEL / "model.bin").stat().st_size < 2_000_000
