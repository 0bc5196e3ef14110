"""What waiting films cost: loads of models for eight of them, and the time to take the next of a million.

Figures: loads for eight films that wait together, with eyes and a writer, each load counted by a server that does as Ollama does; and,
for a table of a million waiting jobs, milliseconds to find whose turn it is and to take it. Each line says what it must be.
"""

import asyncio
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

import daemon.demo
from config.places import Places
from config.settings import Settings
from daemon.contract.states import JobState
from daemon.demo import film, sets
from daemon.demo.film import Scene
from daemon.jobs.store import Facts, Store
from daemon.worker.artefacts import Artefacts
from daemon.worker.orders import Orders
from daemon.worker.turns import Turns
from daemon.worker.worker import Worker
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.models import EYES, LLAMA_8B

FILMS = 8
JOBS = 1_000_000
TAKEN = 200
SCENES = (sets.kitchen, sets.window, sets.street, sets.station, sets.train, sets.office, sets.bridge, sets.black)

FILL_VIDEOS = """
INSERT INTO video (path, inbox, device, inode, size, mtime_ns, ctime_ns)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
SELECT CAST(i AS BLOB), x'2f', 1, i, 1, 1, 1 FROM n
"""
FILL_JOBS = """
INSERT INTO job (video_id, recipe, state, created, updated, needs)
SELECT id, 'screenplay', 'pending', 0, 0, CASE id % 3 WHEN 0 THEN 'writer' WHEN 1 THEN 'eyes' ELSE '' END FROM video
"""


def main() -> None:
    print(f"{'figure':66} {'median':>8} {'least':>8} {'most':>8}   must be")
    with tempfile.TemporaryDirectory() as folder:
        report(f"loads of two models for {FILMS} films that wait", [float(asyncio.run(loads(Path(folder))))], "= 2")
        finding, taking = times(Path(folder))
        report(f"whose turn it is of {JOBS} jobs, ms", finding, "<= 0.5")
        report("taking it, with the disk's own time for a write that is safe, ms", taking, "<= 1 and a sync")


def report(figure: str, values: list[float], must: str) -> None:
    print(f"{figure:66} {statistics.median(values):8.3f} {min(values):8.3f} {max(values):8.3f}   {must}", flush=True)


async def loads(folder: Path) -> int:
    """How many there are until every film has its script."""
    (folder / "inbox").mkdir()
    model = Path(daemon.demo.__file__).with_name("asr")
    with FakeOllama([EYES, LLAMA_8B]) as server, closing(Store.open(folder / "jobs.db")) as store:
        settings = Settings.model_validate({"whisper": {"model": str(model)}, "ollama": {"url": server.url}, "memory": {"limit": 16 << 30}})
        places = Places(state=folder / "state", models=folder / "models", socket=folder / "socket", environ={})
        orders = Orders(store, places, lambda: settings, lambda *_: "")
        for number in range(FILMS):
            path = folder / "inbox" / f"{number}.mp4"
            film.make(path, scenes=(Scene(1.5 + number / 10, SCENES[number]), Scene(1.5, SCENES[(number + 3) % FILMS])))
            job = store.arrive(bytes(path), bytes(path.parent), Facts.of(path.stat()), "screenplay")
            store.move(job, JobState.PENDING)
        worker = Worker(store, Artefacts(folder / "artefacts"), orders)
        while await worker.step(time.time()):
            pass
        assert store.counts()[JobState.COMPLETED] == FILMS
        return len(server.scheduler.loads)


def times(folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds for finding each job, and for taking it."""
    with closing(Store.open(folder / "million.db")) as store:
        with store.together():
            store._db.execute_sql(FILL_VIDEOS, (JOBS,))  # type: ignore[no-untyped-call]
            store._db.execute_sql(FILL_JOBS)  # type: ignore[no-untyped-call]
        turns, finding, taking = Turns(store), list[float](), list[float]()
        turns.resident = "writer"
        for _ in range(TAKEN):
            begun = time.perf_counter()
            number = turns.next(8)
            found = time.perf_counter()
            job = store.claim(time.time(), number)
            finding.append((found - begun) * 1000)
            taking.append((time.perf_counter() - found) * 1000)
            assert job
            store.complete(job.id, "")
        return finding, taking


if __name__ == "__main__":
    main()
