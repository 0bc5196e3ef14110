"""An hour in a second: the real table and the real worker on a clock that is set, with stages that are done before they are asked.

Arrivals, an Ollama that goes and comes, restarts: nothing lost, nothing doubled. A whole day of a whole daemon is in ``tests/faults``.
"""

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest

from config.places import Places
from config.settings import Settings
from daemon.contract.errors import MustWait
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.contract.task import Finished, Report, Request
from daemon.jobs.rows import JobRow
from daemon.jobs.store import Facts, Store
from daemon.stages import probe, publish
from daemon.stages.task import RESULT, Task
from daemon.worker import child
from daemon.worker.artefacts import Artefacts
from daemon.worker.orders import order_for
from daemon.worker.worker import Worker

HOUR = 3600.0


class Child:
    """Stands where the stages' process does: films are probed and scripts published, what lies between is taken from a shelf."""

    def __init__(self, shelf: Path) -> None:
        self._shelf = shelf
        self.ollama = True
        self.done: list[tuple[Stage, Path]] = []

    async def run(self, request: Request, _on_report: Callable[[Report], None], *_limits: float) -> Finished:
        if request.stage is Stage.WRITE and not self.ollama:
            raise MustWait(HoldCause.OLLAMA, "Ollama does not answer", "Start it.")
        if request.stage in (Stage.PROBE, Stage.PUBLISH):
            task = Task(request)
            with redirect_stdout(StringIO()):
                made: Any = (probe if request.stage is Stage.PROBE else publish).run(task)
            (request.out / RESULT).write_text(made.model_dump_json())
        else:
            shutil.copytree(min((self._shelf / request.stage).iterdir()), request.out, dirs_exist_ok=True)
        self.done.append((request.stage, request.source))
        return Finished()


class Hour:
    """Films arrive, Ollama goes and comes, the service is started anew: by a seed."""

    def __init__(self, folder: Path, film: Path, child: Child, settings: Settings, seed: int) -> None:
        self.now = 0.0
        self.films: list[Path] = []
        self.restarts = 0
        self._folder, self._film, self.child, self._settings = folder, film, child, settings
        self._chance = Random(seed)
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        self._open()

    def _open(self) -> None:
        state = self._folder / "state"
        places = Places(state=state, models=state / "models", socket=state / "s", environ={})
        self.store = Store.open(state / "reelscribe.db", lambda: self.now)
        self.store.recover()

        def order(job: JobRow) -> Any:
            return order_for(Path(job.path.decode()), self.inbox, self._settings, places)

        self.worker = Worker(self.store, Artefacts(state / "artefacts"), order, clock=lambda: self.now, chance=self._chance.random)

    def restart(self) -> None:
        self.store.close()
        self.restarts += 1
        self._open()

    def arrive(self) -> None:
        path = self.inbox / f"film {len(self.films):04}.mp4"
        path.write_bytes(self._film.read_bytes() + (16).to_bytes(4, "big") + b"free" + len(self.films).to_bytes(8, "big"))
        self.films.append(path)
        at = path.stat()
        facts = Facts(at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns)
        self.store.settled(self.store.arrive(bytes(path), bytes(self.inbox), facts, "screenplay"), facts)

    async def last(self) -> None:
        """Minute by minute; at its end Ollama is there and everything is worked off."""
        while self.now < HOUR:
            await self.minute()
        self.child.ollama = True
        for _ in range(30):
            await self._work()

    async def minute(self) -> None:
        if self._chance.random() < 0.1:
            self.arrive()
        if self._chance.random() < 0.02:
            self.child.ollama = not self.child.ollama
        if self._chance.random() < 0.01:
            self.restart()
        await self._work()

    async def _work(self) -> None:
        self.now += 60.0
        self.store.due(self.now)
        while await self.worker.step(self.now):
            pass

    def completed(self) -> int:
        return self.store.counts()[JobState.COMPLETED]


@pytest.fixture
def hour(tmp_path: Path, short_film: Path, artefacts: Artefacts, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Hour:
    stand_in = Child(artefacts.root)
    monkeypatch.setattr(child, "run", stand_in.run)
    return Hour(tmp_path, short_film, stand_in, settings, seed=5)


async def test_an_hour(hour: Hour) -> None:
    await hour.last()
    assert hour.films
    assert hour.completed() == len(hour.films) == len(list(hour.inbox.glob("*.fountain")))
    assert sum(hour.store.counts().values()) == len(hour.films)
    assert Counter(hour.child.done) == {(stage, film): 1 for stage in Stage for film in hour.films}
    hour.store.close()
