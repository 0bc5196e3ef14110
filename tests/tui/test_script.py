"""`reelscribe script` and `stats`, as a person types them."""

import asyncio
import json
import os
import threading
from pathlib import Path

import pytest

from daemon.contract.states import JobState, Stage
from tests.daemon.api.scripted import SCRIPT, changed, film, written
from tests.daemon.api.served import Elsewhere, Served, facts
from tests.tui.test_cli import typed


@pytest.fixture
def scripted(elsewhere: Elsewhere) -> Elsewhere:
    """A film with two versions of its script: job 1."""

    def write(daemon: Served) -> None:
        job = film(daemon, "a.mp4", warnings=("c4 at 0:08 is too fast",), pages={"said": "1.5 pages"}, record={"invented_lines": 0})
        written(daemon, job, changed(SCRIPT, 3, 1, "Rain\x1b on the rails."), why="scene 5 written again")

    elsewhere.call(write)
    return elsewhere


def said(daemon: Elsewhere, *arguments: str) -> str:
    done = typed("script", *arguments, socket=daemon.socket)
    assert done.exit_code == 0, done.output
    return done.output


def test_list_and_versions(scripted: Elsewhere) -> None:
    header, row = said(scripted, "list").splitlines()
    assert header.split() == ["JOB", "NAME", "VERSION", "STATUS", "STYLE", "BY", "WRITTEN", "WHY"]
    assert row.split()[:5] == ["1", "a.mp4", "2", "draft", "hollywood"]
    assert said(scripted, "list", "--status", "approved") == "no scripts\n"
    assert said(scripted, "list", "--since", "2999-01-01") == "no scripts\n"
    assert said(scripted, "list", "--inbox", "/films/inbox", "--style", "hollywood", "--until", "2999-01-01").count("\n") == 2
    assert [line.split()[0] for line in said(scripted, "versions", "1").splitlines()] == ["VERSION", "2", "1"]
    assert [one["number"] for one in json.loads(said(scripted, "versions", "1", "--json"))["items"]] == [2, 1]


def test_show_has_the_text_and_what_is_known_of_it(scripted: Elsewhere) -> None:
    text = said(scripted, "show", "1", "--version", "1")
    assert "Night Train (a.mp4), version 1: written" in text
    assert "  warning  c4 at 0:08 is too fast" in text
    assert "  pages    1.5 pages" in text
    assert "5. EXT. BRIDGE - DAY" in text
    assert "  Snow on the rails." in text
    scene = said(scripted, "show", "1", "--scene", "5")
    assert "   1  Rain\\x1b on the rails." in scene
    assert "INT. STATION" not in scene
    assert "[c7]" in scene


def test_diff_is_by_scene_and_line(scripted: Elsewhere) -> None:
    assert said(scripted, "diff", "1", "1").splitlines() == [
        "scene 5 changed: EXT. BRIDGE - DAY",
        "  - Snow on the rails.",
        "  + Rain\\x1b on the rails.",
    ]
    assert said(scripted, "diff", "1", "2", "2") == "versions 2 and 2 say the same\n"


def test_rollback_makes_a_new_version(scripted: Elsewhere) -> None:
    assert said(scripted, "rollback", "1", "1") == "version 3 has the text of version 1; it is published by the next run\n"
    assert said(scripted, "diff", "1", "1", "3") == "versions 1 and 3 say the same\n"


def test_a_scene_is_asked_for_again_unless_it_is_locked(scripted: Elsewhere) -> None:
    assert said(scripted, "regenerate", "1", "--scene", "5", "--instructions", "colder") == "scene 5 is written again by the next run\n"
    assert "  asked    scene 5 again (colder): waits for the next run" in said(scripted, "show", "1")
    assert "left as they are" in said(scripted, "regenerate", "1", "--take-back")
    assert said(scripted, "lock", "1", "--scene", "5") == "scene 5 locked (version 3)\n"
    refused = typed("script", "regenerate", "1", "--scene", "5", socket=scripted.socket)
    assert (refused.exit_code, refused.stderr.splitlines()[0]) == (1, "reelscribe: Scene 5 is locked.")
    assert "(locked)" in said(scripted, "show", "1", "--scene", "5")
    assert said(scripted, "unlock", "1", "--scene", "5") == "scene 5 unlocked (version 4)\n"
    assert said(scripted, "lock", "1", "--scene", "1", "--line", "3") == "scene 1, line 3 locked (version 5)\n"
    assert typed("script", "regenerate", "1", socket=scripted.socket).exit_code == 2


def test_approval(scripted: Elsewhere) -> None:
    assert said(scripted, "approve", "1", "--by", "Anna", "--note", "good") == "version 2 is approved\n"
    assert "approved by Anna: good" in said(scripted, "show", "1")
    assert said(scripted, "reject", "1", "--version", "1") == "version 1 is rejected\n"
    assert said(scripted, "revise", "1") == "version 2 is needs revision\n"


def test_search_tells_film_scene_and_time(scripted: Elsewhere) -> None:
    assert said(scripted, "search", "train", "leaves") == "a.mp4  scene 1  0:00:07.000  ANNA: The train leaves at seven.\n"
    assert json.loads(said(scripted, "search", "--json", "rails"))["items"][0]["marks"] == [[13, 18]]
    nothing = typed("script", "search", 'NEAR("', socket=scripted.socket)
    assert (nothing.exit_code, nothing.output) == (1, "nothing was found\n")


