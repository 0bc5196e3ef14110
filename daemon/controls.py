"""What a person can make the daemon do, by way of the socket: a move in the job table, which inbox and worker follow."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

from config.places import Places
from config.settings import Settings
from daemon.api import views
from daemon.api.controls import System
from daemon.contract.alerts import Alert
from daemon.contract.doctor import Finding
from daemon.contract.jobs import Why
from daemon.contract.states import JobState
from daemon.contract.status import Forecast, MemoryUse
from daemon.contract.values import shown
from daemon.doctor.examine import Patient, examined
from daemon.editing import learning
from daemon.editing.choosing import Choosing
from daemon.editing.scripts import Scripts
from daemon.editing.timeline import Timelines
from daemon.inbox.keeper import Keeper
from daemon.jobs.holding import in_slices
from daemon.jobs.store import IllegalMove, Store
from daemon.llm.machine import memory as memory_of_the_machine
from daemon.stages.recipe import RECIPES
from daemon.upkeep import alerts
from daemon.upkeep.surroundings import Surroundings
from daemon.worker.artefacts import Artefacts
from daemon.worker.history import History, Range
from daemon.worker.memory import budget
from daemon.worker.staleness import Staleness

WAITING = (JobState.ARRIVING, JobState.PENDING, JobState.HELD)


class Controls:
    """The daemon's ``daemon.api.controls.Controls``. Errors are those of the store and of the inbox."""

    def __init__(
        self, store: Store, keeper: Keeper, artefacts: Artefacts, places: Places, settings: Callable[[], Settings], history: History
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._artefacts = artefacts
        self._settings = settings
        self._places = places
        self._history = history
        self._surroundings = Surroundings(settings, places.state)
        self._examining = asyncio.Lock()
        self._pulse = alerts.Pulse(store, time.time)
        self.choices = Choosing(store, places, settings, keeper.look_at)
        self.scripts = Scripts(store, artefacts, self.choices, Staleness(settings, places.models))
        self.timelines = Timelines(store, artefacts, self.choices, self.scripts)

    @property
    def price(self) -> float | None:
        """What a million tokens cost, as the settings say."""
        return self._settings().ollama.price

    async def add(self, path: Path) -> int:
        """Takes a video wherever it lies."""
        return await self._keeper.add(path)

    async def why(self, path: Path) -> Why:
        """What becomes of a file."""
        answer = self._keeper.why(path)
        return Why(path=shown(path), answer=answer.answer, advice=answer.advice, job=views.job(answer.job) if answer.job else None)

    async def retry(self, job_id: int) -> None:
        """Another run of a job that ended; one that is held tries again at once."""
        job = self._store.job(job_id)
        if job and job.state in (JobState.ARRIVING, JobState.PAUSED):
            raise IllegalMove(f"A job that is {job.state} cannot be retried.", "It has not been tried yet.")
        with self._store.together():
            self._store.move(job_id, JobState.PENDING, reason="retried by hand")
            self._store.ask_anew(job_id)

    async def cancel(self, job_id: int) -> None:
        """Ends a job; the worker hears of it and ends the stage that runs."""
        self._store.move(job_id, JobState.CANCELLED, reason="cancelled by hand")

    async def pause(self, job_id: int) -> None:
        """Stops a job; what it has done is kept."""
        self._store.move(job_id, JobState.PAUSED, reason="paused by hand", advice=f"reelscribe resume {job_id}")

    async def resume(self, job_id: int) -> None:
        """Lets a paused job wait its turn."""
        job = self._store.job(job_id)
        if job and job.state is not JobState.PAUSED:
            raise IllegalMove(f"A job that is {job.state} cannot be resumed.", "Only a paused one can.")
        self._store.move(job_id, JobState.PENDING)

    async def resume_all(self, inbox: Path | None) -> int:
        """Lets every paused job wait its turn, or those of one inbox."""
        return await in_slices(lambda: self._store.resume(None if inbox is None else os.fsencode(inbox)))

    async def delete(self, job_id: int) -> None:
        """Forgets a job and the results that no other job uses."""
        documents = self._store.documents(job_id)
        artefacts = self._store.delete(job_id)
        for digest in self._store.unused(documents):
            await asyncio.to_thread(self._store.editions.drop, digest)
        for artefact in artefacts:
            await asyncio.to_thread(self._artefacts.drop, self._artefacts.folder(artefact.stage, artefact.key))

    async def learn(self, job_id: int) -> tuple[int, ...]:
        """Learns what was left out of a film by hand, for those that follow."""
        return await learning.learn(self._store, self._artefacts, job_id)

    async def forget(self, learned_id: int) -> None:
        """Takes a learned range back."""
        self._store.forget(learned_id)

    def system(self) -> System:
        """The inboxes as they are watched, and memory."""
        machine = memory_of_the_machine()
        memory = MemoryUse(limit=budget.limit(self._settings()), used=machine.total - machine.available)
        return System(inboxes=self._keeper.inboxes(), memory=memory)

    async def looked_around(self) -> System:
        """The same, with Ollama, the disks and a forecast; nothing slow is waited for."""
        system = self.system()
        seen = await self._surroundings.seen(os.fsencode(inbox.path_bytes) for inbox in system.inboxes)
        inboxes = tuple(one.model_copy(update={"free": seen.free.get(os.fsencode(one.path_bytes))}) for one in system.inboxes)
        more = {"inboxes": inboxes, "ollama": seen.ollama, "disk": seen.disk, "forecast": self._forecast()}
        return system.model_copy(update=more)

    def _forecast(self) -> Forecast | None:
        """When nothing waits any more, as things went here so far. What is paused is not counted."""
        counts = self._store.counts()
        films = sum(counts.get(state, 0) for state in WAITING)
        running = self._store.page(state=JobState.PROCESSING, limit=1).items
        now = Range(running[0].eta_low or 0.0, running[0].eta_high or 0.0) if running else Range(0.0, 0.0)
        total = self._history.queue([step.stage for step in RECIPES["screenplay"]], films).plus(now)
        return Forecast(films=films + len(running), low=total.low, high=total.high) if films or running else None

    async def alerts(self, since: float) -> tuple[Alert, ...]:
        """What a person should look at. Ollama is asked only where films wait for it."""
        now = time.time()
        known = alerts.facts(self._store, self._keeper.inboxes(), self._pulse.at, now, since)
        silent = await budget.silence(self._settings()) if known.waiting or known.running else ""
        return alerts.alerts(known.model_copy(update={"silent": silent}), now)

    async def doctor(self, *, speed: bool) -> tuple[Finding, ...]:
        """Looks at everything from here, one examination at a time."""
        newest = next((event.at for event in self._store.events_after(self._store.last_event() - 1, 1)), None)
        async with self._examining:
            busy = bool(self._store.page(state=JobState.PROCESSING, limit=1).items)
            patient = Patient(self._settings(), self._places, self._keeper.inboxes(), newest, busy)
            return await examined(patient, speed=speed)
