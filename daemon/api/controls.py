"""What the routes ask of the rest of the daemon: the service implements it by inbox and worker. Reading goes to the store itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from daemon.contract.alerts import Alert
from daemon.contract.doctor import Finding
from daemon.contract.jobs import Why
from daemon.contract.scripts import Lock, Naming, Regenerate, UnclearLine
from daemon.contract.skips import ChangedRange, Chosen, NewRange
from daemon.contract.status import Disk, Forecast, Inbox, MemoryUse, OllamaState
from daemon.contract.timeline import Timeline
from daemon.contract.values import Frozen
from daemon.jobs.rows import VersionRow
from daemon.screenplay.model import Screenplay


class System(Frozen):
    """What is not in the table: the inboxes as they are watched, memory, Ollama, the disk, how long it takes."""

    inboxes: tuple[Inbox, ...] = ()
    memory: MemoryUse | None = None
    ollama: OllamaState | None = None
    disk: Disk | None = None
    forecast: Forecast | None = None


class Choices(Protocol):
    """A person's ranges. ``expected`` is the version that the person has seen; with another one in force nothing is written."""

    async def of(self, job_id: int) -> Chosen:
        """What is written down for a job's film."""

    async def add(self, job_id: int, new: NewRange, expected: str | None) -> None:
        """Writes a range down."""

    async def change(self, job_id: int, range_id: str, wanted: ChangedRange, expected: str | None) -> None:
        """Changes what is said of a range."""

    async def remove(self, job_id: int, range_id: str, expected: str | None) -> None:
        """Takes a range out."""

    async def split(self, job_id: int, range_id: str, at: float, expected: str | None) -> None:
        """Makes two of a range."""


class Scripts(Protocol):
    """What people do with scripts. ``number`` None: the current version."""

    async def text(self, job_id: int, number: int | None = None) -> tuple[VersionRow, Screenplay]:
        """A version and its text."""

    async def stale(self, *rows: VersionRow) -> tuple[str, ...]:
        """Why each of these versions would be written otherwise today; ``""`` where it would not."""

    @property
    def marked(self) -> Mapping[int, str]:
        """Why films' scripts are stale, by the numbers of their jobs: as it was last looked."""

    async def refresh(self, job_id: int) -> None:
        """Has a film's script written again."""

    async def all_stale(self) -> tuple[int, ...]:
        """The films whose current script is stale."""

    async def ask_again(self, job_id: int, asked: Regenerate) -> None:
        """A scene is to be written again by the next run."""

    async def lock(self, job_id: int, asked: Lock) -> int:
        """Locks or frees a scene, or a line of it: another version, whose number this is."""

    async def roll_back(self, job_id: int, number: int) -> int:
        """Makes the text of an old version the current one; gives the new version's number."""

    async def name(self, job_id: int, asked: Naming) -> str:
        """Writes a name down; gives the file."""

    async def review(self, job_id: int) -> tuple[UnclearLine, ...]:
        """The lines of which nobody can tell who says them."""

    async def delete(self, job_id: int, number: int | None, *, hard: bool) -> None:
        """Takes a version, or all, out of sight."""

    async def export(self, job_id: int, number: int | None, form: str) -> tuple[str, bytes]:
        """A version in one format: the name that suits the file, and the file."""


class Timelines(Protocol):
    """Films on a time axis, and their pictures."""

    async def of(self, job_id: int) -> Timeline:
        """All that is known of a job's film."""

    async def still(self, job_id: int, number: int) -> bytes | None:
        """The JPEG of the ``number``-th shot, from 1; None: there is none."""


class Controls(Protocol):
    """What a person can make the daemon do.

    Every action may raise ``NoSuchJob`` and ``IllegalMove`` (daemon.jobs.errors), and any other ``ReelscribeError``: its message and
    advice are what the person reads.
    """

    async def add(self, path: Path) -> int:
        """Takes a video wherever it lies, or finds the job that it has. Gives the job's number."""

    async def why(self, path: Path) -> Why:
        """What becomes of a file, and why."""

    async def retry(self, job_id: int) -> None:
        """Another run of a job that ended."""

    async def cancel(self, job_id: int) -> None:
        """Ends a job; returns once nothing of it runs."""

    async def pause(self, job_id: int) -> None:
        """Stops a job until it is resumed; what it has done is kept."""

    async def resume(self, job_id: int) -> None:
        """Lets a paused job wait its turn again."""

    async def resume_all(self, inbox: Path | None) -> int:
        """Resumes every paused job, or those of one inbox. Gives how many."""

    async def delete(self, job_id: int) -> None:
        """Forgets a job and what was kept for it; no file of a person's and no published script goes."""

    async def learn(self, job_id: int) -> tuple[int, ...]:
        """Learns the ranges that a person left out of a job's video. Gives their numbers."""

    async def forget(self, learned_id: int) -> None:
        """Takes a learned range back."""

    @property
    def choices(self) -> Choices:
        """What people wrote down for their films."""

    @property
    def scripts(self) -> Scripts:
        """What people do with scripts."""

    @property
    def price(self) -> float | None:
        """What a million tokens cost, where somebody said so."""

    @property
    def timelines(self) -> Timelines:
        """Films on a time axis."""

    def system(self) -> System:
        """How things stand; from memory, at once."""

    async def looked_around(self) -> System:
        """The same, with what was seen a moment ago of Ollama and the disks; what takes long is not waited for."""

    async def alerts(self, since: float) -> tuple[Alert, ...]:
        """What a person should look at; ``since``: failures before that unix time are left out."""

    async def doctor(self, *, speed: bool) -> tuple[Finding, ...]:
        """What the doctor finds; ``speed``: the writer is loaded and measured as well, which may take minutes."""
