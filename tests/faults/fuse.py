"""A daemon that dies at a step of the test's choice, and what must hold of a film afterwards."""

import fcntl
import json
import os
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import httpx

from daemon.stages.recipe import RECIPES
from tests.end_to_end.running import WITHIN, Json
from tests.faults.fused.sitecustomize import ROOM
from tests.faults.storm import Quick

FUSED = Path(__file__).with_name("fused")
STANDING = "SELECT state, attempt, tries, crashes, crashed_stage, stale FROM job WHERE id = ?"
SCREENPLAY = [step.stage for step in RECIPES["screenplay"] if step.kept]
CRASHED = ("Goes on where it was cut short.", "The work on it crashed; it is tried again.")
Seen = dict[Path, tuple[int, int]]


class Fused(Quick):
    """A daemon with a fuse (``tests/faults/fused``): ``light`` it, and see where it ``ended``."""

    def __init__(self, folder: Path, settings: Json) -> None:
        super().__init__(folder, settings)
        self._fuse = folder / "fuse"
        self._fuse.touch()
        os.mkfifo(folder / "end")
        self.put_out()

    @property
    def command(self) -> list[str]:
        path = os.pathsep.join(filter(None, (str(FUSED), os.environ.get("PYTHONPATH"))))
        return ["env", f"PYTHONPATH={path}", f"FUSED_HOME={self.folder}", *super().command]

    def light(self, steps: int, whom: str) -> None:
        """Right before step number ``steps`` who takes it dies; ``whom`` is ``all``: the daemon with its stage, at a step of the stage."""
        with self._fuse.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.truncate(0)
            file.write(f"{steps:9} {whom}".encode().ljust(ROOM))

    def put_out(self) -> None:
        self.light(0, "one")

    @property
    def ended(self) -> str:
        """The step at which the fuse ended, with whose it was; none: it burns still, or was put out."""
        return self._fuse.read_bytes()[ROOM:].decode()

    def lives_through(self, name: str) -> Seen:
        """Waits until the film ``name`` is completed, and starts the daemon again if it dies. Gives what was finished by then."""
        try:
            self.until_state(name, "completed")
        except (httpx.TransportError, AssertionError):
            assert self.process.wait(WITHIN) == -signal.SIGKILL, self.log.read_text()
        else:
            return {}
        finished = self.finished()
        self.client.close()
        self.start()
        self.until_state(name, "completed")
        return finished

    def dies(self) -> None:
        """Starts the daemon, and returns once the fuse has ended it, ready or not."""
        try:
            self.start()
        except AssertionError:
            pass
        else:
            self.client.close()
        assert self.process.wait(WITHIN) == -signal.SIGKILL, self.log.read_text()

    def finished(self) -> Seen:
        """What stages made, and when; the same made again would be another file."""
        made = (self.state / "artefacts").glob("*/*/result.json")
        return {path: identity(path) for path in made if path.parts[-3] not in {"making", "publish"}}


def identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


def assert_done_once(running: Fused, name: str, finished: Seen) -> None:
    """The film's job is at its first attempt, none of its stages that had finished ran again, and at most one was cut short."""
    job = running.job(name)
    assert job
    with closing(sqlite3.connect(running.state / "reelscribe.db")) as table:
        assert table.execute(STANDING, (job["id"],)).fetchall() == [("completed", 1, 0, 0, None, 0)]
        runs = table.execute("SELECT stage, key, outcome FROM stage_run WHERE job_id = ? AND stage != 'publish'", (job["id"],)).fetchall()
        events = [json.loads(data) for (data,) in table.execute("SELECT data FROM event WHERE job = ?", (job["id"],))]
    done = Counter((stage, key) for stage, key, outcome in runs if outcome == "done")
    assert {stage for stage, _ in done} == set(SCREENPLAY)
    assert set(done.values()) == {1}
    cut_short = len(runs) - done.total()
    crashes = sum(event.get("reason") in CRASHED for event in events)
    assert cut_short <= crashes <= 1
    assert finished.items() <= running.finished().items()
