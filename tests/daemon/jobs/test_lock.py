"""One daemon a state directory, however many are started, and whatever became of the one before."""

import subprocess
import sys
from pathlib import Path

import pytest

from daemon.contract.errors import CannotStart
from daemon.jobs import lock
from daemon.jobs.lock import AlreadyRunning

TAKES = """
import sys, os
from pathlib import Path
from daemon.jobs import lock
try:
    with lock.take(Path(sys.argv[1])):
        print("has it", os.getpid(), flush=True)
        sys.stdin.read()
except lock.AlreadyRunning as error:
    print(error.message, flush=True)
"""


def start(state: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", TAKES, str(state)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_of_six_that_start_at_once_one_lives_and_the_others_say_which(tmp_path: Path) -> None:
    started = [start(tmp_path / "state") for _ in range(6)]
    told = {process: said(process) for process in started}
    (winner,) = [process for process, words in told.items() if words == f"has it {process.pid}"]
    late = start(tmp_path / "state")
    assert f"another daemon (process {winner.pid}) works in {tmp_path / 'state'}" in said(late)
    assert all(words.startswith("another daemon") for process, words in told.items() if process is not winner)
    winner.kill()  # nothing is left behind
    for process in (*started, late):
        process.communicate()
    with lock.take(tmp_path / "state"):
        pass


def test_it_is_given_back(tmp_path: Path) -> None:
    for _ in range(2):
        with lock.take(tmp_path), pytest.raises(AlreadyRunning):
            lock.take(tmp_path)


def test_a_state_directory_that_cannot_be_one_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="cannot be used"):
        lock.take(tmp_path / "file")
