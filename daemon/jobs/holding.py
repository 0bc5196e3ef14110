"""The store as people and timers write it: hold and release, order, trim, delete."""

import asyncio
from collections.abc import Callable
from typing import Any

from peewee import fn

from daemon.contract.states import HoldCause, JobState, Stage
from daemon.jobs.errors import IllegalMove
from daemon.jobs.ledger import FACTS, Ledger, plainly, waited
from daemon.jobs.rows import Artefact, JobRow
from daemon.jobs.tables import Event, Job, Removed, StageRun, Video

SHARED = (HoldCause.OLLAMA, HoldCause.MODEL, HoldCause.MEMORY, HoldCause.DISK)
"""What is there for every job or for none."""

SLICE = 1000  # jobs that are moved in one commit; everybody else waits meanwhile, some 30 ms
POSTPONED = 60.0  # seconds, in which the first of those that wait for one thing has seen whether it is there


class Holding(Ledger):
    """Jobs that wait, and jobs that are done with."""

    def hold_folder(self, inbox: bytes, reason: str, advice: str) -> int:
        """Holds what waits or runs in an inbox that is missing, ``SLICE`` jobs at the most. Gives how many."""
        said = {"reason": reason, "advice": advice, "cause": HoldCause.FOLDER}
        with self.together():
            running = self._ids((Job.state == JobState.PROCESSING) & (Video.inbox == inbox))
            for number in running:
                self._move(self._job(number), JobState.HELD, **said)
            waiting = self._ids((Job.state == JobState.PENDING) & (Video.inbox == inbox), SLICE)
            return len(running) + self._stand_all(waiting, JobState.PENDING, JobState.HELD, **said)

    def release(self, cause: HoldCause, inbox: bytes | None = None) -> int:
        """What this cause held is pending again (in one inbox, or everywhere), ``SLICE`` jobs at the most. Gives how many."""
        with self.together():
            held = self._ids((Job.state == JobState.HELD) & (Job.cause == cause) & _within(inbox), SLICE)
            return self._stand_all(held, JobState.HELD, JobState.PENDING)

    def due(self, now: float) -> int:
        """Held jobs whose next try has come are pending again, ``SLICE`` at the most. Gives how many.

        Of those that wait for one thing in ``SHARED`` the first alone goes to see whether it is there; ``release`` lets the others follow.
        """
        self.try_again()
        with self.together():
            alone = self._due(now, Job.cause.not_in(SHARED), SLICE)
            scouts = [job_id for cause in SHARED for job_id in self._due(now, Job.cause == cause, 1)]
            lifted = self._stand_all([*alone, *scouts], JobState.HELD, JobState.PENDING)
            Job.update(not_before=now + POSTPONED).where(waited(JobState.HELD, now) & Job.cause.in_(SHARED)).execute(self._db)
            return lifted

    def resume(self, inbox: bytes | None = None) -> int:
        """Paused jobs (of one inbox, or everywhere) wait their turn again, ``SLICE`` at the most. Gives how many."""
        with self.together():
            paused = self._ids((Job.state == JobState.PAUSED) & _within(inbox), SLICE)
            return self._stand_all(paused, JobState.PAUSED, JobState.PENDING)

    def prioritise(self, job_id: int, priority: int) -> None:
        """Puts a job before all of lower priority."""
        with self.together():
            job = self._job(job_id)
            self._set(job_id, priority=priority)
            self._tell_of("job.changed", [job_id], job.state)

    def announce(self, data: dict[str, Any]) -> None:
        """Tells of a change that is no job's: the model that is resident, a folder that is missing."""
        with self.together():
            self._tell("system.changed", None, data)

    def delete(self, job_id: int) -> tuple[Artefact, ...]:
        """Takes a job's rows away, and its video's with the last of its jobs. Gives the artefacts that no other job uses.

        The video, if it is there, is remembered as removed, so that no scan makes a job of it again.

        Raises:
            IllegalMove: it runs; cancel it first.
            NoSuchJob: nobody has that number.
        """
        with self.together():
            job = self._job(job_id)
            if job.state is JobState.PROCESSING:
                raise IllegalMove("A job that runs cannot be deleted.", "Cancel it first.")
            artefacts = self._own_artefacts(job_id)
            Job.delete().where(Job.id == job_id).execute(self._db)
            childless = Job.select(Job.id).where(Job.video == job.video_id).count(self._db) == 0
            if childless:
                self._remember(job)
                Video.delete().where(Video.id == job.video_id).execute(self._db)
            self._live.pop(job_id, None)
            self._tell("job.deleted", job_id, {"id": job_id})
        return artefacts

    def trim(self, events_before: float, keep_events: int = 100_000) -> int:
        """Forgets events older than a time, and all but the newest ``keep_events``. Gives how many."""
        beyond = Event.select(Event.id).order_by(Event.id.desc()).limit(1).offset(keep_events)
        with self.together():
            newest_beyond = beyond.scalar(self._db) or 0
            gone = Event.delete().where((Event.at < events_before) | (Event.id <= newest_beyond))
            return int(gone.execute(self._db))

    def _remember(self, job: JobRow) -> None:
        if not job.gone:
            facts = {name: getattr(job.facts, name) for name in FACTS if name != "ctime_ns"}
            Removed.insert(path=job.path, **facts).on_conflict("REPLACE").execute(self._db)

    def _due(self, now: float, where: Any, most: int) -> list[int]:
        query = Job.select(Job.id).where(waited(JobState.HELD, now) & where).order_by(plainly(Job.id)).limit(most)
        return [int(number) for number in query.scalars(self._db)]

    def _ids(self, where: Any, most: int | None = None) -> list[int]:
        query = Job.select(Job.id).join(Video).where(where).order_by(Job.id).limit(most)
        return [int(number) for number in query.scalars(self._db)]

    def _own_artefacts(self, job_id: int) -> tuple[Artefact, ...]:
        other = StageRun.alias()
        shared = other.select(other.id).where((other.stage == StageRun.stage) & (other.key == StageRun.key) & (other.job != job_id))
        own = StageRun.select(StageRun.stage, StageRun.key).distinct().where((StageRun.job == job_id) & ~fn.EXISTS(shared))
        return tuple(Artefact(stage=Stage(stage), key=key) for stage, key in own.tuples().execute(self._db))


async def in_slices(move: Callable[[], int]) -> int:
    """Moves jobs, ``SLICE`` each time, until there are no more to move; others have their turn in between. Gives how many."""
    jobs, more = 0, SLICE
    while more >= SLICE:
        more = move()
        jobs += more
        await asyncio.sleep(0)
    return jobs


def _within(inbox: bytes | None) -> Any:
    return (Video.inbox == inbox) if inbox is not None else Video.id.is_null(False)
