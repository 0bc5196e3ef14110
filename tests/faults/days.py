"""A day and a night with a whole daemon, on a clock that leaps: films are dropped into its inbox, Ollama goes and comes, the daemon is
ended and started anew.
"""

import os
import random
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

import psutil

from daemon.contract.states import Stage
from tests.end_to_end.running import Json, Running
from tests.fakes.ollama import FakeOllama

HOUR = 3600.0
MINUTE = 60.0
ARRIVES, GOES, COMES = 0.1, 0.01, 0.03  # in a minute: a film, and Ollama
COPIES = 0.3
QUIET = (1, 3)  # the hours of the day between which no heavy work may begin
SETTINGS: Json = {
    "settle": 5,
    "writer": {"engine": "ollama"},
    "script": {"formats": ["fountain"]},
    "keep": {"artefacts": 1},
}
SEEN_WORK = 0.01  # seconds between two looks at which stage runs


class Memory(NamedTuple):
    """How many objects Python holds, and how many bytes the process."""

    objects: int
    bytes: int


class Leaping(Running):
    """A daemon whose clock leaps; ``now`` is what it said last, unix seconds. It stands still until it is told to go on."""

    def __init__(self, folder: Path, settings: Json | None = None) -> None:
        super().__init__(folder, settings)
        self.now = time.time() // MINUTE * MINUTE

    @property
    def command(self) -> list[str]:
        leaping = str(Path(__file__).with_name("leaping.py"))
        return [sys.executable, "-P", leaping, str(self.now), "serve", "--config", str(self.folder / "config.yaml")]

    def start(self) -> "Leaping":
        """Returns at its first minute."""
        with self.log.open("ab") as log:
            pipe, environ = subprocess.PIPE, {**os.environ, "TZ": "UTC"}
            self.process = subprocess.Popen(self.command, env=environ, stdin=pipe, stdout=pipe, stderr=log)
        self.finish_minute()
        return self

    def minute(self) -> None:
        """Another one passes; one in which somebody works takes as long as it says."""
        self.go_on()
        self.finish_minute()

    def go_on(self) -> None:
        """The next minute begins."""
        self._say("go on")

    def finish_minute(self) -> None:
        """Returns at the end of the minute that has begun."""
        self.now = float(self._heard())

    def objects(self) -> int:
        """How many it holds."""
        self._say("count")
        return int(self._heard())

    def until_at_work(self, stage: Stage) -> psutil.Process:
        """Goes on until this stage runs, in the middle of a minute; gives its process."""
        self.go_on()
        while not (child := self._child(stage)):
            if select.select([self._out], [], [], SEEN_WORK)[0]:
                self.finish_minute()
                self.go_on()
        return child

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        self.process.communicate()
        return self.process.returncode

    def end(self) -> None:
        """Whatever a test found: nothing runs after it."""
        if self.process.poll() is None:
            self.stop(signal.SIGKILL)

    def _child(self, stage: Stage) -> psutil.Process | None:
        try:
            children = psutil.Process(self.process.pid).children()
            return next((child for child in children if stage in child.cmdline()[-1:]), None)
        except psutil.NoSuchProcess:
            return None

    @property
    def _out(self) -> IO[bytes]:
        assert self.process.stdout
        return self.process.stdout

    def _say(self, word: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{word}\n".encode())
        self.process.stdin.flush()

    def _heard(self) -> str:
        line = self._out.readline().decode()
        assert line, self.log.read_text()[-3000:]
        return line


class Day:
    """What the world does to a daemon, by a seed."""

    def __init__(self, running: Leaping, pictures: Sequence[Path], seed: int) -> None:
        self.running = running
        self.films: list[str] = []
        self.outages = 0
        self.began = running.now
        self._pictures = [picture.read_bytes() for picture in pictures]
        self._busy = True
        self._chance = random.Random(seed)
        self._port = free_port()
        self._ollama: FakeOllama | None = None
        hours = f"{self.time_of_day(QUIET[1])}-{self.time_of_day(QUIET[0])}"
        running.configure(SETTINGS | {"ollama": {"url": f"http://127.0.0.1:{self._port}"}, "worker": {"hours": hours}})

    def __enter__(self) -> "Day":
        self.ollama_comes()
        self.running.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ollama_goes()
        self.running.end()

    def until(self, hours: float) -> None:
        """Goes on until so many hours of the day have passed."""
        while self.running.now < self.began + hours * HOUR:
            if self._busy:
                self._happen()
            self.running.minute()

    def calm_down(self) -> None:
        """No more films, and Ollama is there to stay."""
        self._busy = False
        self.ollama_comes()

    def _happen(self) -> None:
        if self._chance.random() < ARRIVES:
            self.arrive()
        if self._chance.random() < (COMES if self._ollama is None else GOES):
            self.ollama_comes() if self._ollama is None else self.ollama_goes()

    def time_of_day(self, hour: float) -> str:
        """What a clock on the wall shows so many hours after the day began."""
        return f"{datetime.fromtimestamp(self.began + hour * HOUR, UTC):%H:%M}"

    def arrive(self, copies: float = COPIES) -> None:
        """A film is dropped into the inbox; so many of all are copies of one before."""
        number = len(self.films)
        content = self._chance.randrange(1, number) if number > 1 and self._chance.random() < copies else number
        name = f"film {number:03}.mp4"
        (self.running.inbox / name).write_bytes(boxed(self._pictures[content % len(self._pictures)], content))
        self.films.append(name)

    def ollama_goes(self) -> None:
        """Nobody listens at its address any more."""
        if self._ollama:
            self._ollama.close()
            self._ollama, self.outages = None, self.outages + 1

    def ollama_comes(self) -> None:
        if not self._ollama:
            self._ollama = FakeOllama(port=self._port).__enter__()

    def restart(self, number: int) -> None:
        """The daemon is ended where it stands, and started ten minutes later."""
        assert self.running.stop(number) == (0 if number == signal.SIGTERM else -number)
        self.running.now += 10 * MINUTE
        self.running.start()

    def at_work(self, stage: Stage) -> psutil.Process:
        """The process of this stage, of a film that has just arrived."""
        self.ollama_comes()
        self.arrive(copies=0)
        return self.running.until_at_work(stage)

    def memory(self) -> Memory:
        """Of the daemon alone, without its children."""
        return Memory(self.running.objects(), psutil.Process(self.running.process.pid).memory_info().rss)

    def results_of(self, job: int) -> list[Path]:
        """Where the results of a film's stages are kept; without its analysis, with which later films are compared."""
        with closing(sqlite3.connect(self.running.state / "reelscribe.db")) as table:
            made = table.execute("SELECT DISTINCT stage, key FROM stage_run WHERE job_id = ? AND stage != 'analyse'", (job,)).fetchall()
        return [self.running.state / "artefacts" / stage / key for stage, key in made]


def boxed(film: bytes, number: int) -> bytes:
    """The film with a box that nobody reads, by which it is one of its own."""
    return film + (16).to_bytes(4, "big") + b"free" + number.to_bytes(8, "big")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
