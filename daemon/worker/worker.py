"""Takes the next job through its stages, one job and one stage at a time.

The loop's only state is the job under way; everything else is in the job table. What becomes of that job meanwhile (a person
cancels or pauses it, its folder goes away) reaches the worker as an event of the table, and ends the stage that runs.
"""

import asyncio
import contextlib
import logging
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from config.settings import Settings
from daemon.contract.errors import MustWait, TryAgain
from daemon.contract.evidence import Analysis, Probe, SkipPlan
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.contract.task import Note, Progress, Report
from daemon.contract.values import shown
from daemon.jobs.errors import NoSuchJob
from daemon.jobs.rows import EventRow, JobRow
from daemon.jobs.store import Store
from daemon.stages.publish import Published
from daemon.stages.recipe import Order, Step
from daemon.worker import early, hours
from daemon.worker.artefacts import Artefacts
from daemon.worker.child import TooBig
from daemon.worker.endings import Ending, Endings, fields, outcome
from daemon.worker.heartbeat import Heartbeat
from daemon.worker.history import History
from daemon.worker.memory import budget, easing
from daemon.worker.orders import is_unchanged
from daemon.worker.pace import Pace
from daemon.worker.patience import SHUT, patiently
from daemon.worker.relatives import Relatives
from daemon.worker.trip import Taken, Trip
from daemon.worker.turns import GivesWay, Turns
from daemon.worker.versions import Versions

log = logging.getLogger(__name__)

LONGEST_SLEEP = 60.0  # seconds, so that a clock that is put back keeps no job waiting
HEAVY = (Stage.ANALYSE, Stage.TRANSCRIBE)  # with those that ask a model: what quiet hours are for
LONGEST_NOTE = 2000  # characters
MOVED = "the file changed or moved while it was worked on"
MOST_LEGS = 1000  # jobs of which it is remembered what they did before they gave way


class SourceChanged(TryAgain):
    """The file is not the one that the job was taken for."""


@dataclass(frozen=True)
class Leg:
    """What a job did before it gave way to others: the steps it took, and the seconds."""

    attempt: int
    taken: tuple[Taken, ...] = ()
    seconds: float = 0.0

    def of(self, now: Taken) -> Taken:
        """How a step went that was done in this leg and is merely taken now."""
        return next((one for one in self.taken if (one.stage, one.key) == (now.stage, now.key)), now)


