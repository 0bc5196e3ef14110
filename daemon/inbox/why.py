"""What becomes of a file, and why, in words."""

import os
import stat

from daemon.contract.states import JobState
from daemon.contract.values import Frozen, shown
from daemon.inbox.admit import Rules
from daemon.inbox.folder import Folder
from daemon.inbox.scan import why_not
from daemon.inbox.settle import Lease, Observation, Patience, rest_of
from daemon.jobs.rows import JobRow

STATES = {
    JobState.PENDING: "waits its turn",
    JobState.PROCESSING: "is being worked on",
    JobState.HELD: "waits",
    JobState.PAUSED: "was paused",
    JobState.COMPLETED: "has its script",
    JobState.FAILED: "could not be written up",
    JobState.CANCELLED: "was cancelled",
    JobState.IGNORED: "is left alone",
    JobState.ARRIVING: "is arriving",
}


class Answer(Frozen):
    """What becomes of a file. ``job`` is there where it has one."""

    answer: str
    advice: str = ""
    job: JobRow | None = None


def of_job(job: JobRow) -> Answer:
    """Explains a path that has a job."""
    reason = f": {job.reason}" if job.reason else "."
    return Answer(answer=f"Job {job.id} {STATES[job.state]}{reason}", advice=job.advice, job=job)


def of_stranger(path: bytes, folder: Folder | None, rules: Rules, *, removed: bool) -> Answer:
    """Explains a path that has none. ``folder`` is the inbox that it lies in; ``removed``: it had one, that a person deleted."""
    if folder is None:
        return Answer(answer=f"{shown(path)} lies in no inbox.", advice="Move it into an inbox, or name it to `reelscribe add`.")
    if folder.away:
        return Answer(answer=folder.away)
    try:
        reason = why_not(path, folder.path, rules)
    except OSError as error:
        return Answer(answer=f"{shown(path)} cannot be looked at: {error.strerror}.")
    if reason:
        advice = "`reelscribe add` takes it nevertheless." if _is_plain(path) else ""
        return Answer(answer=f"It is left alone: it {reason}.", advice=advice)
    if removed:
        said = "Its job was deleted by hand, and the file has not changed since: it is left alone."
        return Answer(answer=said, advice="`reelscribe add` takes it again.")
    return Answer(answer="It has not been seen yet.", advice="The next look into the inbox finds it.")


def _is_plain(path: bytes) -> bool:
    """Whether it is a regular file, all that ``add`` takes."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def waiting(observation: Observation, now: float, patience: Patience) -> str:
    """What an arriving file waits for, and how long."""
    look = observation.look
    if look.lease is Lease.WRITER:
        return f"{look.lease.value}; it is taken once that has closed it and it has rested for {patience.settle:g} s."
    left = max(observation.since + rest_of(look, patience) - now, 0)
    doubt = look.lease.value if look.lease is Lease.CANNOT_TELL else "parts of it are not on the disk" if look.holes else ""
    return f"it is taken in {left:.0f} s if it does not change{f' ({doubt})' if doubt else ''}."
