"""Commands that start the daemon's own program: what they pass on, and how they show what it says."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from daemon.contract.lines import FinishedLine, Line, ProgressLine, RefusedLine, StageLine
from daemon.contract.states import Stage
from daemon.contract.task import Note
from tui import program
from tui.cli import cli

Says = Callable[..., None]
ODD = Path("/films/\x1b[31mcaf\udce9.fountain")


@pytest.fixture(autouse=True)
def nothing_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Says:
    """Puts a program in the daemon's place that says these lines and ends like this."""

    def replace(*lines: Line | str, code: int = 0, stderr: str = "") -> None:
        text = "".join((line if isinstance(line, str) else line.model_dump_json()) + "\n" for line in lines)
        script = f"import sys; sys.stdout.write({text!r}); sys.stderr.write({stderr!r}); sys.exit({code})"
        monkeypatch.setattr(program, "command_line", lambda *arguments: [sys.executable, "-c", script, *arguments])

    return replace


def write(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["write", *arguments, "film.mp4"])


ANALYSE = StageLine(stage=Stage.ANALYSE)
WHOLE = (
    StageLine(stage=Stage.PROBE, cached=True),
    ANALYSE,
    *(ProgressLine(stage=Stage.ANALYSE, done=done, total=10) for done in range(11)),
    Note(text="the sound \x1b]0;stops\x07 early"),
    FinishedLine(files=(ODD,), notes=("written by the built-in draft",)),
)


def test_without_a_terminal_a_run_is_a_few_plain_lines(says: Says) -> None:
    says(*WHOLE)
    result = write()
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "probe: kept from before",
        "analyse",
        "analyse: 30 %",
        "analyse: 50 %",
        "analyse: 80 %",
        "analyse: 100 %",
        "the sound \\x1b]0;stops\\x07 early",
        "written by the built-in draft",
        "/films/\\x1b[31mcaf\\xe9.fountain",
    ]


def test_in_a_terminal_it_draws_bars(says: Says) -> None:
    says(*WHOLE)
    script = """
import sys
from tui import program
from tui.cli import cli
child = sys.argv[1:]
program.command_line = lambda *_: child
cli(["write", "film.mp4"], prog_name="reelscribe")
"""
    above, below = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm", "COLUMNS": "80"}
    done = subprocess.run([sys.executable, "-c", script, *program.command_line()], stdout=below, env=environment, check=False, timeout=30)
    os.close(below)
    drawn = read_all(above).decode()
    assert done.returncode == 0
    assert "━" in drawn
    assert "kept from before" in drawn
    assert "\x1b]0;" not in drawn
    assert drawn.rstrip().endswith("/films/\\x1b[31mcaf\\xe9.fountain")


def read_all(terminal: int) -> bytes:
    read = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # how a terminal says that nobody is on its other side
            break
        read += part
    os.close(terminal)
    return read


def test_as_json_the_lines_go_through(says: Says) -> None:
    says(*WHOLE, "no line of ours")
    result = write("--json")
    assert [json.loads(line)["kind"] for line in result.output.splitlines()] == ["stage", "stage", *["progress"] * 11, "note", "finished"]


def test_a_refusal_is_a_line_and_an_advice(says: Says) -> None:
    says(ANALYSE, RefusedLine(message="it is no film", advice="is it whole?", detail="moov atom\x1b[2J not found"), code=1)
    result = write()
    assert result.exit_code == 1
    assert result.stderr == "moov atom\\x1b[2J not found\nreelscribe: it is no film\nis it whole?\n"
    assert write("--json").exit_code == 1


def test_a_child_that_dies_is_said_with_its_last_words(says: Says) -> None:
    says(ANALYSE, code=9, stderr="Traceback …\nMemoryError: no room\n")
    result = write()
    assert result.exit_code == 1
    assert "write ended with 9 and no result: MemoryError: no room" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_configuration_starts_nothing(says: Says, tmp_path: Path) -> None:
    says(*WHOLE)
    (tmp_path / "c.yaml").write_text("settel: 3\n")
    result = write("--config", str(tmp_path / "c.yaml"))
    assert result.exit_code == 78
    assert "analyse" not in result.output


def test_wishes_are_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = tmp_path / "said"
    script = f'import sys, pathlib; pathlib.Path({str(said)!r}).write_text(repr(sys.argv[1:])); print(\'{{"kind": "finished"}}\')'
    monkeypatch.setattr(program, "command_line", lambda *arguments: [sys.executable, "-c", script, *arguments])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.yaml").write_text("settle: 3\n")
    assert write("--draft", "--writer", "llama3.1:8b", "--config", "c.yaml").exit_code == 0
    assert said.read_text() == repr(
        ["write", "--config", "c.yaml", "--set=writer.engine=draft", "--set=ollama.writer=llama3.1:8b", str(tmp_path / "film.mp4")]
    )


def test_a_folder_with_a_daemon_of_its_own_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "daemon.py").write_text("print('mine')")
    command = program.command_line("--help")
    done = subprocess.run(command, cwd=tmp_path, env=program.surroundings(), capture_output=True, text=True, check=False, timeout=30)
    assert "mine" not in done.stdout
    assert "usage: python -m daemon" in done.stdout
