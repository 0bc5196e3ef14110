"""The store as people ask for something of the next run: a scene written again, a file of theirs taken in.

A wish is open until a run has done it or could not; it outlives a restart, a hold and a failure.
"""

from collections.abc import Iterable
from typing import Any

from daemon.contract.states import JobState
from daemon.jobs import moves
from daemon.jobs.errors import IllegalMove
from daemon.jobs.ledger import Ledger
from daemon.jobs.rows import PublishedRow, WishKind, WishRow, WishState
from daemon.jobs.tables import Wish

PUBLISHED = """
SELECT script.id, job.id, script.path, script.sha256, COALESCE(looked.size, -1), COALESCE(looked.mtime_ns, 0), COALESCE(looked.sha256, ''),
    script.version
FROM script JOIN job ON job.id = script.job_id JOIN video ON video.id = job.video_id LEFT JOIN looked ON looked.path = script.path
WHERE script.format = 'fountain' AND video.gone = 0
AND NOT EXISTS (SELECT 1 FROM script AS newer WHERE newer.path = script.path AND newer.id > script.id)
"""
PAGE = PUBLISHED + "AND script.id > ? ORDER BY script.id LIMIT ?"
AT_PATH = PUBLISHED + "AND script.path = ?"
REFUSED = "SELECT path, sha256 FROM wish WHERE job_id = ? AND kind = 'hand' AND state = 'failed' ORDER BY id"
TAKEN_HOME = """
SELECT path, sha256 FROM wish
WHERE job_id = ? AND kind = 'hand' AND state = 'done'
AND ended >= COALESCE((SELECT MAX(published) FROM script WHERE script.path = wish.path AND script.job_id = wish.job_id), 0)
ORDER BY id
"""


