"""Mutated films through probe and analyse, each in its box: every one ends in a clear state, and nothing outlives it.

``REELSCRIBE_MUTANTS`` says how many there are in ``make faults``.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from daemon.contract.evidence import Analysis
from daemon.media.bounds import LONGEST
from tests.faults.mutants import mutants, whole

ROOT = Path(__file__).parents[2]
BUDGET = 20  # seconds of a stage
MANY = int(os.environ.get("REELSCRIBE_MUTANTS", "10000"))
GROUPS, OF_EACH = 4, 50  # in every run
PARTS = 20  # of the many


def through_probe_and_analyse(folder: Path, films: list[Path], seeds: range) -> Counter[str]:
    """How the mutants ended, counted. Asserts of each that its end is clear."""
    ends: Counter[str] = Counter()
    environ = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.decoding", str(BUDGET)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=environ,
    ) as decoding:  # fmt: skip
        assert decoding.stdin
        assert decoding.stdout
        for name, content in mutants(films, seeds):
            film = folder / name
            film.write_bytes(content)
            decoding.stdin.write(f"{film}\n")
            decoding.stdin.flush()
            ends[end_of(json.loads(decoding.stdout.readline()), name)] += 1
            film.unlink()
        decoding.stdin.close()
        assert decoding.wait(BUDGET) == 0
    return ends


def end_of(told: dict[str, Any], name: str) -> str:
    report = told["report"]
    assert "Traceback" not in told["complaints"], (name, told)
    if report is None:
        assert told["status"] < 0, (name, told)  # a decoder that crashed, or was killed: that job is tried again and then fails
        return "crashed"
    if report["kind"] == "refused":
        assert report["outcome"] == "failed", (name, report)
        assert report["message"], name
        assert report["advice"], name
        return "refused"
    analysis = Analysis.model_validate(told["result"])
    assert 0 < analysis.duration <= LONGEST, name
    assert analysis.shots, name
    return "taken with notes" if analysis.notes else "taken"


@pytest.fixture(name="films", scope="module")
def _films(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return whole(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("group", range(GROUPS))
def test_two_hundred_mutants_each_end_in_a_clear_state(tmp_path: Path, films: list[Path], group: int) -> None:
    ends = through_probe_and_analyse(tmp_path, films, range(group * OF_EACH, (group + 1) * OF_EACH))
    assert ends.total() == OF_EACH
    assert ends["refused"]
    assert ends["taken"] + ends["taken with notes"]
    assert ends["crashed"] <= 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "seed",
    [1_000_024, 1_002_127, 1_008_168],
    ids=["a stream that its head does not name", "a picture that lasts for days", "sound of 147 channels"],
)
def test_mutants_of_which_no_clear_state_came_once(tmp_path: Path, films: list[Path], seed: int) -> None:
    assert through_probe_and_analyse(tmp_path, films, range(seed, seed + 1)).keys() < {"taken", "taken with notes", "refused"}


@pytest.mark.faults
@pytest.mark.parametrize("part", range(PARTS))
def test_ten_thousand_mutants_each_end_in_a_clear_state(tmp_path: Path, films: list[Path], part: int) -> None:
    first = 1_000_000 + part * MANY // PARTS
    ends = through_probe_and_analyse(tmp_path, films, range(first, 1_000_000 + (part + 1) * MANY // PARTS))
    assert ends.total() == MANY // PARTS
    assert not list(tmp_path.iterdir())
