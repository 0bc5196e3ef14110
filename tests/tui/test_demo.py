"""The demo as a person sees it: a process of its own that makes a film, starts a daemon and prints the screenplay."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.demo.film import Truth
from tests.fakes.ollama import FakeOllama

QUICKLY = """
import sys
from tui import demo
from tui.cli import cli
demo.SETTLE, demo.COPIED_IN = 0.3, 0.8
cli(sys.argv[1:], prog_name="reelscribe")
"""
NOBODY = "http://127.0.0.1:9"


def demo(*arguments: str, ollama: str = NOBODY, home: Path) -> "subprocess.CompletedProcess[str]":
    environ = {**os.environ, "REELSCRIBE_OLLAMA__URL": ollama, "HOME": str(home), "TMPDIR": str(home)}
    command = [sys.executable, "-P", "-c", QUICKLY, "demo", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False)


def screenplay(output: str) -> str:
    """What stands between the two lines."""
    _, written, _ = output.split("─" * 72)
    return written


def test_on_a_bare_machine_the_draft_writes(tmp_path: Path, demo_truth: Truth) -> None:
    done = demo(home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Writer: the built-in draft (Ollama does not answer" in done.stdout
    assert "Copying it slowly" in done.stdout
    assert all(screenplay(done.stdout).count(line.text) == 1 for line in demo_truth.lines)
    assert not list(tmp_path.glob("reelscribe-demo-*"))


def test_an_ollama_that_has_a_model_writes_and_what_was_made_is_kept(tmp_path: Path, ollama: FakeOllama, demo_truth: Truth) -> None:
    done = demo("--keep", str(tmp_path / "kept"), ollama=ollama.url, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Writer: llama3.1:8b" in done.stdout
    script = (tmp_path / "kept" / "inbox" / "Night Train.fountain").read_text()
    assert script.strip() == screenplay(done.stdout).strip()
    assert all(script.count(line.text) == 1 for line in demo_truth.lines)
    assert len(ollama.chats) > 1


@pytest.mark.parametrize("broken", ["film", "daemon"])
def test_what_goes_wrong_is_said_in_a_line_and_an_advice(tmp_path: Path, broken: str) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    if broken == "film":
        (kept / "Night Train.mp4").mkdir()
    else:
        (kept / "state").touch()
    done = demo("--keep", str(kept), home=tmp_path)
    assert done.returncode == 1
    problem, advice = done.stderr.strip().splitlines()[-2:]
    assert problem.startswith("reelscribe: ")
    assert advice
    assert "Traceback" not in done.stderr
