"""Lists by conditions, and what is done to many jobs at once."""

import json
import os
import pty
import re
import subprocess
import termios
from pathlib import Path

import pytest

from daemon.contract.states import JobState
from tests.daemon.api.served import INBOX, Elsewhere, Served
from tests.tui.test_cli import ROOT, nothing_of_this_machine, program, typed
from tests.tui.test_files import read_all

__all__ = ["nothing_of_this_machine"]


def several(daemon: Served) -> None:
    """Jobs 1 and 2 failed, 3 waits, 4 is done."""
    for name, state in (
        ("a.mp4", JobState.FAILED),
        ("b.mp4", JobState.FAILED),
        ("Night.mp4", JobState.PENDING),
        ("d.mp4", JobState.COMPLETED),
    ):
        daemon.film(name, state)


@pytest.fixture
def filled(elsewhere: Elsewhere) -> Elsewhere:
    elsewhere.call(several)
    return elsewhere


def listed(filled: Elsewhere, *arguments: str) -> list[int]:
    found = json.loads(typed("jobs", "--json", *arguments, socket=filled.socket).stdout)
    return [job["id"] for job in found["items"]]


def states(filled: Elsewhere) -> list[str]:
    return [job.state for job in filled.call(lambda daemon: daemon.store.page(sort="oldest").items)]


def test_lists_by_conditions_and_in_an_order(filled: Elsewhere) -> None:
    assert listed(filled, "--text", "night") == [3]
    assert listed(filled, "--state", "failed", "--sort", "oldest") == [1, 2]
    assert listed(filled, "--sort", "name") == [3, 1, 2, 4]
    assert listed(filled, "--inbox", os.fsdecode(INBOX)) == [4, 3, 2, 1]
    assert listed(filled, "--inbox", "/else") == []
    more = typed("jobs", "--state", "failed", "--limit", "1", socket=filled.socket).stderr
    assert more == "more: reelscribe jobs --state failed --limit 1 --after 2\n"


def test_all_is_about_those_that_an_action_makes_sense_for(filled: Elsewhere) -> None:
    assert typed("retry", "--all", "--yes", socket=filled.socket).output == "2 jobs to be run again\n"
    assert states(filled) == ["pending", "pending", "pending", "completed"]
    assert typed("pause", "--text", "NIGHT", "--yes", socket=filled.socket).output == "1 job paused\n"
    assert typed("cancel", "--all", "--yes", socket=filled.socket).output == "3 jobs cancelled\n"
    assert states(filled) == ["cancelled", "cancelled", "cancelled", "completed"]


def test_nobody_is_surprised(filled: Elsewhere) -> None:
    done = typed("cancel", "--all", socket=filled.socket)  # no terminal: nobody can be asked
    assert (done.exit_code, "--yes" in done.stderr) == (2, True)
    assert typed("jobs", "rm", "--all", "--yes", socket=filled.socket).exit_code == 2  # of which states?
    assert typed("cancel", "--all", "1", socket=filled.socket).exit_code == 2
    assert typed("cancel", socket=filled.socket).exit_code == 2
    assert states(filled) == ["failed", "failed", "pending", "completed"]


@pytest.mark.parametrize(("answer", "left"), [("y\n", 2), ("n\n", 4)])
def test_who_is_there_is_asked(filled: Elsewhere, monkeypatch: pytest.MonkeyPatch, answer: str, left: int) -> None:
    from click.testing import CliRunner

    from tui.cli import cli

    monkeypatch.setattr("tui.commands.choosing.sys", Terminal())
    done = CliRunner().invoke(cli, ["jobs", "rm", "--state", "failed", "--socket", str(filled.socket)], input=answer)
    assert "delete: 2 jobs. Go on? [y/N]" in done.stderr
    assert len(states(filled)) == left
    assert done.exit_code == (0 if left == 2 else 1)


class Terminal:
    """Somebody sits there."""

    stdin = property(lambda self: self)

    def isatty(self) -> bool:
        return True


def test_what_could_not_be_done_is_named(filled: Elsewhere) -> None:
    done = typed("retry", "--state", "pending", "--yes", socket=filled.socket)
    assert (done.exit_code, done.stdout) == (1, "0 jobs to be run again\n")
    assert done.stderr.startswith("reelscribe: not job 3: ")


def test_the_order_of_the_line(filled: Elsewhere) -> None:
    said = typed("prioritise", "3", "1", "10", socket=filled.socket).output
    assert said == "job 3 has priority 10: Night.mp4\njob 1 has priority 10: a.mp4\n"
    assert typed("prioritise", "1", "-5", socket=filled.socket).output == "job 1 has priority -5: a.mp4\n"
    assert typed("prioritise", "--all", "--yes", "7", socket=filled.socket).output == "1 job moved in the line\n"
    assert listed(filled, "--sort", "queue") == [3, 2, 4, 1]
    assert typed("prioritise", "--al", "7", socket=filled.socket).exit_code == 2


def test_a_job_by_its_videos_path(filled: Elsewhere, tmp_path: Path) -> None:
    assert typed("retry", "/films/inbox/a.mp4", "2", socket=filled.socket).output == "job 1 is pending: a.mp4\njob 2 is pending: b.mp4\n"


def test_in_a_terminal_the_table_fits_and_nothing_in_it_acts(filled: Elsewhere) -> None:
    filled.call(lambda daemon: daemon.film(b"\x1b[2J" + b"long" * 40 + b".mp4", JobState.FAILED, "because \x1b]0;of it\x07 " * 9))
    above, below = pty.openpty()
    termios.tcsetwinsize(below, (24, 60))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": ""}
    environment.pop("COLUMNS", None)
    done = subprocess.run(program("jobs", "--socket", str(filled.socket)), stdout=below, env=environment, check=False, timeout=30)
    os.close(below)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", read_all(above).decode()).splitlines()
    assert done.returncode == 0
    assert [line.split()[:2] for line in lines[:3]] == [["JOB", "STATE"], ["5", "failed"], ["4", "completed"]]
    assert "\\x1b[2J" in lines[1]
    assert all(len(line.rstrip()) <= 60 and "\x1b" not in line for line in lines)
