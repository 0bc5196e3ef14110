"""How the daemon is: what the doctor finds, what happens, what is watched; and that every route has its command."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from fastapi import FastAPI

from daemon.contract.doctor import Diagnosis, Finding
from daemon.contract.states import JobState, Stage
from tests.daemon.api.served import Elsewhere
from tests.tui.test_cli import ROOT, leaves, nothing_of_this_machine, program, run, typed
from tui.cli import SECTIONS, cli

__all__ = ["nothing_of_this_machine"]

ROUTES = Path(ROOT, "docs", "commands.md")


def test_the_doctor_looks_from_inside_the_daemon(elsewhere: Elsewhere) -> None:
    assert typed("doctor", socket=elsewhere.socket).output.splitlines() == [
        "as the daemon sees it (reelscribe 0.1.0):",
        "ok   ffmpeg  ffmpeg version 9",
        "1 well, 0 to look at, 0 to mend",
    ]
    slow = typed("doctor", "--speed", socket=elsewhere.socket)
    assert (slow.exit_code, "A smaller model is faster." in slow.output) == (0, True)
    elsewhere.call(
        lambda daemon: setattr(daemon.controls, "found", (Finding(name="disk", verdict="bad", found="full\x1b", advice="tidy"),))
    )
    ill = typed("doctor", socket=elsewhere.socket)
    assert (ill.exit_code, "MEND disk  full\\x1b\n           tidy\n" in ill.output) == (1, True)
    assert json.loads(typed("doctor", "--json", socket=elsewhere.socket).stdout)["seen_by"] == "daemon"


def test_without_a_daemon_the_command_looks_itself(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(f"inboxes: {tmp_path / 'gone'}\nwriter: {{engine: draft}}\nstate_dir: {tmp_path}\n")
    done = run("doctor", "--json", "--config", str(tmp_path / "c.yaml"), "--socket", str(tmp_path / "s"))
    found = Diagnosis.model_validate_json(done.stdout)
    assert done.returncode == 1
    assert found.seen_by == "command"
    assert {one.name for one in found.findings if one.verdict == "bad"} == {f"inbox {tmp_path / 'gone'}"}


def test_a_wrong_configuration_is_said_before_the_doctor_starts(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("settel: 3\n")
    assert typed("doctor", "--config", str(tmp_path / "c.yaml")).exit_code == 78


def test_inboxes_and_metrics(elsewhere: Elsewhere) -> None:
    assert typed("inboxes", socket=elsewhere.socket).output.splitlines()[1].split() == ["/films/inbox", "events"]
    assert json.loads(typed("inboxes", "--json", socket=elsewhere.socket).stdout)[0]["watched"] == "events"
    assert 'reelscribe_jobs{state="failed"} 0.0' in typed("metrics", socket=elsewhere.socket).output


def test_events_from_a_number_on_and_as_they_come(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: daemon.film("a.mp4", JobState.PAUSED))
    lines = typed("events", "--since", "0", "--count", "3", socket=elsewhere.socket).output.splitlines()
    assert lines[0].startswith("1 job.created job 1 state=arriving")
    assert "state=paused" in lines[2]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = program("events", "--json", "--count", "2", "--since", "3", "--socket", str(elsewhere.socket))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as watching:
        assert watching.stdout is not None
        elsewhere.call(lambda daemon: daemon.store.move(1, JobState.PENDING))
        assert json.loads(watching.stdout.readline())["data"]["state"] == "pending"  # from here on it listens
        elsewhere.call(lambda daemon: daemon.store.progress(1, Stage.WRITE, 0.5, None))
        assert json.loads(watching.stdout.readline())["type"] == "job.progress"
    assert watching.returncode == 0


def test_events_of_nobody(tmp_path: Path) -> None:
    assert typed("events", socket=tmp_path / "s").exit_code == 3


def test_a_jobs_log_and_what_follows(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: daemon.film("a.mp4", JobState.FAILED, "no\x1b film"))
    said = typed("log", "1", socket=elsewhere.socket).output.splitlines()
    assert said[-1].endswith("  failed: no\\x1b film")
    last = json.loads(typed("log", "1", "--json", socket=elsewhere.socket).stdout.splitlines()[-1])["id"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = program("log", "1", "--follow", "--json", "--after", str(last - 1), "--socket", str(elsewhere.socket))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment) as following:
        assert following.stdout is not None
        assert json.loads(following.stdout.readline())["id"] == last
        elsewhere.call(lambda daemon: daemon.store.move(1, JobState.PENDING))
        assert json.loads(following.stdout.readline())["text"] == "pending"
        following.send_signal(signal.SIGINT)
    assert following.returncode == 130


ACTS = """
jobs rm, refresh, retry, cancel, pause, resume, prioritise, skips forget, skips edit, script rollback, script regenerate, script lock,
script unlock, script rename, script assign, script approve, script reject, script revise, script delete, notify test, notify serve,
models pull, service add-inbox, service remove-inbox, serve, demo, tui
"""
ITS_OWN_FORMAT = "metrics, keyframe, completion, script export"


def test_whatever_reads_can_be_read_by_a_program() -> None:
    every = [" ".join(words) for commands in SECTIONS.values() for command in commands for words in leaves(command)]
    others = {name.strip() for name in f"{ACTS}, {ITS_OWN_FORMAT}".split(",")}
    without = {words for words in every if "--json" not in typed(*words.split(), "--help").output}
    assert without <= others


def test_watch_as_json_ends_with_the_job(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: daemon.film("a.mp4"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = program("watch", "1", "--json", "--socket", str(elsewhere.socket))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as watching:
        assert watching.stdout is not None
        elsewhere.call(lambda daemon: [daemon.film("b.mp4"), daemon.store.move(1, JobState.CANCELLED)])
        *_, last = [json.loads(line) for line in watching.stdout]
    assert (last["id"], last["state"]) == (1, "cancelled")
    assert watching.returncode == 4


@pytest.mark.parametrize(("state", "code"), [(JobState.COMPLETED, 0), (JobState.FAILED, 1), (JobState.CANCELLED, 4)])
def test_watch_exits_by_the_outcome(elsewhere: Elsewhere, state: JobState, code: int) -> None:
    elsewhere.call(lambda daemon: daemon.film("a.mp4", state))
    assert typed("watch", "1", socket=elsewhere.socket).exit_code == code
    assert typed("watch", "1", "--json", socket=elsewhere.socket).exit_code == code


def test_the_configuration_as_json(tmp_path: Path) -> None:
    wrong, right = tmp_path / "wrong.yaml", tmp_path / "right.yaml"
    wrong.write_text("\nsettel: 5\n")
    right.write_text("settle: 5\n")
    done = typed("config", "check", "--json", "--config", str(wrong))
    assert done.exit_code == 78
    assert [(one["line"], one["key"], one["nearest"]) for one in json.loads(done.stdout)["problems"]] == [(2, "settel", "settle")]
    assert json.loads(typed("config", "check", "--json", "--config", str(right)).stdout) == {"problems": []}
    found = json.loads(typed("config", "path", "--json", "--config", str(right)).stdout)
    assert found == [{"path": str(right), "exists": True}]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    said = typed("completion", shell)
    assert (said.exit_code, "_REELSCRIBE_COMPLETE" in said.output) == (0, True)


def test_what_the_shell_asks_is_answered() -> None:
    asked = {"_REELSCRIBE_COMPLETE": "bash_complete", "COMP_WORDS": "reelscribe skips sp", "COMP_CWORD": "2"}
    script = "import sys; sys.argv[0] = 'reelscribe'; from tui.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **asked}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=30, env=environment)
    assert done.stdout == "plain,split\n"


def routes(app: FastAPI) -> set[str]:
    """``GET /v1/jobs/{job_id}`` and the like, as they are published."""
    return {f"{method.upper()} {path}" for path, methods in app.openapi()["paths"].items() for method in methods}


def test_every_route_has_its_command(elsewhere: Elsewhere) -> None:
    rows = re.findall(r"^\| `(\w+ /v1/[^`]*)` \| `reelscribe ([^`]*)`", ROUTES.read_text(), re.MULTILINE)
    assert {route for route, _ in rows} == elsewhere.call(lambda daemon: routes(daemon.app))
    for _, words in rows:
        assert is_command(words.split()), words


def is_command(words: list[str]) -> bool:
    """Whether these words begin with a command, whatever else they have."""
    found: click.Command | None = cli
    for word in words:
        if isinstance(found, click.Group) and word in found.commands:
            found = found.commands[word]
    return found is not cli and (not isinstance(found, click.Group) or found.invoke_without_command)
