"""Disks that run out of names, and a daemon that stands still for a while."""

import shutil
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from tests.end_to_end.running import Running

pytestmark = pytest.mark.faults

INODES = 20


@pytest.mark.needs("mount", "umount")
def test_with_no_names_left_the_job_is_held_and_goes_on_once_there_are(tmp_path: Path, wordless_film: Path) -> None:
    with Running(tmp_path) as running:
        small = running.inbox / "small"
        small.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size=20m,nr_inodes={INODES}", "none", small], check=True)
        try:
            shutil.copy(wordless_film, small / ".film.part")
            fillers = []
            try:
                for number in range(INODES):
                    fillers.append(small / f".filler{number}")
                    fillers[-1].touch()
            except OSError:
                fillers.pop()
            (small / ".film.part").rename(small / "film.mp4")
            job = running.until_state("film.mp4", "held")
            assert "space" in job["reason"]
            for filler in fillers:
                filler.unlink()
            running.client.post(f"/jobs/{job['id']}/retry").raise_for_status()
            running.until_state("film.mp4", "completed")
            assert sorted(path.name for path in small.iterdir()) == ["film.fountain", "film.md", "film.mp4"]
        finally:
            subprocess.run(["umount", "--lazy", small], check=True)


def test_a_daemon_that_stood_still_does_nothing_twice(tmp_path: Path, wordless_film: Path) -> None:
    with Running(tmp_path) as running:
        shutil.copy(wordless_film, running.inbox / "film.mp4")
        running.until(lambda: (running.job("film.mp4") or {}).get("state") == "processing")
        running.process.send_signal(signal.SIGSTOP)
        threading.Event().wait(5)  # its child goes on alone
        running.process.send_signal(signal.SIGCONT)
        assert running.until_state("film.mp4", "completed")["attempt"] == 1
        assert sorted(path.name for path in running.inbox.iterdir()) == ["film.fountain", "film.md", "film.mp4"]
