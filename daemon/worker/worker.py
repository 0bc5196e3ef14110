"""Takes the next job through its stages, one job and one stage at a time.

The loop's only state is the job under way; everything else is in the job table. What becomes of that job meanwhile (a person
cancels or pauses it, its folder goes away) reaches the worker as an event of the table, and ends the stage that runs.
"""

import asyncio
import logging
import os
import random
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from daemon.contract.errors import MustWait, ReelscribeError, TryAgain
from daemon.contract.evidence import Probe, SkipPlan
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.contract.task import Note, Progress, Report
from daemon.contract.values import shown
from daemon.jobs.rows import EventRow, JobRow, RunOutcome
from daemon.jobs.store import Store
from daemon.stages.publish import Published
from daemon.stages.recipe import Order, Step
from daemon.worker import backoff
from daemon.worker.artefacts import Artefacts
from daemon.worker.child import Crashed, Stalled
from daemon.worker.pace import Pace
from daemon.worker.trip import Trip

log = logging.getLogger(__name__)

Ending = Callable[[], Any]
"""What tells the table how a run ended."""

WRITABLE_AGAIN = 5.0  # seconds between two tries to note a job's end in a table that cannot be written


class SourceChanged(TryAgain):
    """The file is not the one that the job was taken for."""


class Worker:
    """Works through the job table. ``run`` is the loop; ``step`` is one turn of it.

    ``take_order`` makes the order of a job: reads the person's choices, finds where its script goes. It may raise any
    ``ReelscribeError``.
    """

    def __init__(
        self,
        store: Store,
        artefacts: Artefacts,
        take_order: Callable[[JobRow], Order],
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._artefacts = artefacts
        self._take_order = take_order
        self._clock = clock
        self._chance = chance
        self._awake = asyncio.Event()
        self._job: JobRow | None = None
        self._travel_task: asyncio.Task[Ending] | None = None
        self._interrupted = False
        store.on_event(self._hear)

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            self._awake.clear()
            if not await self.step(self._clock()):
                await self._sleep()

    async def step(self, now: float) -> bool:
        """Takes one job as far as it goes; False: there is none to take."""
        job = self._store.claim(now)
        if job is None:
            return False
        self._job, self._interrupted = job, False
        self._travel_task = asyncio.create_task(self._travel(job))
        try:
            ending = await self._travel_task
        except asyncio.CancelledError:
            if self._interrupted:
                return True
            self._job = None
            self._store.move(job.id, JobState.PENDING, reason="the service was stopped; goes on where it was", was=JobState.PROCESSING)
            raise
        except Exception as error:
            ending = self._ending(job, error)
        finally:
            self._job = self._travel_task = None
        await self._note_end(ending)
        return True

    def _hear(self, event: EventRow) -> None:
        """Called by the store after each change."""
        self._awake.set()
        job = self._job
        if job and event.job_id == job.id and event.type == "job.changed" and event.data.get("state") != JobState.PROCESSING:
            self._interrupted = True
            if self._travel_task:
                self._travel_task.cancel()

    async def _sleep(self) -> None:
        """Until something changed in the table, or a job's time has come."""
        due = self._store.next_due()
        timeout = None if due is None else max(0.0, due - self._clock())
        try:
            await asyncio.wait_for(self._awake.wait(), timeout)
        except TimeoutError:
            self._store.due(self._clock())

    async def _travel(self, job: JobRow) -> Ending:
        order = self._take_order(job)
        trip = Trip(order, job.recipe, self._artefacts)
        pace = Pace([step.stage for step in trip.steps], time.monotonic())
        while step := trip.upcoming:
            self._check_source(job)
            await self._take(job, trip, step, pace)
        warning = " ".join(trip.read(Stage.PUBLISH, Published).notes)
        return lambda: self._store.complete(job.id, order.stamp, warning)

    async def _take(self, job: JobRow, trip: Trip, step: Step, pace: Pace) -> None:
        hear = partial(self._report, job, step, pace)
        await trip.prepare(step, hear)
        self._prepared(step)
        if trip.is_kept(step):
            pace.keeps(step.stage)
            self._store.stage_kept(job.id, step.stage, trip.key(step))
            await trip.take(hear)
        else:
            self._store.progress(job.id, step.stage, *pace.at(step.stage, 0.0, time.monotonic()))
            await self._make(job, trip, step, hear)
        self._file(job, trip, step.stage)

    async def _make(self, job: JobRow, trip: Trip, step: Step, hear: Callable[[Report], None]) -> None:
        run = self._store.stage_started(job.id, step.stage, trip.key(step))
        try:
            taken = await trip.take(hear)
        except BaseException as error:
            self._store.stage_ended(run, _outcome(error), error=str(error))
            raise
        self._store.stage_ended(run, "done", record=taken.record, peak_memory=taken.record.get("peak_memory"))

    def _report(self, job: JobRow, step: Step, pace: Pace, report: Report) -> None:
        if isinstance(report, Progress):
            self._store.progress(job.id, step.stage, *pace.at(step.stage, report.done / (report.total or 1), time.monotonic()))
        elif isinstance(report, Note):
            log.info("%s: %s", shown(job.path), report.text)

    def _prepared(self, step: Step) -> None:
        """A writer was found: whoever waited for one goes on."""
        if step.stage is Stage.WRITE:
            for cause in (HoldCause.OLLAMA, HoldCause.MODEL):
                self._store.release(cause)

    def _file(self, job: JobRow, trip: Trip, stage: Stage) -> None:
        """Notes in the table what people ask about."""
        match stage:
            case Stage.PROBE:
                probe = trip.read(stage, Probe)
                self._store.probed(job.id, probe.digest, probe.model_dump(mode="json"))
            case Stage.SKIPS:
                self._store.skips_planned(job.id, trip.read(stage, SkipPlan).skips)
            case Stage.PUBLISH:
                self._note_published(job, trip.read(stage, Published))

    def _note_published(self, job: JobRow, published: Published) -> None:
        known = self._store.written(job.id)
        files = [(os.fsencode(file.path), file.format, file.sha256, file.version) for file in published.files]
        fresh = [file for file in files if known.get(file[0]) != file[2]]
        if fresh:
            version = max(version for *_, version in fresh)
            self._store.published(job.id, version, [(path, kind, digest) for path, kind, digest, _ in fresh])
        self._store.release(HoldCause.DISK)

    def _check_source(self, job: JobRow) -> None:
        row = self._store.job(job.id)
        if row is None or row.stale:
            raise SourceChanged("the file changed while it was worked on")

    def _ending(self, job: JobRow, error: Exception) -> Ending:
        """What the table is told of a run that ended badly."""
        now = self._clock()
        match error:
            case Crashed() | Stalled():
                again = now + backoff.delay(job.tries, self._chance())
                return lambda: self._store.crashed(job.id, f"{error.message}\n{error.detail}".strip(), again)
            case MustWait():
                return lambda: self._hold(job, error, now + backoff.HOLD[error.cause])
            case TryAgain():
                again = now + backoff.delay(job.tries, self._chance())
                return lambda: self._move(job, JobState.PENDING, error, not_before=again)
            case ReelscribeError():
                log.warning("%s failed: %s", shown(job.path), error.message)
                return lambda: self._move(job, JobState.FAILED, error)
            case _:
                log.error("%s failed by a fault of Reelscribe", shown(job.path), exc_info=error)
                fault = ReelscribeError(f"a fault of Reelscribe: {error!r}", "Retry the job; if it fails again, report this with the log.")
                return lambda: self._move(job, JobState.FAILED, fault)

    def _hold(self, job: JobRow, error: MustWait, until: float) -> None:
        """Holds a job. What it waits for is said once, however many jobs wait for it."""
        said = any(hold.cause == error.cause for hold in self._store.holds())
        self._move(job, JobState.HELD, error, cause=error.cause, not_before=until)
        if not said:
            log.warning("waiting: %s. %s", error.message, error.advice)
            self._store.announce({"hold": error.cause, "reason": error.message, "advice": error.advice})

    def _move(self, job: JobRow, to: JobState, error: ReelscribeError, **more: Any) -> None:
        more |= {"reason": error.message, "advice": error.advice, "detail": error.detail}
        self._store.move(job.id, to, was=JobState.PROCESSING, **more)  # a person may have been quicker

    async def _note_end(self, ending: Ending) -> None:
        """Writes how the job ended, as often as it takes: on a full disk the table cannot be written either."""
        while True:
            try:
                ending()
            except (MustWait, TryAgain) as error:
                log.warning("the job table cannot be written: %s", error.message)
                await asyncio.sleep(WRITABLE_AGAIN)
            else:
                return


def _outcome(error: BaseException) -> RunOutcome:
    """How a stage's run ended, as its row says it."""
    match error:
        case Crashed() | Stalled():
            return "crashed"
        case MustWait():
            return "held"
        case TryAgain():
            return "again"
        case Exception():
            return "failed"
        case _:
            return "stopped"
