"""The worker on a real table, with real stages: what becomes of a job, and of the stage that runs when somebody has other plans."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from config.places import Places
from config.settings import Settings
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.jobs.errors import DiskFull
from daemon.jobs.store import EventRow, Facts, JobRow, Store
from daemon.stages.recipe import SCREENPLAY
from daemon.worker import patience
from daemon.worker import worker as module
from daemon.worker.artefacts import Artefacts
from daemon.worker.orders import Orders
from daemon.worker.worker import Worker
from tests.daemon.inbox.conftest import DEADLINE, reached
from tests.daemon.jobs.conftest import Clock
from tests.daemon.media.films import three
from tests.daemon.worker.conftest import BeginWith
from tests.daemon.worker.films import drafting
from tests.fakes.ollama import FakeOllama

ROOM = 1_000_000  # pages that a table may have once its disk has room again
MINUTE = 60.0
HANGS = "if STAGE == 'probe': signal.pause()\n"


class Bench:
    """A worker, its table and its inbox. ``settings`` may be changed at any time."""

    def __init__(self, folder: Path, artefacts: Artefacts, places: Places, settings: Settings, clock: Clock) -> None:
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        self.clock = clock
        self.settings = settings
        self.store = Store.open(folder / "jobs.db", clock)
        self.events: list[EventRow] = []
        self._told = asyncio.Event()
        self.worker = Worker(
            self.store, artefacts, Orders(self.store, places, lambda: self.settings, lambda *_: "stamp"), clock, lambda: 0.5
        )
        self.store.on_event(self._hear)

    def _hear(self, event: EventRow) -> None:
        self.events.append(event)
        self._told.set()

    def film(self, source: Path, name: str = "film.mp4") -> JobRow:
        """A film in the inbox that waits its turn."""
        path = Path(shutil.copy(source, self.inbox / name))
        number = self.store.arrive(os.fsencode(path), os.fsencode(self.inbox), Facts.of(path.stat()), "screenplay")
        return self.store.move(number, JobState.PENDING)

    def job(self, job: JobRow) -> JobRow:
        found = self.store.job(job.id)
        assert found
        return found

    async def step(self) -> bool:
        return await self.worker.step(self.clock.now)

    async def later(self, seconds: float) -> bool:
        """The next step, so much later."""
        self.clock.now += seconds
        self.store.due(self.clock.now)
        return await self.step()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE):
            while not true():
                self._told.clear()
                await self._told.wait()

    async def in_stage(self, job: JobRow, stage: Stage) -> "asyncio.Task[bool]":
        """A step that has come to this stage."""
        task = asyncio.create_task(self.step())
        await self.until(lambda: self.job(job).stage is stage)
        await reached(lambda: bool(psutil.Process().children()))
        return task

    def announced(self) -> list[dict[str, Any]]:
        return [event.data for event in self.events if event.type == "system.changed"]

    def fill(self) -> None:
        """Fills the table's disk to the last byte."""
        self.store._db.pragma("max_page_count", self.store._db.pragma("page_count"))
        with contextlib.suppress(DiskFull):
            while True:
                self.store.announce({})

    def empty(self) -> None:
        self.store._db.pragma("max_page_count", ROOM)


