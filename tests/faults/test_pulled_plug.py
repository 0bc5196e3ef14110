"""Faults that take their time to provoke: ``make faults``. What must hold: every film has one script, whole, and nothing is left over."""

import random
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from daemon.demo.film import Truth
from tests.end_to_end.running import WITHIN, Running
from tests.fakes.ollama import FakeOllama

pytestmark = pytest.mark.faults

TRIALS = 8
DAEMONS = 10


def killed_after(running: Running, events: int) -> None:
    """Kills the daemon after it has told of so many events, or when it has finished."""
    with running.client.stream("GET", "/events", headers={"Last-Event-ID": "0"}) as stream:
        for line in stream.iter_lines():
            events -= line.startswith("event:")
            if events <= 0 or '"completed"' in line:
                break
    running.stop(signal.SIGKILL)


@pytest.mark.parametrize("seed", range(TRIALS))
def test_killed_at_any_moment_a_film_gets_one_whole_script(tmp_path: Path, short_film: Path, short_truth: Truth, seed: int) -> None:
    running, chance = Running(tmp_path), random.Random(seed)
    running.start()
    shutil.copy(short_film, running.inbox / "film.mp4")
    for _ in range(2):  # a third crash in one stage would fail the job, and rightly so
        killed_after(running, chance.randrange(1, 30))
        running.start()
    job = running.until_state("film.mp4", "completed")
    assert running.stop() == 0
    assert job["attempt"] == 1
    assert sorted(path.name for path in running.inbox.iterdir()) == ["film.fountain", "film.md", "film.mp4"]
    script = (running.inbox / "film.fountain").read_text()
    assert [script.count(line.text) for line in short_truth.lines] == [1] * len(short_truth.lines)
    with closing(sqlite3.connect(running.state / "reelscribe.db")) as table:
        assert table.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert not list((running.state / "artefacts" / "making").glob("*"))


def test_of_many_daemons_started_at_once_one_lives(tmp_path: Path) -> None:
    running = Running(tmp_path)
    started = [subprocess.Popen(running.command, stderr=subprocess.PIPE, text=True) for _ in range(DAEMONS)]
    refused = 0
    while refused < DAEMONS - 1:
        for process in list(started):
            try:
                _, said = process.communicate(timeout=WITHIN / DAEMONS)
            except subprocess.TimeoutExpired:
                continue
            assert process.returncode == 1, said
            assert "another daemon" in said
            started.remove(process)
            refused += 1
    (alive,) = started
    transport = httpx.HTTPTransport(uds=str(tmp_path / "s"))
    with httpx.Client(transport=transport, base_url="http://reelscribe/v1") as client:
        assert client.get("/health").status_code == 200
    alive.terminate()
    alive.communicate(timeout=WITHIN)
    assert alive.returncode == 0


def test_many_films_at_once_are_each_done_once(tmp_path: Path, short_film: Path) -> None:
    films = 25
    with Running(tmp_path) as running:
        for number in range(films):
            shutil.copy(short_film, running.inbox / f"{number}.mp4")
        running.until(lambda: running.status()["counts"].get("completed", 0) == films)
    assert len(list(running.inbox.glob("*.fountain"))) == films


def test_an_ollama_that_comes_back_finds_the_job_waiting(tmp_path: Path, short_film: Path) -> None:
    with FakeOllama() as first:
        port = int(first.url.rsplit(":", 1)[1])
    running = Running(tmp_path, {"writer": {"engine": "ollama"}, "ollama": {"url": f"http://127.0.0.1:{port}"}})
    with running:
        shutil.copy(short_film, running.inbox / "film.mp4")
        running.until_state("film.mp4", "held")
        with FakeOllama(port=port):
            running.until_state("film.mp4", "completed")  # by itself, within its next look
