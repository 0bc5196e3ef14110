"""A script that is worked on by a model and by a person at once, through a real daemon."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.running import Json, Running
from tests.fakes.ollama import FakeOllama


def command(running: Running, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tui.cli", *arguments, "--socket", str(running.folder / "s")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def current(running: Running) -> Json:
    found: Json = running.client.get("/scripts/1").raise_for_status().json()
    return found


def rests_at(running: Running, number: int) -> Json:
    """The current version, once it is this one and the job is done with it."""

    def there() -> Json | None:
        job = running.job("film.mp4")
        assert job
        assert job["state"] != "failed", job
        found = current(running)
        assert found["number"] <= number, found
        return found if found["number"] == number and job["state"] == "completed" else None

    return running.until(there)  # type: ignore[no-any-return]


def asked(ollama: FakeOllama) -> int:
    return len(ollama.chats)


def scenes(version: Json) -> dict[str, Json]:
    return {scene["id"]: scene for scene in version["scenes"]}


def test_a_model_and_a_person_work_on_one_script(tmp_path: Path, ollama: FakeOllama, demo_film: Path) -> None:
    running = Running(tmp_path, {"ollama": {"url": ollama.url}, "writer": {"engine": "ollama"}, "script": {"formats": ["fountain"]}})
    with running:
        shutil.copy(demo_film, running.inbox / "film.mp4")
        running.until_state("film.mp4", "completed")
        script = running.inbox / "film.fountain"
        first = current(running)
        assert (first["number"], first["author"], first["record"]["invented_lines"]) == (1, "machine", 0)

        said = next(line for scene in first["scenes"] for line in scene["lines"] if line["kind"] == "dialogue")
        edited = script.read_text().replace(said["text"], "Nobody opens the door, ever.")
        script.write_text(edited)
        second = rests_at(running, 2)
        assert (second["author"], second["why"], second["record"]["lines_by_hand"]) == ("hand", "edited by hand", 1)
        home = next(scene for scene in second["scenes"] if any("Nobody opens" in line["text"] for line in scene["lines"]))
        assert [line["text"] for line in home["lines"] if line["locked"]] == ["Nobody opens the door, ever."]
        assert "Nobody opens the door, ever." in script.read_text()

        other = next(
            scene for scene in reversed(second["scenes"]) if scene["id"] != home["id"] and any(line["cues"] for line in scene["lines"])
        )
        command(running, "script", "regenerate", "1", "--scene", other["number"], "--instructions", "more tension")
        third = rests_at(running, 3)
        before, after = scenes(second), scenes(third)
        assert {name for name in before if before[name] != after.get(name)} <= {other["id"]}
        cues = [[cue for line in each[other["id"]]["lines"] for cue in line["cues"]] for each in (before, after)]
        assert cues[0] == cues[1]
        assert "Nobody opens the door, ever." in script.read_text()

        calls = asked(ollama)
        voice = next(line["text"] for scene in third["scenes"] for line in scene["lines"] if line["kind"] == "character")
        command(running, "script", "rename", "1", voice, "OLGA")
        fourth = rests_at(running, 4)
        assert (fourth["why"], fourth["author"]) == ("names changed", "person")
        assert "OLGA" in script.read_text()

        command(running, "script", "rollback", "1", "2")
        fifth = running.until(lambda: (found := current(running))["number"] >= 5 and found)
        assert fifth["parent"] == 2
        running.until_state("film.mp4", "completed")
        assert command(running, "script", "search", "nobody opens").startswith("film.mp4  scene ")
        command(running, "script", "export", "1", "--format", "md", "--version", "1", "--out", str(tmp_path))
        assert said["text"] in (tmp_path / "film.md").read_text()
        assert asked(ollama) == calls
    assert sorted(path.name for path in running.inbox.iterdir()) == ["film.fountain", "film.mp4", "film.reelscribe.yaml"]
