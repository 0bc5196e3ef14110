"""The shipped unit under a real systemd: what its walls let through, and how it is started again, reloaded and stopped."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.booted import Machine, booted

pytestmark = [pytest.mark.faults, pytest.mark.needs("systemd-boot")]

UNIT = "reelscribe@anna.service"
PROGRAM = "/opt/reelscribe/bin/reelscribe"
INBOX = "/home/anna/Videos/inbox"
SETTINGS = {"settle": 0.3, "writer": {"engine": "draft"}, "whisper": {"model": "/opt/reelscribe/source/daemon/demo/asr"}}

OLLAMA = """
from http.server import BaseHTTPRequestHandler, HTTPServer

class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"version": "0.12.0", "models": []}')

HTTPServer(("127.0.0.1", 11434), Answers).serve_forever()
"""


class Anna(Machine):
    """A machine with anna's service on it, not started yet."""

    def configure(self, **more: Any) -> None:
        self.write("etc/reelscribe/anna.yaml", json.dumps(SETTINGS | {"inboxes": [INBOX]} | more))

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def command(self, *words: str, check: bool = True) -> str:
        """A command of Reelscribe's, as anna types it."""
        return self.run("runuser", "-u", "anna", "--", "env", "USER=anna", "HOME=/home/anna", PROGRAM, *words, check=check)

    def drop(self, film: Path, name: str = "film.mp4") -> None:
        shutil.copy(film, self.root / name)
        self.run("sh", "-c", f'cp "/{name}" "{INBOX}/" && chown anna: "{INBOX}/{name}"')

    def jobs(self) -> list[dict[str, Any]]:
        return list(json.loads(self.command("jobs", "--json"))["items"])

    def lies_there(self, name: str) -> bool:
        return (self.root / INBOX.removeprefix("/") / name).exists()

    def finished(self) -> bool:
        return [job["state"] for job in self.jobs()] == ["completed"]


@pytest.fixture
def anna() -> Iterator[Anna]:
    with booted() as machine:
        anna = Anna(machine.root, machine._leader)
        anna.configure()
        anna.run("runuser", "-u", "anna", "--", "mkdir", "-p", INBOX)
        anna.run(PROGRAM, "service", "add-inbox", INBOX, "--for", "anna")
        yield anna


@pytest.fixture
def running(anna: Anna) -> Anna:
    anna.run("systemctl", "start", UNIT)
    return anna


def test_a_film_goes_through_every_heavy_library_inside_the_walls(running: Anna, short_film: Path) -> None:
    assert "Landlock" in running.command("doctor")
    running.drop(short_film)
    running.until(running.finished)
    assert running.lies_there("film.fountain")
    owner = (running.root / INBOX[1:] / "film.fountain").stat().st_uid
    assert owner == (running.root / "home/anna").stat().st_uid
    process = running.property(UNIT, "MainPID")
    assert "lo" in running.run("nsenter", "-t", process, "-n", "ip", "-brief", "link")
    assert len(running.run("nsenter", "-t", process, "-n", "ip", "-brief", "link").splitlines()) == 1
    assert running.run("nsenter", "-t", process, "-m", "ls", "/home/anna/Videos").split() == ["inbox"]
    told = running.run("journalctl", "JOB=1", "STAGE=write", "--output=json").splitlines()
    assert all(json.loads(line)["VIDEO"] == f"{INBOX}/film.mp4" for line in told)
    assert told
    assert json.loads(running.command("status", "--json"))["counts"]["completed"] == 1


def test_killed_in_the_middle_it_comes_back_and_goes_on(running: Anna, short_film: Path) -> None:
    running.drop(short_film)
    running.until(lambda: any(job["stage"] == "analyse" for job in running.jobs()))
    running.run("systemctl", "kill", "-s", "KILL", UNIT)
    running.until(lambda: running.property(UNIT, "NRestarts") == "1" and running.property(UNIT, "ActiveState") == "active")
    running.until(running.finished)
    scripts = [path.name for path in (running.root / INBOX[1:]).glob("film*")]
    assert sorted(scripts) == ["film.fountain", "film.md", "film.mp4"]


def test_stopped_in_the_middle_it_ends_at_once_and_goes_on_when_started(running: Anna, short_film: Path) -> None:
    running.drop(short_film)
    running.until(lambda: any(job["stage"] == "analyse" for job in running.jobs()))
    running.run("timeout", "10", "systemctl", "stop", UNIT)
    assert running.property(UNIT, "Result") == "success"
    assert running.run("pgrep", "-u", "anna", check=False) == ""
    running.run("systemctl", "start", UNIT)
    running.until(running.finished)


