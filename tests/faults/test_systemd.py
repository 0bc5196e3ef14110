"""The shipped unit under a real systemd: what its walls let through, and how it is started again, reloaded and stopped."""

import json
from pathlib import Path

import pytest

from tests.fakes.ollama import FakeOllama
from tests.faults.anna import INBOX, PROGRAM, UNIT, Anna

pytestmark = [pytest.mark.faults, pytest.mark.needs("systemd-boot")]


def test_a_film_goes_through_every_heavy_library_inside_the_walls(running: Anna, short_film: Path) -> None:
    assert "Landlock (version" in running.command("doctor")
    running.drop(short_film)
    running.until(running.finished)
    assert running.path(f"{INBOX}/film.fountain").stat().st_uid == running.path("/home/anna").stat().st_uid
    inside = running.inside()
    assert [line.split(":")[0].strip() for line in (inside / "net/dev").read_text().splitlines()[2:]] == ["lo"]
    assert [path.name for path in (inside / "root/home/anna/Videos").iterdir()] == ["inbox"]
    told = running.journal("JOB=1", "STAGE=write")
    assert told
    assert {entry["VIDEO"] for entry in told} == {f"{INBOX}/film.mp4"}
    assert json.loads(running.command("status", "--json"))["counts"]["completed"] == 1


def test_stopped_in_the_middle_it_ends_at_once_and_goes_on_when_started(running: Anna, short_film: Path) -> None:
    running.drop(short_film)
    running.until(lambda: running.works_on("analyse"))
    running.run("timeout", "10", "systemctl", "stop", UNIT)
    assert running.said("Result") == "success"
    assert running.run("pgrep", "-u", "anna", check=False) == ""
    running.control("start")
    running.until(running.finished)


def test_reloaded_with_what_is_wrong_it_goes_on_as_it_was(running: Anna) -> None:
    before = running.said("MainPID")
    running.configure(settle="soon")
    running.control("reload")
    running.until(lambda: running.logged("the settings stay as they were"))
    assert running.said("MainPID") == before


def test_a_wrong_configuration_is_said_and_not_tried_again(anna: Anna) -> None:
    anna.configure(settle="soon")
    anna.run("systemctl", "start", UNIT, check=False)
    anna.until(lambda: anna.said("ActiveState") == "failed")
    assert (anna.said("ExecMainStatus"), anna.said("NRestarts")) == ("78", "0")
    assert anna.logged("settle")


def test_one_that_hangs_is_started_again(anna: Anna) -> None:
    anna.drop_in("[Service]\nWatchdogSec=3\n")
    anna.control("start")
    first = anna.said("MainPID")
    anna.run("sleep", "4")  # an idle one beats
    assert anna.said("MainPID") == first
    anna.run("kill", "-STOP", first)
    anna.until(anna.back)
    assert anna.logged("Watchdog timeout")


def test_one_that_cannot_live_is_given_up(anna: Anna) -> None:
    """Five starts in five minutes, as the unit says; the pause between them is made short here."""
    anna.drop_in("[Service]\nRestartSec=0\nExecStart=\nExecStart=/bin/false\n")
    anna.run("systemctl", "start", UNIT, check=False)
    anna.until(lambda: anna.said("ActiveState") == "failed" and anna.logged("Start request repeated too quickly"))
    assert anna.said("NRestarts") == "5"


def test_without_its_inbox_it_starts_and_says_so(anna: Anna) -> None:
    anna.run("rmdir", INBOX)
    anna.control("start")
    anna.until(lambda: anna.asked("/inboxes")[0]["watched"] == "missing")
    assert "Make the folder" in anna.command("doctor", check=False)


@pytest.mark.parametrize("disk", [INBOX, f"{INBOX}/disk"])
@pytest.mark.parametrize("there", ["at the start", "later"])
def test_a_disk_that_is_pulled_is_waited_for(anna: Anna, disk: str, there: str, wordless_film: Path) -> None:
    anna.does("mkdir", "-p", disk)
    anna.configure(watch={"rescan": 2})
    if disk == INBOX:  # the service is started anew, which must come before the film is done
        anna.behaves("if STAGE == 'analyse': signal.pause()\n")
    if there == "at the start":
        anna.plug(disk)
    anna.control("start")
    if there == "later":
        anna.plug(disk)
    anna.drop(wordless_film, inbox=disk)
    anna.until(lambda: anna.states() == ["processing"])
    anna.run("umount", "--lazy", disk)
    anna.until(lambda: anna.states() == ["held"])
    anna.behaves("")
    assert anna.files(disk) == []
    anna.plug(disk)
    anna.drop(wordless_film, inbox=disk)
    anna.until(lambda: anna.states() == ["completed"])
    assert anna.files(disk) == ["film.fountain", "film.md", "film.mp4"]


@pytest.mark.parametrize("name", ['a "b": 100%', "c\\d"])
def test_a_folder_with_an_odd_name_is_let_in(running: Anna, name: str) -> None:
    folder = f"/home/anna/{name}"
    running.does("mkdir", folder)
    running.run(PROGRAM, "service", "add-inbox", folder, "--for", "anna")
    running.does("touch", f"{folder}/seen")
    assert [path.name for path in (running.inside() / f"root{folder}").iterdir()] == ["seen"]
    running.until(lambda: len(running.asked("/inboxes")) == 2)


def test_a_hostile_name_does_no_harm_in_the_journal(running: Anna, text_film: Path) -> None:
    """Neither an escape for the terminal that shows it nor a field of its own."""
    running.drop(text_film, "x\x1b[31m\nJOB=99\nfilm.mp4")
    running.until(lambda: [job["state"] for job in running.jobs()] == ["failed"])
    entries = running.journal("JOB=1")
    assert entries
    assert all("\x1b" not in str(value) for entry in entries for value in entry.values())
    assert running.journal("JOB=99") == []
    assert "\x1b" not in running.run("journalctl", "-u", UNIT, "--output=cat", "--all")


def test_ollama_is_reached_through_the_socket_alone(anna: Anna, ollama: FakeOllama) -> None:
    anna.drop_in(f"[Service]\nEnvironment=OLLAMA={ollama.url.removeprefix('http://')}\n", "reelscribe-ollama@anna.service")
    anna.configure(ollama={"url": "unix:/run/reelscribe-ollama-anna/ollama.sock"}, writer={"engine": "ollama"})
    anna.control("start")
    assert f"version {ollama.version}, has llama3.1:8b" in anna.command("doctor", check=False)


def test_messages_go_out_beside_it(anna: Anna, text_film: Path) -> None:
    """Of a film that waits, which is told also where the service was sooner ready than who tells it."""
    program, told = "/opt/tell", "/run/reelscribe-told-anna/told"
    anna.write(program, f"#!/bin/sh\nexec cat > {told}\n", 0o755)
    anna.drop_in("[Service]\nRuntimeDirectory=reelscribe-told-anna\n", "reelscribe-notify@anna.service")
    anna.configure(notify={"command": program, "on": "held"})
    anna.write(f"{INBOX}/film.reelscribe.yaml", "no such key: 1\n")
    anna.drop(text_film)
    anna.run("systemctl", "start", UNIT, "reelscribe-notify@anna")
    anna.until(lambda: anna.path(told).exists() and "1 film waits" in anna.path(told).read_text())