@pytest.fixture
async def bench(tmp_path: Path, artefacts: Artefacts, places: Places, settings: Settings) -> AsyncIterator[Bench]:
    clock = Clock()
    clock.now = 1_000_000.0
    bench = Bench(tmp_path, artefacts, places, settings, clock)
    yield bench
    bench.store.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries again at once to write to a table that is full."""
    monkeypatch.setattr(patience, "AGAIN", 0.01)


# How a job ends


async def test_a_job_goes_all_the_way(bench: Bench, short_film: Path) -> None:
    job = bench.film(short_film)
    assert await bench.step()
    done = bench.job(job)
    assert (done.state, done.progress, done.overrides) == (JobState.COMPLETED, 1.0, "stamp")
    assert done.digest
    assert [run.stage for run in bench.store.stages(job.id)] == [step.stage for step in SCREENPLAY]
    assert [run.stage for run in bench.store.stages(job.id) if run.peak_memory] == [Stage.PROBE, Stage.PUBLISH]
    scripts = {script.path for script in bench.store.scripts(job.id)}
    assert scripts == {os.fsencode(bench.inbox / name) for name in ("film.fountain", "film.md")}
    assert not await bench.step()


async def test_another_run_that_changes_nothing_publishes_nothing_new(bench: Bench, short_film: Path) -> None:
    job = bench.film(short_film)
    await bench.step()
    before = bench.store.scripts(job.id)
    bench.store.move(job.id, JobState.PENDING)
    await bench.step()
    assert bench.store.scripts(job.id) == before
    assert not list(bench.inbox.glob("*.v2.*"))


async def test_what_is_no_film_fails_with_reason_and_advice_and_the_next_goes_on(bench: Bench, text_film: Path, short_film: Path) -> None:
    bad, good = bench.film(text_film, "bad.mp4"), bench.film(short_film, "good.mp4")
    await bench.step()
    failed = bench.job(bad)
    assert failed.state is JobState.FAILED
    assert failed.reason
    assert failed.advice
    assert [run.outcome for run in bench.store.stages(bad.id)] == ["failed"]
    await bench.step()
    assert bench.job(good).state is JobState.COMPLETED


async def test_a_film_that_is_not_whole_says_what_is_missing_with_the_job_and_with_the_script(bench: Bench, tmp_path: Path) -> None:
    film = three(tmp_path / "film.mp4", "-movflags", "+faststart")
    film.write_bytes(film.read_bytes()[: film.stat().st_size * 6 // 10])
    job = bench.film(film)
    await bench.step()
    done = bench.job(job)
    assert done.state is JobState.COMPLETED
    said = "The film says that it has 108 pictures; "
    assert said in done.warning
    assert said in (bench.inbox / "film.fountain").read_text()
    assert any(said in event.data.get("text", "") for event in bench.events if event.type == "job.note")


@pytest.mark.logs_errors
async def test_a_fault_of_ours_fails_the_job_and_is_logged(
    bench: Bench, short_film: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def faulty(_job: JobRow) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr(bench.worker, "_take_order", faulty)
    job = bench.film(short_film)
    assert await bench.step()
    assert bench.job(job).state is JobState.FAILED
    assert "surprise" in bench.job(job).reason
    assert "Traceback" in caplog.text


async def test_a_film_that_cannot_be_reached_is_waited_for(bench: Bench, short_film: Path) -> None:
    job = bench.film(short_film)
    (bench.inbox / "film.mp4").rename(bench.inbox / "elsewhere")
    await bench.step()
    assert (bench.job(job).state, bench.job(job).cause) == (JobState.HELD, HoldCause.FOLDER)
    (bench.inbox / "elsewhere").rename(bench.inbox / "film.mp4")
    await bench.later(MINUTE)
    assert bench.job(job).state is JobState.COMPLETED


# Waiting for Ollama


async def test_what_is_waited_for_is_said_once_however_many_wait_and_however_often_they_look(
    bench: Bench, short_film: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bench.settings = drafting(writer={"engine": "ollama"})
    jobs = [bench.film(short_film, f"{number}.mp4") for number in range(3)]
    for _ in jobs:
        assert await bench.step()
    assert {bench.job(job).state for job in jobs} == {JobState.HELD}
    assert [(hold.cause, hold.jobs) for hold in bench.store.holds()] == [(HoldCause.OLLAMA, 3)]
    assert await bench.later(MINUTE)
    assert caplog.text.count("waiting: ") == 1
    assert [told["hold"] for told in bench.announced()] == [HoldCause.OLLAMA]


async def test_what_was_over_and_comes_again_is_said_again(bench: Bench, short_film: Path, ollama: FakeOllama) -> None:
    nobody, somebody = drafting(writer={"engine": "ollama"}), drafting(writer={"engine": "ollama"}, ollama={"url": ollama.url})
    for settings in (nobody, somebody):
        bench.settings = settings
        bench.film(short_film)
        await bench.later(MINUTE)
    bench.settings = nobody
    bench.film(short_film, "another.mp4")
    await bench.step()
    assert len(bench.announced()) == 2


async def test_the_first_that_a_model_writes_releases_the_others(bench: Bench, short_film: Path, ollama: FakeOllama) -> None:
    bench.settings = drafting(writer={"engine": "ollama"})
    first, second = bench.film(short_film, "first.mp4"), bench.film(short_film, "second.mp4")
    await bench.step()
    await bench.step()
    bench.settings = drafting(writer={"engine": "ollama"}, ollama={"url": ollama.url}, script={"style": "documentary"})
    await bench.later(MINUTE)
    assert bench.job(first).state is JobState.COMPLETED
    assert bench.job(second).state is JobState.PENDING


async def test_a_draft_releases_nobody(bench: Bench, short_film: Path) -> None:
    bench.settings = drafting(writer={"engine": "ollama"})
    waiting = bench.film(short_film, "waiting.mp4")
    await bench.step()
    (bench.inbox / "drafted.reelscribe.yaml").write_text("writer: {engine: draft}\n")
    drafted = bench.film(short_film, "drafted.mp4")
    await bench.step()
    assert bench.job(drafted).state is JobState.COMPLETED
    assert bench.job(waiting).state is JobState.HELD


# Crashes


async def test_three_crashes_in_one_stage_fail_a_job_while_others_go_on(
    bench: Bench, wordless_film: Path, short_film: Path, begin_with: BeginWith
) -> None:
    # No test finishes with this film, so that its analysis is never kept.
    begin_with("if STAGE == 'analyse': os.kill(os.getpid(), signal.SIGKILL)\n")
    bad, good = bench.film(wordless_film, "bad.mp4"), bench.film(short_film, "good.mp4")
    await bench.step()
    crashed = bench.job(bad)
    assert (crashed.state, crashed.tries) == (JobState.PENDING, 1)
    assert crashed.not_before == bench.clock.now + 15
    assert "SIGKILL" in crashed.detail
    await bench.step()
    assert bench.job(good).state is JobState.COMPLETED
    await bench.later(15)
    assert bench.job(bad).not_before == bench.clock.now + 30
    await bench.later(30)
    assert bench.job(bad).state is JobState.FAILED
    assert "crashed repeatedly" in bench.job(bad).reason
    assert [run.outcome for run in bench.store.stages(bad.id) if run.stage is Stage.ANALYSE] == ["crashed"] * 3


# Other plans


def gone(bench: Bench, job: JobRow) -> None:
    bench.store.gone(job.id, "its file is gone")


def cancelled(bench: Bench, job: JobRow) -> None:
    bench.store.move(job.id, JobState.CANCELLED, reason="cancelled by hand")


def paused(bench: Bench, job: JobRow) -> None:
    bench.store.move(job.id, JobState.PAUSED, reason="paused by hand")


def unmounted(bench: Bench, _job: JobRow) -> None:
    bench.store.hold_folder(os.fsencode(bench.inbox), "the disk is not there", "")


@pytest.mark.parametrize(
    ("other_plans", "state"),
    [(gone, JobState.CANCELLED), (cancelled, JobState.CANCELLED), (paused, JobState.PAUSED), (unmounted, JobState.HELD)],
)
async def test_somebody_with_other_plans_ends_the_stage_and_the_job_stays_as_they_said(
    bench: Bench, short_film: Path, begin_with: BeginWith, other_plans: Callable[[Bench, JobRow], None], state: JobState
) -> None:
    begin_with(HANGS)
    job = bench.film(short_film)
    step = await bench.in_stage(job, Stage.PROBE)
    other_plans(bench, job)
    said = bench.job(job).reason
    assert await step
    assert psutil.Process().children() == []
    assert (bench.job(job).state, bench.job(job).reason) == (state, said)
    assert [run.outcome for run in bench.store.stages(job.id)] == ["stopped"]


async def test_what_becomes_of_another_job_ends_nothing(bench: Bench, tmp_path: Path, short_film: Path, begin_with: BeginWith) -> None:
    os.mkfifo(tmp_path / "gate")
    begin_with(f"if STAGE == 'publish': open({str(tmp_path / 'gate')!r}).read()\n")
    job, other = bench.film(short_film), bench.film(short_film, "other.mp4")
    step = await bench.in_stage(job, Stage.PUBLISH)
    bench.store.move(other.id, JobState.CANCELLED)
    await asyncio.to_thread((tmp_path / "gate").write_bytes, b"")
    await step
    assert bench.job(job).state is JobState.COMPLETED


async def test_when_the_service_stops_the_job_goes_back_to_where_it_was(bench: Bench, short_film: Path, begin_with: BeginWith) -> None:
    begin_with(HANGS)
    job = bench.film(short_film)
    step = await bench.in_stage(job, Stage.PROBE)
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step
    assert (bench.job(job).state, bench.job(job).stage) == (JobState.PENDING, Stage.PROBE)
    assert "stopped" in bench.job(job).reason


async def test_a_service_that_stops_while_a_job_is_cancelled_stops_all_the_same(
    bench: Bench, short_film: Path, begin_with: BeginWith
) -> None:
    begin_with(HANGS)
    job = bench.film(short_film)
    step = await bench.in_stage(job, Stage.PROBE)
    cancelled(bench, job)
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step
    assert bench.job(job).state is JobState.CANCELLED


async def test_a_film_that_was_replaced_meanwhile_arrives_again(
    bench: Bench, tmp_path: Path, short_film: Path, begin_with: BeginWith
) -> None:
    os.mkfifo(tmp_path / "gate")
    begin_with(f"if STAGE == 'probe': open({str(tmp_path / 'gate')!r}).read()\n")
    job = bench.film(short_film)
    step = await bench.in_stage(job, Stage.PROBE)
    path = bench.inbox / "film.mp4"
    path.write_bytes(path.read_bytes() + b"more")
    bench.store.changed(job.id, Facts.of(path.stat()))
    await asyncio.to_thread((tmp_path / "gate").write_bytes, b"")
    await step
    assert bench.job(job).state is JobState.ARRIVING
    assert not list(bench.inbox.glob("*.fountain"))


async def test_a_film_that_moved_meanwhile_is_written_where_it_lies(
    bench: Bench, tmp_path: Path, short_film: Path, begin_with: BeginWith
) -> None:
    os.mkfifo(tmp_path / "gate")
    begin_with(f"if STAGE == 'continuity': open({str(tmp_path / 'gate')!r}).read()\n")
    bench.settings = drafting(script={"chunk": 61})  # so that nothing of this is kept
    job = bench.film(short_film)
    step = await bench.in_stage(job, Stage.CONTINUITY)
    moved = (bench.inbox / "film.mp4").rename(bench.inbox / "moved.mp4")
    await asyncio.to_thread((tmp_path / "gate").write_bytes, b"")
    await step
    assert bench.job(job).state is JobState.PENDING
    assert "moved" in bench.job(job).reason
    bench.store.renamed(job.video_id, os.fsencode(moved), Facts.of(moved.stat()))
    begin_with("")
    await bench.later(20)
    assert [path.name for path in bench.inbox.glob("*.fountain")] == ["moved.fountain"]


# A table that cannot be written


@pytest.mark.usefixtures("impatient")
async def test_a_full_disk_under_the_table_delays_a_job(bench: Bench, short_film: Path, caplog: pytest.LogCaptureFixture) -> None:
    job = bench.film(short_film)
    bench.fill()
    step = asyncio.create_task(bench.step())
    await reached(lambda: "waiting for the job table" in caplog.text)
    bench.empty()
    assert await step
    assert bench.job(job).state is JobState.COMPLETED
    assert caplog.text.count("waiting for the job table") == 1


@pytest.mark.usefixtures("impatient")
async def test_a_disk_that_fills_while_a_stage_runs_holds_the_job_until_there_is_room(
    bench: Bench, tmp_path: Path, short_film: Path, begin_with: BeginWith, caplog: pytest.LogCaptureFixture
) -> None:
    os.mkfifo(tmp_path / "gate")
    begin_with(f"if STAGE == 'publish': open({str(tmp_path / 'gate')!r}).read()\n")
    job = bench.film(short_film)
    step = await bench.in_stage(job, Stage.PUBLISH)
    bench.fill()
    await asyncio.to_thread((tmp_path / "gate").write_bytes, b"")
    await reached(lambda: "waiting for the job table" in caplog.text)
    bench.empty()
    assert await step
    assert (bench.job(job).state, bench.job(job).cause) == (JobState.HELD, HoldCause.DISK)
    begin_with("")
    await bench.later(MINUTE)
    assert bench.job(job).state is JobState.COMPLETED


@pytest.mark.usefixtures("impatient")
async def test_a_service_stops_on_a_full_disk_too(bench: Bench, short_film: Path, begin_with: BeginWith) -> None:
    begin_with(HANGS)
    job = bench.film(short_film)
    step = await bench.in_stage(job, Stage.PROBE)
    bench.fill()
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step
    with pytest.raises(DiskFull):
        bench.store.recover()
    bench.empty()
    assert bench.store.recover() == [job.id]


# The loop


@contextlib.asynccontextmanager
async def at_work(worker: Worker) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_it_wakes_for_a_film_that_comes(bench: Bench, short_film: Path) -> None:
    async with at_work(bench.worker):
        job = bench.film(short_film)
        await bench.until(lambda: bench.job(job).state is JobState.COMPLETED)


async def test_it_wakes_when_the_time_of_a_job_has_come(bench: Bench, short_film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_SLEEP", 0.01)
    waiting, held = bench.film(short_film), bench.film(short_film, "held.mp4")
    bench.store.move(held.id, JobState.HELD, cause=HoldCause.OVERRIDE, not_before=bench.clock.now + 60)
    bench.store.move(waiting.id, JobState.PROCESSING)
    bench.store.move(waiting.id, JobState.PENDING, not_before=bench.clock.now + 30)
    async with at_work(bench.worker):
        assert {bench.job(job).state for job in (waiting, held)} == {JobState.PENDING, JobState.HELD}
        bench.clock.now += 30
        await bench.until(lambda: bench.job(waiting).state is JobState.COMPLETED)
        assert bench.job(held).state is JobState.HELD
        bench.clock.now += 30
        await bench.until(lambda: bench.job(held).state is JobState.COMPLETED)
