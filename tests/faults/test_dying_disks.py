"""Disks that die, close themselves or fill up under a running daemon: it says so, answers all the while, and goes on once they are back."""

import contextlib
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.running import WITHIN, Json, Running
from tests.faults.plug import Disk, disk

pytestmark = [pytest.mark.faults, pytest.mark.needs("mount", "umount", "mkfs.ext4", "mkfs.xfs")]

AT_ONCE = 1.0  # seconds: a monitor's patience
OFTEN: Json = {"watch": {"rescan": 2}}
SMALL = 8 << 20  # bytes


def dropped(film: Path, to: Path) -> None:
    """A film that is in a folder for good."""
    part = to.with_name(f".{to.name}.part")
    shutil.copy(film, part)
    part.rename(to)
    for path in (to, to.parent):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def answer(running: Running, path: str = "/status") -> tuple[int, Json]:
    """Status and document of an answer that came at once, in the quickest of three tries: the machine may be busy."""
    took = []
    for _ in range(3):
        began = time.monotonic()
        answered = running.client.get(path)
        took.append(time.monotonic() - began)
    assert min(took) < AT_ONCE
    return answered.status_code, answered.json()


def logged(running: Running, text: str) -> None:
    """Returns once the log has this text: a table that is shut tells no events to wait for."""
    deadline = time.monotonic() + WITHIN
    while text not in running.log.read_text():
        assert time.monotonic() < deadline, running.log.read_text()
        threading.Event().wait(0.2)


def in_stage(running: Running, stage: str) -> None:
    running.until(lambda: (running.job("film.mp4") or {}).get("stage") == stage)


@pytest.fixture(params=["ext4", "xfs"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    with disk(tmp_path, request.param) as made:
        yield made


@pytest.fixture
def below(made: Disk) -> Json:
    """The inbox is a folder of that disk."""
    (made.at / "films").mkdir()
    return {"inboxes": [{"path": str(made.at / "films")}]}


def test_a_film_whose_disk_dies_while_it_is_worked_on_waits_for_it(tmp_path: Path, short_film: Path, made: Disk, below: Json) -> None:
    with Running(tmp_path, OFTEN | below) as running:
        dropped(short_film, made.at / "films" / "film.mp4")
        in_stage(running, "analyse")
        made.pull()
        job = running.until_state("film.mp4", "held")
        assert (job["cause"], "Input/output error" in job["reason"]) == ("folder", True)
        assert answer(running)[0] == 200
        made.unplug()
        made.plug_in()
        assert running.until_state("film.mp4", "completed")["attempt"] == 1
        assert sorted(path.name for path in (made.at / "films").iterdir()) == ["film.fountain", "film.md", "film.mp4"]


def test_a_film_whose_disk_dies_while_it_arrives_says_so(tmp_path: Path, wordless_film: Path, made: Disk, below: Json) -> None:
    with Running(tmp_path, OFTEN | below | {"settle": 3}) as running:
        dropped(wordless_film, made.at / "films" / "film.mp4")
        running.until_state("film.mp4", "arriving")
        made.pull()
        running.until(lambda: "does not answer" in running.jobs()[0]["reason"] or answer(running)[1]["inboxes"][0]["watched"] == "missing")
        made.unplug()
        made.plug_in()
        running.until_state("film.mp4", "completed")


def test_an_inbox_that_becomes_read_only_has_its_scripts_elsewhere(tmp_path: Path, wordless_film: Path, made: Disk, below: Json) -> None:
    with Running(tmp_path, OFTEN | below) as running:
        dropped(wordless_film, made.at / "films" / "film.mp4")
        in_stage(running, "analyse")
        made.remount("ro")
        assert "cannot be written" in running.until_state("film.mp4", "completed")["warning"]
        assert answer(running)[0] == 200
        assert [path.name for path in (made.at / "films").iterdir()] == ["film.mp4"]
        made.remount("rw")
        dropped(wordless_film, made.at / "films" / "next.mp4")
        running.until_state("next.mp4", "completed")
        assert (made.at / "films" / "next.fountain").exists()


@pytest.mark.parametrize(("made", "dies"), [("ext4", Disk.pull), ("ext4", Disk.go_wrong), ("xfs", Disk.pull)], indirect=["made"])
def test_a_daemon_whose_own_disk_dies_waits_and_begins_anew_on_it(
    tmp_path: Path, wordless_film: Path, made: Disk, dies: Callable[[Disk], None]
) -> None:
    running = Running(tmp_path, OFTEN | {"state_dir": str(made.at / "state")}).start()
    dropped(wordless_film, running.inbox / "film.mp4")
    in_stage(running, "analyse")
    dies(made)
    logged(running, "waiting for the job table: The disk that holds the job table fails.")
    status, said = answer(running, "/alerts")
    assert "The disk that holds the job table fails." in (said["detail"] if status == 503 else said["items"][0]["message"])
    assert running.process.poll() is None
    made.unplug()
    made.plug_in()
    assert running.process.wait(WITHIN) == 1  # so that systemd starts it again
    assert "Another disk or file lies where the job table was." in running.log.read_text()
    running.client.close()
    with running:
        running.until_state("film.mp4", "completed")
        assert len(running.jobs()) == 1
    assert sorted(path.name for path in running.inbox.iterdir()) == ["film.fountain", "film.md", "film.mp4"]


def test_with_every_disk_full_a_film_waits_for_each(tmp_path: Path, wordless_film: Path) -> None:
    inbox, state, work = tmp_path / "inbox", tmp_path / "state", tmp_path / "state" / "artefacts"
    with contextlib.ExitStack() as mounts:
        for folder in (inbox, state, work):
            mounts.enter_context(small(folder))
        with Running(tmp_path, {"state_dir": str(state)}) as running:
            shutil.copy(wordless_film, inbox / ".film.part")
            for folder in (inbox, work, state):
                fill(folder)
            (inbox / ".film.part").rename(inbox / "film.mp4")
            logged(running, "what was found could not be noted")
            assert "is full" in answer(running, "/alerts")[1]["items"][0]["message"]
            (state / "filler").unlink()
            for roomier in (work, inbox):
                job = running.until_state("film.mp4", "held")
                assert (job["cause"], "no space left" in job["reason"]) == ("disk", True)
                (roomier / "filler").unlink()
                running.client.post(f"/jobs/{job['id']}/retry").raise_for_status()
                running.until(lambda: running.job("film.mp4")["state"] != "held")  # type: ignore[index]
            running.until_state("film.mp4", "completed")
            assert answer(running, "/alerts")[1]["items"] == []
            assert sorted(path.name for path in inbox.iterdir()) == ["film.fountain", "film.md", "film.mp4"]


@contextlib.contextmanager
def small(folder: Path) -> Iterator[None]:
    """A disk of its own for a folder."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "none", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> None:
    """Takes the last byte that a disk has."""
    with (folder / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