def test_reloaded_it_takes_new_settings_and_keeps_its_process(running: Anna) -> None:
    before = running.property(UNIT, "MainPID")
    running.configure(settle=9)
    running.run("systemctl", "reload", UNIT)
    running.until(lambda: "the settings were read again" in running.run("journalctl", "-u", UNIT))
    running.configure(settle="soon")
    running.run("systemctl", "reload", UNIT)
    running.until(lambda: "the settings stay as they were" in running.run("journalctl", "-u", UNIT))
    assert running.property(UNIT, "MainPID") == before


def test_a_wrong_configuration_is_said_and_not_tried_again(anna: Anna) -> None:
    anna.configure(settle="soon")
    anna.run("systemctl", "start", UNIT, check=False)
    anna.until(lambda: anna.property(UNIT, "ActiveState") == "failed")
    assert (anna.property(UNIT, "ExecMainStatus"), anna.property(UNIT, "NRestarts")) == ("78", "0")
    assert "settle" in anna.run("journalctl", "-u", UNIT)


def test_one_that_hangs_is_started_again(anna: Anna) -> None:
    anna.write(f"etc/systemd/system/{UNIT}.d/quick.conf", "[Service]\nWatchdogSec=3\n")
    anna.run("systemctl", "daemon-reload")
    anna.run("systemctl", "start", UNIT)
    first = anna.property(UNIT, "MainPID")
    anna.run("sleep", "5")  # an idle one beats
    assert anna.property(UNIT, "MainPID") == first
    anna.run("kill", "-STOP", first)
    anna.until(lambda: anna.property(UNIT, "NRestarts") == "1" and anna.property(UNIT, "ActiveState") == "active")
    assert "Watchdog timeout" in anna.run("journalctl", "-u", UNIT)


def test_without_its_inbox_it_starts_and_says_so(anna: Anna) -> None:
    anna.run("rmdir", INBOX)
    anna.run("systemctl", "start", UNIT)
    assert json.loads(anna.command("status", "--json"))["inboxes"][0]["watched"] == "missing"


@pytest.mark.parametrize("name", ['a "b": 100%', "c\\d"])
def test_a_folder_with_an_odd_name_is_let_in(running: Anna, name: str, short_film: Path) -> None:
    folder = f"/home/anna/{name}"
    running.run("runuser", "-u", "anna", "--", "mkdir", folder)
    running.run(PROGRAM, "service", "add-inbox", folder, "--for", "anna")
    running.run("touch", f"{folder}/seen")
    inside = running.run("nsenter", "-t", running.property(UNIT, "MainPID"), "-m", "ls", folder)
    assert inside == "seen"
    running.until(lambda: len(json.loads(running.command("status", "--json"))["inboxes"]) == 2)


def test_ollama_is_reached_through_the_socket_alone(anna: Anna) -> None:
    anna.write("opt/ollama.py", OLLAMA)
    anna.run("systemd-run", "--unit=ollama", "/opt/reelscribe/python/bin/python3", "/opt/ollama.py")
    anna.configure(ollama={"url": "unix:/run/reelscribe-ollama-anna/ollama.sock"}, writer={"engine": "ollama"})
    anna.run("systemctl", "start", "reelscribe-ollama@anna.socket", UNIT)
    anna.until(lambda: "0.12.0" in anna.command("doctor", check=False))


def test_messages_go_out_beside_it(anna: Anna, short_film: Path) -> None:
    program = "/opt/tell"
    anna.write(program[1:], "#!/bin/sh\ncat > /tmp/told; cp /tmp/told /run/reelscribe-told-anna/told\n")
    (anna.root / program[1:]).chmod(0o755)
    drop_in = "[Service]\nRuntimeDirectory=reelscribe-told-anna\nRuntimeDirectoryPreserve=yes\n"
    anna.write("etc/systemd/system/reelscribe-notify@anna.service.d/told.conf", drop_in)
    anna.configure(notify={"command": program, "on": "completed"})
    anna.run("systemctl", "daemon-reload")
    anna.run("systemctl", "start", UNIT, "reelscribe-notify@anna")
    anna.drop(short_film)
    anna.until(lambda: "1 film done" in anna.run("cat", "/run/reelscribe-told-anna/told", check=False))
