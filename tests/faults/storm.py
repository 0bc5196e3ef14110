"""A queue of films under a storm of kills: what runs, what is killed, and what must hold afterwards."""

import random
import re
import signal
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from itertools import cycle
from pathlib import Path

import psutil

from daemon.screenplay.formats import mark
from daemon.screenplay.formats.listed import FORMATS
from tests.end_to_end.running import Json, Running

QUICK = """
import sys
from daemon.worker import backoff
backoff.FIRST = 0.2
sys.argv[0] = "daemon"
from daemon.__main__ import main
main()
"""
"""A daemon that tries again soon what was killed; otherwise as it is."""


KIND = FORMATS["fountain"].mark
DONE_TWICE = """
SELECT job_id, stage, key, count(*) FROM stage_run WHERE outcome = 'done' AND ended > started AND stage != 'publish'
GROUP BY 1, 2, 3 HAVING count(*) > 1
"""
"""A row without a duration notes in a later attempt that the result was there."""


class Quick(Running):
    """A daemon with a short back-off."""

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-P", "-c", QUICK, "serve", "--config", str(self.folder / "config.yaml")]


def films(inbox: Path, pictures: Sequence[Path], number: int) -> list[str]:
    """So many films of these pictures in turn: a box that nobody reads makes each a film of its own. Gives their names."""
    names = [f"film {count:03}.mp4" for count in range(number)]
    for count, (name, picture) in enumerate(zip(names, cycle(pictures), strict=False)):
        drop(inbox / name, picture, count)
    return names


def drop(film: Path, picture: Path, number: int) -> None:
    """Puts the film of this number there, whole at once."""
    copied = film.with_name(f".{film.name}.part")
    copied.write_bytes(picture.read_bytes() + (16).to_bytes(4, "big") + b"free" + number.to_bytes(8, "big"))
    copied.rename(film)


class Storm:
    """Kills the daemon or one of its children, ``kills`` times, at moments that ``seed`` chooses."""

    def __init__(self, running: Running, seed: int, longest: float = 2.5) -> None:
        self.struck: Counter[str] = Counter()
        self.resumed = 0  # jobs that three kills in one stage had ended, and a person took up again
        self._running = running
        self._chance = random.Random(seed)
        self._longest = longest

    def rage(self, kills: int) -> None:
        while self.struck.total() < kills:
            _pass(self._chance.uniform(0.02, self._longest))
            if self._chance.random() < 0.5:
                self._kill_a_child()
            else:
                self._kill_the_daemon()

    def until_done(self, number: int, within: float) -> None:
        """Waits until so many jobs are completed; what was killed too often is taken up again."""
        deadline = time.monotonic() + within
        while self._running.status()["counts"].get("completed", 0) < number:
            assert time.monotonic() < deadline, (self._running.status(), self._running.log.read_text()[-3000:])
            self.resume()
            _pass(0.2)

    def resume(self) -> None:
        """As a person would, after ``crashed repeatedly``; any other failure is one of the test."""
        failed: list[Json] = self._running.client.get("/jobs", params={"state": "failed"}).raise_for_status().json()["items"]
        for job in failed:
            assert job["reason"].startswith("crashed repeatedly"), job
            self._running.client.post(f"/jobs/{job['id']}/retry").raise_for_status()
            self.resumed += 1

    def _kill_a_child(self) -> None:
        try:
            children = psutil.Process(self._running.process.pid).children(recursive=True)
            if not children:
                return
            self._chance.choice(children).kill()
            self.struck["child"] += 1
        except psutil.NoSuchProcess:
            return

    def _kill_the_daemon(self) -> None:
        self._running.stop(signal.SIGKILL)
        self.struck["daemon"] += 1
        self._running.start()


def _pass(seconds: float) -> None:
    """The storm's own clock: there is no event for a random moment."""
    threading.Event().wait(seconds)


def assert_calm(running: Running, scripts: Mapping[str, bytes]) -> None:
    """Every film has its one script, that of its name; nothing was done twice and nothing is left over. The daemon has stopped."""
    names = {Path(name).with_suffix(".fountain").name: name for name in scripts}
    assert {path.name for path in running.inbox.iterdir()} == names.keys() | scripts.keys()
    for script, name in names.items():
        assert (running.inbox / script).read_bytes() == scripts[name], name
    assert not list((running.state / "artefacts" / "making").glob("*"))
    assert not list(running.state.rglob("*.part"))
    with closing(sqlite3.connect(running.state / "reelscribe.db")) as table:
        assert table.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert table.execute("SELECT count(*), count(DISTINCT video_id) FROM job").fetchone() == (len(scripts), len(scripts))
        assert table.execute(DONE_TWICE).fetchall() == []
        assert table.execute("SELECT count(*) FROM script GROUP BY job_id, format HAVING count(*) > 1").fetchall() == []


def script_of(running: Running, film: str) -> bytes:
    """The script that lies next to ``film``."""
    return (running.inbox / film).with_suffix(".fountain").read_bytes()


def until_all(running: Running, number: int) -> None:
    """Waits until so many jobs are completed, of which none may fail."""

    def done() -> bool:
        counts: Json = running.status()["counts"]
        assert not counts.get("failed"), counts
        return bool(counts.get("completed", 0) == number)

    running.until(done)


def called(script: bytes, stem: str, version: int = 1) -> bytes:
    """The same script (of version 1) of a film of that name, as this version: its title differs, and so the digest in its mark."""
    content = script[: script.rindex(b"\n/* reelscribe script")]
    assert mark.marked(content, 1, KIND) == script
    return mark.marked(re.sub(rb"^Title: .*", b"Title: " + stem.capitalize().encode(), content), version, KIND)
