"""What films tell of each other: which of those before it a film is compared with, and what it tells of them."""

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

from daemon.contract.evidence import Skip, SkipPlan, Span
from daemon.contract.states import Stage
from daemon.contract.values import shown
from daemon.jobs.rows import JobRow
from daemon.jobs.store import Store
from daemon.stages.recipe import Order
from daemon.stages.skip_rules.lessons import Lesson
from daemon.stages.skip_rules.merge import unheeded
from daemon.worker.artefacts import Artefacts


class Relatives:
    """The other films of a job's inbox, by way of the job table."""

    def __init__(self, store: Store, artefacts: Artefacts) -> None:
        self._store = store
        self._artefacts = artefacts

    def introduced(self, order: Order, job: JobRow, digest: str, analysis: str) -> Order:
        """The order with all that came before this film, whose content has this digest and its analysis this key.

        A film whose analysis was trimmed away is left out, of the key as well: what is in the key was heard.
        """
        place = self._store.heard(job.id, digest, analysis)
        return replace(order, relatives=self._folders(self._store.relatives(place)), lessons=self._lessons(place))

    def planned(self, job: JobRow, plan: SkipPlan) -> None:
        """Keeps what is left out and what is suggested, for this film and for those before it."""
        self._store.skips_planned(job.id, plan.skips)
        self._store.suggest(job.id, plan.suggestions)
        self._store.unsuggest(job.id, [one for one in self._store.suggestions(job.id) if unheeded([one], plan.skips)])
        name = shown(job.path.rpartition(b"/")[2])
        for film in plan.elsewhere:
            for other in self._store.jobs_with(film.analysis):
                if other != job.id:
                    self._suggest(other, film.suggestions, name)

    def _suggest(self, job_id: int, suggestions: tuple[Skip, ...], origin: str) -> None:
        """Merely that: a film that is written stays as it is."""
        known: list[Span] = [one for one in self._store.suggestions(job_id) if one.origin != origin]
        self._store.suggest(job_id, unheeded(suggestions, [*known, *self._store.skips(job_id)]), origin)

    def _folders(self, analyses: tuple[str, ...]) -> dict[str, Path]:
        there = (key for key in analyses if self._artefacts.has(Stage.ANALYSE, key))
        return {key: self._artefacts.folder(Stage.ANALYSE, key) for key in there}

    def _lessons(self, place: int) -> tuple[Lesson, ...]:
        return tuple(
            Lesson(id=row.id, seconds=row.end - row.start, sound=b64encode(row.print).decode(), note=row.note)
            for row in self._store.lessons(place)
        )
