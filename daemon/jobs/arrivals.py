"""The store as the inbox writes it: what lies there, what is whole, what changed, what is gone."""

from daemon.contract.states import JobState
from daemon.jobs import moves
from daemon.jobs.ledger import FACTS, Ledger, anew
from daemon.jobs.rows import Facts, InboxSeen, JobRow
from daemon.jobs.tables import Inbox, Job, Removed, Video

AT, _ = Job.select(Job.id).join(Video).where((Video.path == b"") & (Job.recipe == "")).sql()
WANTED, _ = Removed.delete().where((Removed.path == b"") | ((Removed.inode == 0) & (Removed.device == 0))).sql()
NEW_VIDEO = "INSERT INTO video (path, inbox, device, inode, size, mtime_ns, ctime_ns) VALUES (?, ?, ?, ?, ?, ?, ?)"
NEW_JOB = "INSERT INTO job (video_id, recipe, state, created, updated) VALUES (?, ?, ?, ?, ?)"
"""What every new film asks for, put into SQL once: peewee takes longer to do so than SQLite to answer."""


class Arrivals(Ledger):
    """Files that come, change, move and go."""

    def inbox_seen(self, path: bytes, device: int, mount_id: int) -> InboxSeen:
        """Records an inbox the first time; later it only tells what is on record, so that a missing mount stays noticed."""
        for on_record in self._read(Inbox.select(Inbox.device, Inbox.mount_id).where(Inbox.path == path)):
            return InboxSeen(False, *on_record)
        self.inbox_accepted(path, device, mount_id)
        return InboxSeen(True, device, mount_id)

    def inbox_accepted(self, path: bytes, device: int, mount_id: int) -> None:
        """Takes the folder as it stands for the right one from here on."""
        standing = {"device": device, "mount_id": mount_id}
        with self.together():
            Inbox.insert(path=path, first_seen=self._clock(), **standing).on_conflict(
                conflict_target=[Inbox.path], update=standing
            ).execute(self._db)

    def arrive(self, path: bytes, inbox: bytes, facts: Facts, recipe: str) -> int:
        """The job that stands for this path: a new one, ``arriving``, or the one that was there.

        One that was cancelled arrives again, and so does one whose file is another; else it stays as it is. That a person deleted its
        job before is forgotten.
        """
        with self.together():
            job = self._at(path, recipe)
            if job is None:
                return self._create(path, inbox, facts, recipe)
            if job.state is JobState.CANCELLED or job.facts != facts:
                self._replace(job, facts)
            elif job.gone:
                self._set_video(job.video_id, facts)
            return job.id

    def resting(self, job_id: int, facts: Facts) -> None:
        """Notes how the file stands while it arrives. No event."""
        with self.together():
            job = self._job(job_id)
            if job.facts != facts:
                self._set_video(job.video_id, facts)

    def arriving(self, job_id: int, reason: str, advice: str) -> None:
        """Says what keeps a file that arrives out of reach; ``""``: nothing does any more."""
        with self.together():
            job = self._job(job_id)
            if job.state is JobState.ARRIVING:
                self._stand(job, JobState.ARRIVING, reason=reason, advice=advice)

    def settled(self, job_id: int, facts: Facts, paused: bool = False, reason: str = "") -> None:
        """The file is whole: ``arriving`` becomes ``pending``, or ``paused`` with this reason."""
        with self.together():
            job = self._job(job_id)
            self._set_video(job.video_id, facts)
            job = self._move(job, JobState.PENDING)
            if paused:
                self._move(job, JobState.PAUSED, reason=reason)

    def changed(self, job_id: int, facts: Facts) -> None:
        """The content at this path is another: the job arrives again, its digest unknown.

        A job that runs keeps running but is ``stale``: whatever the worker moves it to, it arrives again. One that a person paused
        stays paused.
        """
        with self.together():
            self._replace(self._job(job_id), facts)

    def renamed(self, video_id: int, path: bytes, facts: Facts, inbox: bytes | None = None) -> int:
        """The file goes by another name (in another inbox, where given) and keeps its job.

        Where that name has a job already, its file was overwritten: that job arrives again and this one's source is gone. Gives the
        job that stands for the path.
        """
        with self.together():
            job = self._of_video(video_id)
            overwritten = self._at(path, job.recipe)
            if overwritten and overwritten.id != job.id:
                self._lose(job, "The file took the place of another.")
                self._replace(overwritten, facts)
                return overwritten.id
            self._set_video(video_id, facts, path=path, inbox=inbox or job.inbox)
            if job.gone and job.state is JobState.CANCELLED:
                self._stand(job, JobState.ARRIVING, **anew(job))
            else:
                self._tell_of("job.changed", [job.id], job.state)
            return job.id

    def gone(self, job_id: int, reason: str) -> None:
        """The source is not there: the job is ``cancelled`` where it may be; one that ended keeps its state and its script."""
        with self.together():
            self._lose(self._job(job_id), reason)

    def reopen(self, job_id: int, reason: str, overrides: str) -> None:
        """Another run of a job that ended, since an override changed; ``overrides`` is the new stamp."""
        with self.together():
            self._move(self._job(job_id), JobState.PENDING, reason=reason, overrides=overrides, warning="")

    def refuse_override(self, job_id: int, message: str) -> None:
        """Shows a warning beside the job, whose state stays; ``""`` takes it away. Saying the same again changes nothing."""
        with self.together():
            job = self._job(job_id)
            if job.warning != message:
                self._set(job_id, warning=message)
                self._tell_of("job.changed", [job_id], job.state)

    def _at(self, path: bytes, recipe: str) -> JobRow | None:
        found = self._db.execute_sql(AT, (path, recipe)).fetchone()  # type: ignore[no-untyped-call]
        return self._job(found[0]) if found else None

    def _of_video(self, video_id: int) -> JobRow:
        found = Job.select(Job.id).where(Job.video == video_id).order_by(Job.id.desc()).limit(1)
        return self._job(found.scalar(self._db) or 0)

    def _create(self, path: bytes, inbox: bytes, facts: Facts, recipe: str) -> int:
        now = self._clock()
        self._db.execute_sql(WANTED, (path, facts.inode, facts.device))  # type: ignore[no-untyped-call]
        standing = [getattr(facts, name) for name in FACTS]
        video = self._db.execute_sql(NEW_VIDEO, (path, inbox, *standing)).lastrowid  # type: ignore[no-untyped-call]
        asked = (video, recipe, JobState.ARRIVING, now, now)
        job = int(self._db.execute_sql(NEW_JOB, asked).lastrowid)  # type: ignore[no-untyped-call]
        self._tell_of("job.created", [job], None)
        return job

    def _replace(self, job: JobRow, facts: Facts) -> None:
        """What stands at the job's path is another file than it was."""
        self._set_video(job.video_id, facts, digest="", probe=None)
        state = moves.after_change(job.state)
        if state is JobState.PROCESSING:
            self._set(job.id, stale=1)
            self._tell_of("job.changed", [job.id], state)
        elif state is not job.state:
            self._stand(job, state, **anew(job), reason="The file changed.", warning="")

    def _lose(self, job: JobRow, reason: str) -> None:
        Video.update(gone=1).where(Video.id == job.video_id).execute(self._db)
        if moves.may(job.state, JobState.CANCELLED):
            self._move(job, JobState.CANCELLED, reason=reason)
        elif not job.gone:
            self._tell_of("job.changed", [job.id], job.state)