class Worker:
    """Works through the job table. ``run`` is the loop; ``step`` is one turn of it.

    ``take_order`` makes the order of a job: reads the person's choices, finds where its script goes. It may raise any
    ``ReelscribeError``. ``settings`` gives those in force; ``history`` learns from every run.
    """

    def __init__(
        self,
        store: Store,
        artefacts: Artefacts,
        take_order: Callable[[JobRow], Order],
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
        heartbeat: Heartbeat | None = None,
        settings: Callable[[], Settings] = Settings,
        history: History | None = None,
    ) -> None:
        self._store = store
        self._artefacts = artefacts
        self._take_order = take_order
        self._clock = clock
        self._heartbeat = heartbeat or Heartbeat()
        self._endings = Endings(store, clock, chance)
        self._relatives = Relatives(store, artefacts)
        self._versions = Versions(store)
        self._settings = settings
        self._history = history or History(store.durations())
        self._turns = Turns(store)
        self._legs: dict[int, Leg] = {}
        self._awake = asyncio.Event()
        self._job: JobRow | None = None
        self._travel_task: asyncio.Task[Ending] | None = None
        store.on_event(self._hear)

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            self._heartbeat.beat()
            self._awake.clear()
            if not await self.step(self._clock()):
                await self._sleep()

    async def step(self, now: float) -> bool:
        """Takes one job as far as it goes; False: there is none to take."""
        job = await patiently(lambda: self._store.claim(now, self._turns.next(self._settings().worker.detour)), self._heartbeat.beat)
        if job is None:
            return False
        self._job = job
        self._travel_task = asyncio.create_task(self._travel(job))
        try:
            await self._heartbeat.beside(self._travel_task)
            ending = self._travel_task.result()
        except asyncio.CancelledError:
            if not _stopped():
                return True  # the table says already what became of the job
            self._put_back(job)
            raise
        except Exception as error:
            ending = self._endings.of(job, error)
        finally:
            self._job = self._travel_task = None
        await patiently(ending, self._heartbeat.beat)
        return True

    def _hear(self, event: EventRow) -> None:
        """Called by the store after each change."""
        self._awake.set()
        job = self._job
        ended = job and event.job_id == job.id and event.type == "job.changed" and event.data.get("state") != JobState.PROCESSING
        if ended and self._travel_task:
            self._travel_task.cancel()

    async def _sleep(self) -> None:
        """Until something changed in the table, or a job's time has come."""
        due = await patiently(self._store.next_due, self._heartbeat.beat)
        rest = LONGEST_SLEEP if due is None else min(max(0.0, due - self._clock()), LONGEST_SLEEP)
        timeout = min(rest, self._heartbeat.every)
        try:
            async with asyncio.timeout(timeout):  # wait_for, in Python 3.11, may miss that the worker is cancelled
                await self._awake.wait()
        except TimeoutError:
            await patiently(lambda: self._store.due(self._clock()), self._heartbeat.beat)

    def _put_back(self, job: JobRow) -> None:
        """The service stops. Where the table cannot be written, the next start finds the job as it is."""
        with contextlib.suppress(*SHUT):
            self._store.move(job.id, JobState.PENDING, reason="the service was stopped; goes on where it was", was=JobState.PROCESSING)

    async def _travel(self, job: JobRow) -> Ending:
        self._heartbeat.expect(0.0)
        order = easing.eased(self._take_order(job), job)
        trip = self._trip(order, job)
        leg, began, taken, notes = self._leg(job), time.monotonic(), list[Taken](), [easing.told(order)]
        pace = Pace([step.stage for step in trip.steps], began, self._history)
        try:
            while step := trip.upcoming:
                self._check_source(job, order)
                if step.stage is Stage.LOOK and await early.is_due(self._store, job, trip):
                    await self._draft_first(job, trip)
                    return await self._travel(job)  # on the ground of what is published by now
                taken.append(leg.of(await self._take(job, trip, step, pace)))
                if step.stage is Stage.RENDER:
                    kept = await self._versions.keep(job, trip, taken, leg.seconds + time.monotonic() - began)
                    trip.order = kept.order
                    notes.append(kept.said)
        except GivesWay as others:
            self._legs[job.id] = Leg(job.attempt, tuple(taken), leg.seconds + time.monotonic() - began)
            return partial(self._store.put_back, job.id, others.model, others.reason)
        notes += [*trip.read(Stage.ANALYSE, Analysis).lacks, *trip.read(Stage.PUBLISH, Published).notes]
        warning = "; ".join(filter(None, notes))
        return self._endings.good(job, order.stamp, warning)

    def _trip(self, order: Order, job: JobRow) -> Trip:
        return Trip(order, job.recipe, self._artefacts, partial(self._store.peak_memory, Stage.TRANSCRIBE))

    def _leg(self, job: JobRow) -> Leg:
        """What the job did in this attempt before it gave way."""
        leg = self._legs.pop(job.id, Leg(job.attempt))
        for forgotten in tuple(self._legs)[:-MOST_LEGS]:
            del self._legs[forgotten]
        return leg if leg.attempt == job.attempt else Leg(job.attempt)

    async def _draft_first(self, job: JobRow, trip: Trip) -> None:
        """Publishes the built-in draft, since the script will take long."""
        began, draft, taken = time.monotonic(), self._trip(early.draft_of(trip.order), job), list[Taken]()
        while draft.upcoming:
            taken.append(await draft.take(lambda _report: None))
            if taken[-1].stage is Stage.RENDER:
                draft.order = (await self._versions.keep(job, draft, taken, time.monotonic() - began)).order
        self._note_published(job, draft.read(Stage.PUBLISH, Published))
        log.info("%s: a draft is published, since the script will take long", shown(job.path))

    async def _take(self, job: JobRow, trip: Trip, step: Step, pace: Pace) -> Taken:
        hear = partial(self._report, job, step, pace)
        self._heartbeat.expect(step.stall)
        await trip.prepare(step, hear)
        if trip.is_kept(step):
            pace.keeps(step.stage)
            self._store.stage_kept(job.id, step.stage, trip.key(step))
            taken = await trip.take(hear)
        else:
            await self._let_begin(job, trip, step)
            self._store.progress(job.id, step.stage, *pace.at(step.stage, 0.0, time.monotonic()))
            began = time.monotonic()
            taken = await self._make(job, trip, step, hear)
            self._history.learn(step.stage, time.monotonic() - began, trip.read(Stage.PROBE, Probe).duration)
        self._file(job, trip, taken)
        if step.stage is Stage.PROBE:
            pace.film = trip.read(Stage.PROBE, Probe).duration
        return taken

    async def _let_begin(self, job: JobRow, trip: Trip, step: Step) -> None:
        """Returns where a step may begin now. Raises OutOfHours, GivesWay, and what admission raises."""
        model, worker = trip.model(step), trip.order.settings.worker
        if model or step.stage in HEAVY:
            hours.check(worker.hours, self._clock())
        if model is not None and self._turns.gives_way(job, model, worker.detour):
            raise GivesWay(model)
        await trip.admit(step)
        if model is not None:
            self._turns.loads(job, model)

    async def _make(self, job: JobRow, trip: Trip, step: Step, hear: Callable[[Report], None]) -> Taken:
        run, began = self._store.stage_started(job.id, step.stage, trip.key(step)), time.monotonic()
        ended = partial(self._store.stage_ended, run)
        try:
            taken = await trip.take(hear)
        except BaseException as error:
            with contextlib.suppress(*SHUT):  # what ended the stage says more
                ended(outcome(error), error=str(error), seconds=time.monotonic() - began)
                self._note(job, step.stage, f"{outcome(error)}: {error}".rstrip(": "))
            if isinstance(error, MustWait) and self._has_moved(job):
                raise SourceChanged(MOVED) from error
            if isinstance(error, TooBig) and step.stage is Stage.TRANSCRIBE:
                raise self._eased(job, trip, error) from error
            raise
        ended("done", record=taken.record, peak_memory=taken.record.get("peak_memory"), seconds=time.monotonic() - began)
        self._note(job, step.stage, "done")
        return taken

    def _eased(self, job: JobRow, trip: Trip, error: TooBig) -> Exception:
        """What becomes of a job whose speech model took too much. Who retries one that failed begins with the settings that are meant."""
        found = easing.after(trip.order, error, budget.room(trip.order.settings).most)
        if isinstance(found, TooBig):
            with contextlib.suppress(*SHUT):
                self._store.ease(job.id, "")
        return found

    def _report(self, job: JobRow, step: Step, pace: Pace, report: Report) -> None:
        self._heartbeat.expect(step.stall)
        if isinstance(report, Progress):
            self._store.progress(job.id, step.stage, *pace.at(step.stage, report.done / (report.total or 1), time.monotonic()))
        elif isinstance(report, Note):
            log.info("%s: %s", shown(job.path), report.text, extra=fields(job, step.stage))
            self._note(job, step.stage, report.text)

    def _note(self, job: JobRow, stage: Stage, text: str) -> None:
        """A line in the job's log. A stage that talks without end is cut short: the log is for a person."""
        with contextlib.suppress(*SHUT, NoSuchJob):
            self._store.note(job.id, stage, text[:LONGEST_NOTE])

    def _file(self, job: JobRow, trip: Trip, taken: Taken) -> None:
        """Notes in the table what people ask about, and what others wait for."""
        match taken.stage:
            case Stage.PROBE:
                probe = trip.read(taken.stage, Probe)
                self._store.probed(job.id, probe.digest, probe.model_dump(mode="json"))
            case Stage.ANALYSE:
                trip.order = self._relatives.introduced(trip.order, job, trip.read(Stage.PROBE, Probe).digest, taken.key)
            case Stage.SKIPS:
                self._relatives.planned(job, trip.read(taken.stage, SkipPlan))
            case Stage.TRANSCRIBE if taken.record.get("load"):
                self._store.release(HoldCause.MEMORY)
            case Stage.WRITE | Stage.REVISE if taken.record.get("calls"):  # a model has written: whoever waits for one goes on
                for cause in (HoldCause.OLLAMA, HoldCause.MODEL, HoldCause.MEMORY):
                    self._store.release(cause)
            case Stage.PUBLISH:
                self._note_published(job, trip.read(taken.stage, Published))

    def _note_published(self, job: JobRow, published: Published) -> None:
        known = self._store.written(job.id)
        files = [(os.fsencode(file.path), file.format, file.sha256, file.version) for file in published.files]
        fresh = [file for file in files if known.get(file[0]) != file[2]]
        if fresh:
            version = max(version for *_, version in fresh)
            self._store.published(job.id, version, [(path, kind, digest) for path, kind, digest, _ in fresh])
        self._store.release(HoldCause.DISK)

    def _check_source(self, job: JobRow, order: Order) -> None:
        if self._has_moved(job) or not is_unchanged(order):
            raise SourceChanged(MOVED)

    def _has_moved(self, job: JobRow) -> bool:
        """Whether the table knows another file, or another name, by now."""
        row = self._store.job(job.id)
        return row is None or row.stale or row.path != job.path


def _stopped() -> bool:
    """Whether it is the worker itself that was cancelled, and not the job under way."""
    worker = asyncio.current_task()
    return worker is not None and worker.cancelling() > 0
