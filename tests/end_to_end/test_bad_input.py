"""Bad input comes to a clear end, and the queue goes on: after each of these a good film still gets its script."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.running import Running, unwritable
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.faults import FaultKind

ODD_NAMES = [
    b"with spaces.mp4",
    b'it\'s "quoted".mp4',
    b"two\nlines.mp4",
    "🎬 film.mp4".encode(),
    b"latin \xe9\xff.mp4",
    b"\x1b[31mred.mp4",
    b"-rf.mp4",
    b"100%s x%03d.mp4",
    b"x" * 251 + b".mp4",
]


@pytest.fixture
def goes_on(versed: Running, short_film: Path) -> Iterator[Running]:
    """A daemon; after the test a good film is dropped, and must get its script."""
    yield versed
    shutil.copy(short_film, versed.inbox / "good.mp4")
    versed.until_state("good.mp4", "completed")
    assert (versed.inbox / "good.fountain").exists()


@pytest.mark.parametrize(
    ("film", "said"),
    [
        ("empty_film", "empty"),
        ("text_film", "text"),
        ("headless_film", "cut short"),
        ("sound_only", "picture"),
    ],
)
def test_what_is_no_film_fails_with_a_reason_and_an_advice(goes_on: Running, film: str, said: str, request: pytest.FixtureRequest) -> None:
    shutil.copy(request.getfixturevalue(film), goes_on.inbox / "bad.mp4")
    job = goes_on.until_state("bad.mp4", "failed")
    assert said in job["reason"].lower()
    assert job["reason"]
    assert job["advice"]
    assert not list(goes_on.inbox.glob("bad.*.*"))


def test_a_film_that_ends_too_early_gets_a_script_that_says_so(goes_on: Running, truncated_film: Path) -> None:
    shutil.copy(truncated_film, goes_on.inbox / "cut.mp4")
    goes_on.until_state("cut.mp4", "completed")
    assert "The film ends" in (goes_on.inbox / "cut.fountain").read_text()


def test_odd_names_are_done_once_and_shown_safely(goes_on: Running, short_film: Path) -> None:
    for name in ODD_NAMES:
        shutil.copy(short_film, os.fsdecode(os.fsencode(goes_on.inbox) + b"/" + name))
    goes_on.until(lambda: goes_on.status()["counts"].get("completed", 0) == len(ODD_NAMES))
    scripts = [os.fsencode(path) for path in goes_on.inbox.glob("*.fountain")]
    assert len(scripts) == len(ODD_NAMES)
    assert os.fsencode(goes_on.inbox) + b"/latin \xe9\xff.fountain" in scripts
    assert all(job["name"].isprintable() for job in goes_on.jobs())
    assert "\x1b" not in goes_on.log.read_text()


def test_a_file_that_still_grows_is_not_taken(versed: Running, short_film: Path) -> None:
    content = short_film.read_bytes()
    with (versed.inbox / "slow.mp4").open("wb") as slow:
        slow.write(content[: len(content) // 2])
        slow.flush()
        versed.until(lambda: versed.job("slow.mp4"))
        # Another film that rests meanwhile is taken and finished; this one, held open, is not.
        shutil.copy(short_film, versed.inbox / "other.mp4")
        versed.until_state("other.mp4", "completed")
        assert versed.job("slow.mp4")["state"] == "arriving"  # type: ignore[index]
        slow.write(content[len(content) // 2 :])
    versed.until_state("slow.mp4", "completed")
    assert (versed.inbox / "slow.fountain").read_text().count("Anna opens the door.") == 1


@pytest.mark.needs("chattr")
def test_a_folder_that_cannot_be_written_completes_into_the_state_directory(goes_on: Running, short_film: Path) -> None:
    closed = goes_on.inbox / "closed"
    closed.mkdir()
    shutil.copy(short_film, closed / "film.mp4")
    with unwritable(closed):
        job = goes_on.until_state("film.mp4", "completed")
        assert [path.name for path in closed.iterdir()] == ["film.mp4"]
    script = next(script for script in job["scripts"] if script["format"] == "fountain")
    assert str(goes_on.state) in script["path"]
    assert Path(script["path"]).exists()
    assert "cannot be written" in job["warning"]


@pytest.mark.needs("mount", "umount")
def test_with_no_space_left_the_job_is_held_and_goes_on_once_there_is(versed: Running, short_film: Path) -> None:
    small = versed.inbox / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={short_film.stat().st_size + 100_000}", "none", small], check=True)
    try:
        shutil.copy(short_film, small / "film.mp4")
        filler = small / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        job = versed.until_state("film.mp4", "held")
        assert "space" in job["reason"]
        assert {path.name for path in small.iterdir()} == {"film.mp4", "filler"}
        filler.unlink()
        versed.client.post(f"/jobs/{job['id']}/retry").raise_for_status()
        versed.until_state("film.mp4", "completed")
        assert (small / "film.fountain").read_text().count("Anna opens the door.") == 1
    finally:
        subprocess.run(["umount", "--lazy", small], check=True)


def test_without_ollama_the_job_is_held_and_goes_on_when_it_is_there(
    tmp_path: Path, short_film: Path, short_results: Path, ollama: FakeOllama
) -> None:
    url, running = ollama.url, Running(tmp_path, {"writer": {"engine": "ollama"}}, results=short_results)
    with running:
        shutil.copy(short_film, running.inbox / "film.mp4")
        job = running.until_state("film.mp4", "held")
        assert "Ollama" in job["reason"]
        assert job["next_try"]
        running.configure({"writer": {"engine": "ollama"}, "ollama": {"url": url}})
        running.process.send_signal(signal.SIGHUP)
        running.until(lambda: "read again" in running.log.read_text())
        running.client.post(f"/jobs/{job['id']}/retry").raise_for_status()
        running.until_state("film.mp4", "completed")
    assert (running.inbox / "film.fountain").exists()


def test_with_no_model_that_fits_the_queue_is_held_once_and_names_the_pull(tmp_path: Path, short_film: Path, short_results: Path) -> None:
    with (
        FakeOllama(models=()) as empty,
        Running(tmp_path, {"writer": {"engine": "ollama"}, "ollama": {"url": empty.url}}, results=short_results) as running,
    ):
        for number in range(3):
            shutil.copy(short_film, running.inbox / f"{number}.mp4")
        running.until(lambda: running.status()["counts"].get("held", 0) == 3)
        holds = running.status()["holds"]
        assert [(hold["cause"], hold["jobs"]) for hold in holds] == [("model", 3)]
        assert holds[0]["advice"].startswith("ollama pull ")
        assert running.log.read_text().count("WARNING daemon.worker") == 1


def test_a_model_named_by_hand_that_ollama_does_not_have_fails(
    tmp_path: Path, short_film: Path, short_results: Path, ollama: FakeOllama
) -> None:
    settings = {"writer": {"engine": "ollama"}, "ollama": {"url": ollama.url, "writer": "mixtral:8x7b"}}
    with Running(tmp_path, settings, results=short_results) as running:
        shutil.copy(short_film, running.inbox / "film.mp4")
        job = running.until_state("film.mp4", "failed")
        assert "mixtral:8x7b" in job["reason"]
        assert job["advice"] == "ollama pull mixtral:8x7b"


def test_an_ollama_that_breaks_off_is_asked_again(tmp_path: Path, short_film: Path, short_results: Path, ollama: FakeOllama) -> None:
    settings = {"writer": {"engine": "ollama"}, "ollama": {"url": ollama.url}}
    ollama.fail(FaultKind.BREAK)
    with Running(tmp_path, settings, results=short_results) as running:
        shutil.copy(short_film, running.inbox / "film.mp4")
        running.until_state("film.mp4", "completed")
    assert (running.inbox / "film.fountain").read_text().count("Anna opens the door.") == 1


def test_a_new_inbox_with_two_hundred_films_is_paused_and_says_how_many(tmp_path: Path) -> None:
    running = Running(tmp_path)
    for number in range(200):
        (running.inbox / f"{number}.mp4").write_bytes(b"x")
    with running:
        running.until(lambda: running.status()["counts"].get("paused", 0) == 200)
        job = running.jobs()[0]
        assert "200" in job["reason"]
        assert "resume" in job["reason"] + job["advice"]
        assert running.status()["counts"].get("processing", 0) == 0


def test_a_typo_in_the_configuration_ends_with_every_problem_at_once(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("inboxs: []\nwhisper:\n  modle: small\nsettle: soon\n")
    running = Running.__new__(Running)
    running.folder = tmp_path
    done = subprocess.run(running.command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 78
    problems = done.stderr.splitlines()
    assert [problem.startswith(f"{config}:{line}:") for problem, line in zip(problems, (1, 3, 4), strict=True)] == [True] * 3
    assert "'inboxes'" in problems[0]
    assert "'model'" in problems[1]


def test_a_second_daemon_on_the_same_state_says_so_and_leaves_the_first_alone(daemon: Running) -> None:
    done = subprocess.run(daemon.command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "another daemon" in done.stderr
    assert daemon.status()["version"]


def test_a_job_that_is_cancelled_ends_at_once(daemon: Running, demo_film: Path) -> None:
    shutil.copy(demo_film, daemon.inbox / "film.mp4")
    job = daemon.until(lambda: (job := daemon.job("film.mp4")) and job["state"] == "processing" and job)
    daemon.client.post(f"/jobs/{job['id']}/cancel").raise_for_status()
    daemon.until_state("film.mp4", "cancelled")
    assert not list(daemon.inbox.glob("*.fountain"))
    daemon.client.post(f"/jobs/{job['id']}/retry").raise_for_status()
    daemon.until_state("film.mp4", "completed")


def test_the_table_is_whole_after_all(daemon: Running, short_film: Path) -> None:
    shutil.copy(short_film, daemon.inbox / "film.mp4")
    daemon.until_state("film.mp4", "completed")
    with contextlib.closing(sqlite3.connect(f"file:{daemon.state / 'reelscribe.db'}?mode=ro", uri=True)) as table:
        assert table.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert table.execute("PRAGMA journal_mode").fetchone() == ("wal",)