def test_names_are_written_down_and_unclear_lines_listed(elsewhere: Elsewhere, folder: Path) -> None:
    video = folder / "film.mp4"
    video.write_bytes(b"film")

    def write(daemon: Served) -> None:
        number = daemon.store.arrive(os.fsencode(video), os.fsencode(folder), facts(), "screenplay")
        job = daemon.store.job(number)
        assert job
        written(daemon, job)

    elsewhere.call(write)
    review = said(elsewhere, "review", str(video)).splitlines()
    assert review[0] == "c6     0:00:14.000  VOICE: We must not wait here."
    override = video.with_suffix(".reelscribe.yaml")
    assert said(elsewhere, "assign", str(video), "c6", "MARCO") == f"c6 is MARCO from the next run on: written into {override}\n"
    assert "SPEAKER 1 is ANNA" in said(elsewhere, "rename", str(video), "SPEAKER 1", "ANNA")
    assert '"0:00:14.800": MARCO' in override.read_text()
    assert typed("script", "rename", "1", "SPEAKER 1", " \n", socket=elsewhere.socket).exit_code == 2


def test_export_writes_what_is_not_there(scripted: Elsewhere, tmp_path: Path) -> None:
    path = tmp_path / "scripts" / "a.fountain"
    assert said(scripted, "export", "1", "--format", "fountain", "--version", "1", "--out", str(path.parent)) == f"{path}\n"
    assert "Snow on the rails." in path.read_text()
    refused = typed("script", "export", "1", "--format", "fountain", "--out", str(path.parent), socket=scripted.socket)
    assert refused.exit_code == 1
    assert "is there already" in refused.stderr
    unknown = typed("script", "export", "1", "--format", "docx", "--out", str(tmp_path), socket=scripted.socket)
    assert "There is no format called docx." in unknown.stderr


def test_delete_says_what_becomes_of_it(scripted: Elsewhere) -> None:
    assert "`reelscribe script versions 1 --deleted`" in said(scripted, "delete", "1", "--version", "2")
    assert "deleted" in said(scripted, "versions", "1", "--deleted")
    assert said(scripted, "delete", "1", "--all", "--hard") == "all versions are destroyed\n"
    assert typed("script", "delete", "1", socket=scripted.socket).exit_code == 2
    gone = typed("script", "show", "1", "--version", "1", socket=scripted.socket)
    assert "not there any more" in gone.stderr


def test_stages_tell_what_was_done_and_what_was_reused_and_stats_what_it_took(elsewhere: Elsewhere) -> None:
    def work(daemon: Served) -> None:
        job = daemon.film("a.mp4", JobState.PENDING)
        daemon.store.claim(0)
        daemon.store.probed(job.id, "digest", {"duration": 120})
        daemon.store.stage_kept(job.id, Stage.ANALYSE, "key")
        run = daemon.store.stage_started(job.id, Stage.WRITE, "key")
        numbers = {"model": "llama", "tokens_in": 900, "tokens_out": 100, "asked": 2, "kept": 3}
        daemon.store.stage_ended(run, "done", record=numbers, peak_memory=2**20)

    elsewhere.call(work)
    rows = [line.split() for line in typed("show", "1", "--stages", socket=elsewhere.socket).output.splitlines()]
    assert rows[0] == ["STAGE", "RESULT", "TOOK", "MEMORY", "TOKENS", "CHUNKS", "MODEL"]
    assert rows[1] == ["analyse", "reused"]
    assert rows[2][:2] == ["write", "done"]
    assert " ".join(rows[2]).endswith("1 MiB 900 in, 100 out 2 asked, 3 reused llama")
    stats = typed("stats", socket=elsewhere.socket).output.splitlines()
    assert stats[1].split() == ["analyse", "0", "1", "0", "0"]
    assert stats[2].split()[:6] == ["write", "llama", "1", "0", "0", "0"]
    assert stats[2].split()[-1] == "500.0"


def test_refresh_has_stale_scripts_written_again(scripted: Elsewhere) -> None:
    assert typed("refresh", "--all", socket=scripted.socket).output == "no script is stale\n"
    assert typed("refresh", socket=scripted.socket).exit_code == 2
    done = typed("refresh", "1", "9", socket=scripted.socket)
    assert (done.exit_code, done.output.splitlines()[0]) == (1, "1 script to be written again")
    assert "not job 9: There is no job 9." in done.output
    old = {"made_with": {"laid": {}, "stages": {}}, "models": {"engine": "draft"}}
    scripted.call(lambda daemon: film(daemon, "b.mp4", settings=old))
    assert "draft, stale" in said(scripted, "list")
    assert "stale    another Reelscribe wrote it" in said(scripted, "show", "2")
    assert typed("refresh", "--all", socket=scripted.socket).output == "1 script to be written again\n"
    assert "written otherwise today" not in typed("status", socket=scripted.socket).output, "it is under way"


def test_stale_scripts_are_marked_wherever_jobs_are_told(scripted: Elsewhere) -> None:
    scripted.call(lambda daemon: film(daemon, "b.mp4", settings={"made_with": {"laid": {}, "stages": {}}}))
    looked = threading.Event()
    scripted.call(lambda daemon: asyncio.ensure_future(daemon.controls.scripts.all_stale()).add_done_callback(lambda _: looked.set()))
    assert looked.wait(60)
    assert "stale: another Reelscribe" in typed("jobs", socket=scripted.socket).output
    assert "1 script would be written otherwise today: reelscribe refresh --all" in typed("status", socket=scripted.socket).output
    assert "  stale    another Reelscribe wrote it" in typed("show", "2", socket=scripted.socket).output
