"""What can go wrong, as a tree.

::

    ReelscribeError          message and advice
    ├── CannotGoOn           the job fails: trying again cannot help until something changes
    │   ├── NotAFilm             the file holds nothing that can be read as a film
    │   └── ToolFailed           a program that we ran ended badly (its arguments, exit code, last lines)
    ├── MustWait             the job is held: what it needs is outside, and may come back
    ├── TryAgain             may pass by itself soon: the job goes back with a back-off
    ├── NotThere             what was asked for does not exist
    ├── ChangedMeanwhile     somebody else changed it since it was read
    └── CannotStart          the service: starting again cannot help until a person has mended something

Leaves that belong to one room (Ollama's, the API's) stand in that room and inherit from one of these three.
"""

import errno

from daemon.contract.states import HoldCause


class ReelscribeError(Exception):
    """Anything that a person is told. ``message`` says what broke in one line, ``advice`` what to do about it."""

    def __init__(self, message: str, advice: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.detail = detail  # the tail of a tool's own output, where there is one


class CannotGoOn(ReelscribeError):
    """The job fails with this reason."""


class NotAFilm(CannotGoOn):
    """The file holds nothing that can be read as a film."""


class ToolFailed(CannotGoOn):
    """A program that we ran ended badly."""


class MustWait(ReelscribeError):
    """The job is held for ``cause`` and goes on when it is there again."""

    def __init__(self, cause: HoldCause, message: str, advice: str = "", detail: str = "") -> None:
        super().__init__(message, advice, detail)
        self.cause = cause


class TryAgain(ReelscribeError):
    """May pass by itself: a time-out, a busy server. The job goes back with an exponential back-off."""


class NotThere(ReelscribeError):
    """What was asked for does not exist."""


class ChangedMeanwhile(ReelscribeError):
    """Somebody else changed it since it was read; nothing is done."""


class CannotStart(ReelscribeError):
    """What the service stands on cannot be used, and starting it again does not change that."""


def from_os(error: OSError) -> ReelscribeError:
    """What an operating system's error means for a job: a full disk is emptied and a lost folder comes back."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return MustWait(HoldCause.DISK, "no space left on the disk", "Free some space.", str(error))
        case errno.EIO | errno.ESTALE | errno.ENODEV | errno.ENOENT | errno.EACCES | errno.EPERM | errno.EROFS:
            advice = "Check the disk and the folder's rights."
            return MustWait(HoldCause.FOLDER, f"the file cannot be reached: {error.strerror}", advice, str(error))
        case _:
            return TryAgain(f"the system said: {error.strerror}", "It is tried again.", str(error))
