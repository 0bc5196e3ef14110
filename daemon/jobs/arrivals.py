"""The store as the inbox writes it: what lies there, what is whole, what changed, what is gone."""

from daemon.jobs.ledger import Ledger
from daemon.jobs.rows import Facts, InboxSeen, Known


class Arrivals(Ledger):
    """Files that come, change, move and go."""

    def inbox_seen(self, path: bytes, device: int, mount_id: int) -> InboxSeen:
        """Records an inbox the first time; later it only tells what is on record, so that a missing mount stays noticed."""
        raise NotImplementedError

    def inbox_accepted(self, path: bytes, device: int, mount_id: int) -> None:
        """Takes the folder as it stands for the right one from here on."""
        raise NotImplementedError

    def known(self, inbox: bytes) -> dict[bytes, Known]:
        """Every path of this inbox that has a job, whatever its state."""
        raise NotImplementedError

    def arrive(self, path: bytes, inbox: bytes, facts: Facts, recipe: str) -> int:
        """The job that stands for this path, ``arriving``: a new one, or the one that was there (see ``changed``)."""
        raise NotImplementedError

    def resting(self, job_id: int, facts: Facts) -> None:
        """Notes how the file stands while it arrives. No event."""
        raise NotImplementedError

    def settled(self, job_id: int, facts: Facts, paused: bool = False, reason: str = "") -> None:
        """The file is whole: ``arriving`` becomes ``pending``, or ``paused`` with this reason."""
        raise NotImplementedError

    def changed(self, job_id: int, facts: Facts) -> None:
        """The content at this path is another: the job arrives again, its digest unknown.

        A job that runs keeps running but is ``stale``: whatever the worker moves it to, it arrives again. One that a person paused
        stays paused.
        """
        raise NotImplementedError

    def renamed(self, video_id: int, path: bytes, facts: Facts, inbox: bytes | None = None) -> int:
        """The file goes by another name (in another inbox, where given) and keeps its job.

        Where that name has a job already, its file was overwritten: that job arrives again and this one's source is gone. Gives the
        job that stands for the path.
        """
        raise NotImplementedError

    def gone(self, job_id: int, reason: str) -> None:
        """The source is not there: the job is ``cancelled`` where it may be; one that ended keeps its state and its script."""
        raise NotImplementedError

    def reopen(self, job_id: int, reason: str, overrides: str) -> None:
        """Another run of a job that ended, since an override changed; ``overrides`` is the new stamp."""
        raise NotImplementedError

    def refuse_override(self, job_id: int, message: str) -> None:
        """Shows a warning beside the job, whose state stays; ``""`` takes it away. Saying the same again changes nothing."""
        raise NotImplementedError