class Wishes(Ledger):
    """What is asked for, and how published files stand."""

    def ask_again(self, job_id: int, scene: str, instructions: str) -> int:
        """A scene (its id) is to be written again; the job runs for it. Another wish for the same scene that waits is replaced."""
        with self.together():
            same = (Wish.job == job_id) & (Wish.kind == "regenerate") & (Wish.scene == scene) & (Wish.state == "open")
            Wish.delete().where(same).execute(self._db)
            number = self._wish(job_id, "regenerate", scene=scene, instructions=instructions)
            self._run_for(job_id, "A scene is written again.")
            return number

    def ask_anew(self, job_id: int) -> None:
        """The next run chooses its writer anew."""
        with self.together():
            self._wish(job_id, "write")

    def edited(self, job_id: int, path: bytes, sha256: str, size: int, mtime_ns: int, number: int | None) -> int:
        """A person edited the published file at ``path``, made from version ``number`` (None: nobody knows): the job takes it in.

        ``sha256`` names its bytes, which are kept; ``size`` and ``mtime_ns`` are how it stood.
        """
        with self.together():
            self.looked_at(job_id, path, sha256, size, mtime_ns)
            Wish.delete().where((Wish.job == job_id) & (Wish.path == path) & (Wish.state == "open")).execute(self._db)
            wish = self._wish(job_id, "hand", path=path, sha256=sha256, number=number)
            self._run_for(job_id, "Its script was edited by hand.")
            return wish

    def looked_at(self, job_id: int, path: bytes, sha256: str, size: int, mtime_ns: int) -> None:
        """Notes how a published file stands, so that the next look at it need not read it."""
        looked = "INSERT OR REPLACE INTO looked (path, job_id, size, mtime_ns, sha256) VALUES (?, ?, ?, ?, ?)"
        with self.together():
            self._db.execute_sql(looked, (path, job_id, size, mtime_ns, sha256))  # type: ignore[no-untyped-call]

    def published_files(self, after: int = 0, limit: int = 1000) -> tuple[PublishedRow, ...]:
        """Fountain files as they were last written and last looked at, those beyond the number ``after``; films that are gone have none."""
        return self._published(PAGE, after, limit)

    def published_at(self, path: bytes) -> PublishedRow | None:
        """The same for one path."""
        return next(iter(self._published(AT_PATH, path)), None)

    def taken_home(self, job_id: int) -> dict[bytes, str]:
        """Edited files whose text is in a version, and that were not written over since: path → SHA-256."""
        return dict(self._db.execute_sql(TAKEN_HOME, (job_id,)).fetchall())  # type: ignore[no-untyped-call]

    def refused(self, job_id: int) -> dict[bytes, str]:
        """Edited files that could not be taken in: path → SHA-256."""
        return dict(self._db.execute_sql(REFUSED, (job_id,)).fetchall())  # type: ignore[no-untyped-call]

    def open_wish(self, job_id: int) -> WishRow | None:
        """What the next run is to do first; a writer that is to be chosen anew is told apart (``chooses_anew``)."""
        return next(iter(self._wishes((Wish.job == job_id) & (Wish.state == "open") & (Wish.kind != "write"), 1)), None)

    def chooses_anew(self, job_id: int) -> bool:
        """Whether the next run is to choose its models anew, whatever wrote the version before."""
        return any(True for _ in self._wishes((Wish.job == job_id) & (Wish.state == "open") & (Wish.kind == "write"), 1))

    def wishes(self, job_id: int) -> tuple[WishRow, ...]:
        """All that was asked for, oldest first."""
        return tuple(self._wishes(Wish.job == job_id, None))

    def wish_ended(self, wish_id: int, state: WishState, said: str = "", number: int | None = None) -> None:
        """Notes how a wish ended, and the version that came of it."""
        with self.together():
            ended: dict[str, Any] = {"state": state, "said": said, "ended": self._clock()}
            Wish.update(**ended, **({} if number is None else {"number": number})).where(Wish.id == wish_id).execute(self._db)

    def chosen_anew(self, job_id: int) -> None:
        """Notes that a run has chosen its models."""
        with self.together():
            asked = (Wish.job == job_id) & (Wish.kind == "write") & (Wish.state == "open")
            Wish.update(state="done", ended=self._clock()).where(asked).execute(self._db)

    def take_back(self, job_id: int) -> int:
        """Scenes that wait to be written again are left as they are. Gives how many."""
        with self.together():
            waiting = (Wish.job == self._job(job_id).id) & (Wish.kind == "regenerate") & (Wish.state == "open")
            taken = Wish.update(state="failed", said="taken back", ended=self._clock()).where(waiting)
            return int(taken.execute(self._db))

    def run_for(self, job_id: int, reason: str) -> None:
        """Has a job that ended run again; one that waits or runs will come to it by itself."""
        with self.together():
            self._run_for(job_id, reason)

    def _published(self, query: str, *values: object) -> tuple[PublishedRow, ...]:
        rows = self._db.execute_sql(query, values).fetchall()  # type: ignore[no-untyped-call]
        return tuple(PublishedRow(*row) for row in rows)

    def _run_for(self, job_id: int, reason: str) -> None:
        job = self._job(job_id)
        if job.gone:
            raise IllegalMove("Its film is gone.", "Bring the film back; what was written of it can be shown and exported.")
        if job.state in moves.ENDED:
            self._move(job, JobState.PENDING, reason=reason, warning="")

    def _wish(self, job_id: int, kind: WishKind, **more: Any) -> int:
        return int(Wish.insert(job=self._job(job_id).id, kind=kind, created=self._clock(), **more).execute(self._db))

    def _wishes(self, where: Any, limit: int | None) -> Iterable[WishRow]:
        names = [name for name in WishRow.model_fields if name != "job_id"]
        query = Wish.select(Wish.job, *(getattr(Wish, name) for name in names)).where(where).order_by(Wish.id)
        for row in self._read(query.limit(limit) if limit else query):
            yield WishRow.model_validate(dict(zip(("job_id", *names), row, strict=True)))
