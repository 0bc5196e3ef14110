"""``reelscribe analyse``, as a person types it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.demo.film import Truth
from daemon.shotlist.formats import FORMATS

FRAME = 1 / 24  # seconds

Analyse = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def analyse(tmp_path: Path, demo_film: Path) -> Analyse:
    config = tmp_path / "config.yaml"
    config.write_text(f"state_dir: {tmp_path / 'state'}\n")

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "tui.cli", "analyse", "--config", str(config), str(demo_film), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, "HOME": str(tmp_path)})

    return run


@pytest.mark.parametrize("mode", ["fast", "exact"])
def test_the_document_is_all_that_stdout_has_and_is_right(analyse: Analyse, mode: str, demo_truth: Truth) -> None:
    done = analyse("--json", "--mode", mode)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    cuts = [shot["start"] for shot in found["shots"] if shot["in"] == "cut"]
    assert cuts == pytest.approx(list(demo_truth.cuts), abs=FRAME)
    moves = {shot["motion"]["kind"] for shot in found["shots"] if shot["motion"]} - {"static", "unknown"}
    assert moves == set(demo_truth.movements) - {"static"}
    assert found["video"]["mode"] == mode
    assert [(round(skip["start"]), round(skip["end"]), skip["reason"]) for skip in found["skips"]] == [(0, 2, "black"), (39, 40, "black")]
    assert found["loudness"]["integrated"] < 0


def test_every_format_is_written_and_none_is_overwritten(analyse: Analyse, tmp_path: Path, demo_film: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    formats = ",".join(FORMATS)
    assert analyse("--format", formats, "--out", str(out)).returncode == 0
    assert {path.name for path in out.iterdir()} == {f"{demo_film.stem}.{ending}" for ending, _ in FORMATS.values()}
    again = analyse("--format", "csv", "--out", str(out))
    assert again.returncode == 1
    assert "is there already" in again.stderr


def test_a_format_that_there_is_not_is_refused_with_those_that_there_are(analyse: Analyse) -> None:
    done = analyse("--format", "xls")
    assert done.returncode != 0
    assert "csv" in done.stderr
