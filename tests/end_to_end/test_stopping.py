"""A daemon that is told to stop with a film at work: it ends within ten seconds, and the film goes on from there."""

import shutil
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from daemon.contract.states import Stage
from tests.end_to_end.running import WITHIN, Running
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.faults import FaultKind

STOPS_WITHIN = 10.0  # seconds

DEAF = """
import pathlib, signal, socket
if b"transcribe" in pathlib.Path("/proc/self/cmdline").read_bytes().split(bytes(1)):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    called = socket.create_connection(("127.0.0.1", {port}))
    while True:
        signal.pause()
"""


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Takes connections, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(WITHIN)
        yield listening


def port(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])


def assert_stops(running: Running, stage: Stage) -> None:
    """In time, with nobody left, with the job back in the queue and all that came before ``stage`` kept and whole."""
    children = psutil.Process(running.process.pid).children(recursive=True)
    began = time.monotonic()
    assert running.stop() == 0
    assert time.monotonic() - began < STOPS_WITHIN
    assert psutil.wait_procs(children, 0)[1] == []
    with closing(sqlite3.connect(running.state / "reelscribe.db")) as table:
        assert table.execute("SELECT state, crashes FROM job").fetchall() == [("pending", 0)]
        done = table.execute("SELECT stage, key FROM stage_run WHERE outcome = 'done'").fetchall()
    assert [name for name, _ in done] == list(Stage)[: list(Stage).index(stage)]
    assert all((running.state / "artefacts" / name / key / "result.json").exists() for name, key in done)
    assert not list((running.state / "artefacts" / "making").iterdir())


def until(stage: Stage, results: Path, folder: Path) -> Path:
    """The results of the stages before this one."""
    for earlier in list(Stage)[: list(Stage).index(stage)]:
        shutil.copytree(results / earlier, folder / earlier)
    return folder


def test_while_the_model_is_silent(tmp_path: Path, ollama: FakeOllama, short_film: Path, short_results: Path) -> None:
    ollama.always(FaultKind.HANG)
    settings = {"ollama": {"url": ollama.url}, "writer": {"engine": "ollama"}}
    with Running(tmp_path, settings, until(Stage.WRITE, short_results, tmp_path / "results")) as running:
        shutil.copy(short_film, running.inbox / "film.mp4")
        assert ollama.wait_until(lambda: any(asked.path == "/api/chat" for asked in ollama.record.requests), WITHIN)
        assert_stops(running, Stage.WRITE)


def test_while_the_daemon_itself_asks_an_ollama_that_is_silent(
    tmp_path: Path, silent: socket.socket, short_film: Path, short_results: Path
) -> None:
    settings = {"ollama": {"url": f"http://127.0.0.1:{port(silent)}"}}
    with Running(tmp_path, settings, until(Stage.TRANSCRIBE, short_results, tmp_path / "results")) as running:
        shutil.copy(short_film, running.inbox / "film.mp4")
        with silent.accept()[0]:
            assert_stops(running, Stage.TRANSCRIBE)


def test_while_a_stage_is_deaf_to_it(
    tmp_path: Path, silent: socket.socket, short_film: Path, short_results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(DEAF.format(port=port(silent)))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Running(tmp_path, results=until(Stage.TRANSCRIBE, short_results, tmp_path / "results")) as running:
        shutil.copy(short_film, running.inbox / "film.mp4")
        with silent.accept()[0]:
            assert_stops(running, Stage.TRANSCRIBE)
