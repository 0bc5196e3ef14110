"""What each difference between disk and table does to the table."""

import logging
from collections.abc import Iterable

from daemon.contract.states import HoldCause, JobState
from daemon.inbox.arriving import Arriving
from daemon.inbox.compare import Back, Changed, Difference, Gone, New, Overridden, Renamed, Renumbered
from daemon.inbox.folder import Folder
from daemon.jobs.rows import JobRow, Known
from daemon.jobs.store import IllegalMove, NoSuchJob, Store

log = logging.getLogger(__name__)

GONE = "Its file is gone."
OVERRIDDEN = "Its override changed."


class Apply:
    """Writes differences into the table, and begins or ends looking at files that arrive."""

    def __init__(self, store: Store, arriving: Arriving) -> None:
        self._store = store
        self._arriving = arriving
        self._tried: dict[int, str] = {}  # job held for an override → the stamp with which it was last let go on

    def all(self, differences: Iterable[Difference], folder: Folder, paused: str = "") -> None:
        """In one commit. ``paused``: why new films are to be paused once they are whole."""
        with self._store.together():
            for one in differences:
                try:
                    self._one(one, folder, paused)
                except (IllegalMove, NoSuchJob) as problem:
                    log.debug("The job went elsewhere meanwhile, and the next scan will see: %s", problem.message)

    def _one(self, one: Difference, folder: Folder, paused: str) -> None:
        match one:
            case New():
                self._new(one, folder, paused)
            case Renamed():
                self._renamed(one, folder)
            case Changed():
                self._store.changed(one.known.job_id, one.film.facts)
                self._look_at(self._store.job(one.known.job_id), folder)
            case Back():
                self._back(one, folder)
            case Renumbered():
                self._store.renamed(one.known.video_id, one.film.path, one.film.facts)
            case Overridden():
                self._overridden(one)
            case Gone():
                self._store.gone(one.known.job_id, GONE)
                self._arriving.forget(one.known.job_id)

    def _new(self, new: New, folder: Folder, paused: str) -> None:
        job_id = self._store.arrive(new.film.path, folder.path, new.film.facts, folder.recipe)
        job = self._store.job(job_id)
        if job and job.inbox != folder.path:  # it was added by hand, or another inbox held this folder
            self._store.renamed(job.video_id, new.film.path, new.film.facts, folder.path)
        self._look_at(job, folder, paused)

    def _renamed(self, moved: Renamed, folder: Folder) -> None:
        job_id = self._store.renamed(moved.known.video_id, moved.film.path, moved.film.facts, folder.path)
        arrival = self._arriving.at(moved.known.path)
        self._arriving.forget(moved.known.job_id)
        job = self._store.job(job_id)
        if job and job.cause is HoldCause.FOLDER:  # it was looked for under its old name
            self._store.move(job.id, JobState.PENDING)
        self._look_at(job, folder, arrival.paused if arrival else "")

    def _back(self, back: Back, folder: Folder) -> None:
        if back.known.state is JobState.CANCELLED:
            self._store.arrive(back.film.path, folder.path, back.film.facts, folder.recipe)
            self._look_at(self._store.job(back.known.job_id), folder)
        else:
            self._store.renamed(back.known.video_id, back.film.path, back.film.facts)

    def _overridden(self, one: Overridden) -> None:
        if one.known.state is not JobState.HELD:
            self._store.reopen(one.known.job_id, OVERRIDDEN, one.film.overrides)
        elif self._tried.get(one.known.job_id) != one.film.overrides:
            self._let_go_on(one.known, one.film.overrides)

    def _let_go_on(self, known: Known, overrides: str) -> None:
        self._tried[known.job_id] = overrides
        job = self._store.job(known.job_id)
        if job and job.cause is HoldCause.OVERRIDE:
            self._store.move(job.id, JobState.PENDING, reason=OVERRIDDEN)

    def _look_at(self, job: JobRow | None, folder: Folder, paused: str = "") -> None:
        if job and job.state is JobState.ARRIVING:
            self._arriving.begin(job.id, folder.path, job.path, paused)
