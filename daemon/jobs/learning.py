"""The store as films tell of each other: whose sounds came before whose, what was learned, what is suggested.

Only what came before a film counts for it, so that a film that was written gives the same whenever it is done again. ``sound`` has
the order: a film takes its number when it is analysed for the first time, and keeps it.
"""

from collections.abc import Iterable
from typing import Any

from peewee import fn

from daemon.contract import evidence
from daemon.jobs.errors import NoSuchJob
from daemon.jobs.ledger import Ledger
from daemon.jobs.rows import LearnedRow, SuggestionRow
from daemon.jobs.tables import Job, Learned, Sound, Suggestion, Video

RELATIVES = 8  # films that one is compared with: enough to hear an intro twice, few enough to be quick
LESSONS = 200  # learned ranges that are looked for; the newest


class Learning(Ledger):
    """Sounds, learned ranges and suggestions."""

    def heard(self, job_id: int, digest: str, analysis: str) -> int:
        """Notes the analysis of a job's film (its key). Gives the film's place in the order of all, which it keeps."""
        with self.together():
            job = self._job(job_id)
            Sound.delete().where((Sound.video == job.video_id) & (Sound.digest != digest)).execute(self._db)
            row = {"video": job.video_id, "digest": digest, "inbox": job.inbox, "folder": _folder(job.path), "analysis": analysis}
            adding = Sound.insert(row).on_conflict(conflict_target=[Sound.video, Sound.digest], update={Sound.analysis: analysis})
            ((number,),) = adding.returning(Sound.id).tuples().execute(self._db)
            return int(number)

    def relatives(self, place: int) -> tuple[str, ...]:
        """The analyses (keys) of the films that a film at this place is compared with.

        They came before it into the same inbox, those of its own folder first, then the newest. A film that lies in no inbox has
        relatives in its folder alone; copies of itself are none.
        """
        own = Sound.alias()
        same_folder = (Sound.folder == own.folder).desc()
        related = (Sound.inbox == own.inbox) & ((Sound.inbox != b"") | (Sound.folder == own.folder)) & (Sound.digest != own.digest)
        query = Sound.select(Sound.analysis).join(own, on=(own.id == place) & (Sound.id < own.id)).where(related)
        return tuple(key for (key,) in self._read(query.order_by(same_folder, Sound.id.desc()).limit(RELATIVES)))

    def lessons(self, place: int | None = None) -> tuple[LearnedRow, ...]:
        """What was learned before the film at this place came, or all of it: oldest first."""
        names = list(LearnedRow.model_fields)
        query = Learned.select(*(getattr(Learned, name) for name in names)).order_by(Learned.id.desc())
        if place is not None:
            query = query.where(Learned.after < place).limit(LESSONS)
        return tuple(LearnedRow(**dict(zip(names, row, strict=True))) for row in reversed(self._read(query)))

    def learn(self, job_id: int, start: float, end: float, note: str, print_: bytes, film: str) -> int:
        """Keeps a range of a job's film by its sound, for the films that follow. Gives its number; one that is known keeps its own."""
        with self.together():
            digest = self._job(job_id).digest
            after = Sound.select(fn.MAX(Sound.id)).scalar(self._db) or 0
            row = {"digest": digest, "film": film, "start": start, "end": end, "note": note, "print": print_}
            target = [Learned.digest, Learned.start, Learned.end]
            adding = Learned.insert(**row, after=after, created=self._clock()).on_conflict(
                conflict_target=target, update={Learned.note: note}
            )
            ((number,),) = adding.returning(Learned.id).tuples().execute(self._db)
            return int(number)

    def forget(self, learned_id: int) -> None:
        """Takes a learned range back. Raises NoSuchJob where there is none of that number."""
        with self.together():
            if not Learned.delete().where(Learned.id == learned_id).execute(self._db):
                raise NoSuchJob(f"There is no learned range {learned_id}.", "`reelscribe skips list` shows them.")

    def suggestions(self, job_id: int) -> tuple[SuggestionRow, ...]:
        """What is suggested for a job's film, in film order."""
        names = list(SuggestionRow.model_fields)
        query = Suggestion.select(*(getattr(Suggestion, name) for name in names)).where(Suggestion.job == job_id)
        return tuple(SuggestionRow(**dict(zip(names, row, strict=True))) for row in self._read(query.order_by(Suggestion.start)))

    def suggest(self, job_id: int, suggestions: Iterable[evidence.Skip], origin: str = "") -> None:
        """Keeps these suggestions in place of those of the same ``origin``: the name of the film by which they were found."""
        rows = [{"job": job_id, "origin": origin, **one.model_dump()} for one in suggestions]
        with self.together():
            before = (Suggestion.job == self._job(job_id).id) & (Suggestion.origin == origin)
            gone = Suggestion.delete().where(before).execute(self._db)
            for row in rows:
                Suggestion.insert(row).execute(self._db)
            if rows or gone:
                self._tell("skips.changed", job_id, {"id": job_id, "suggestions": len(rows)})

    def unsuggest(self, job_id: int, keep: Iterable[SuggestionRow]) -> None:
        """Drops the suggestions of a job that are not among these."""
        kept = [one.id for one in keep]
        with self.together():
            Suggestion.delete().where((Suggestion.job == job_id) & Suggestion.id.not_in(kept)).execute(self._db)

    def analysis_of(self, job_id: int) -> str:
        """The key of the analysis of a job's film as it is; ``""`` where it has not been analysed."""
        query = Sound.select(Sound.analysis).join(Video).join(Job).where((Job.id == job_id) & (Sound.digest == Video.digest))
        return next((str(key) for (key,) in self._read(query)), "")

    def jobs_with(self, analysis: str) -> tuple[int, ...]:
        """The jobs whose film, as it is, has this analysis."""
        same: Any = (Sound.analysis == analysis) & (Sound.digest == Video.digest)
        query = Sound.select(Job.id).join(Video).join(Job).where(same).order_by(Job.id)
        return tuple(int(number) for (number,) in self._read(query))


def _folder(path: bytes) -> bytes:
    return path.rpartition(b"/")[0]
