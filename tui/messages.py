"""What workers tell the screens. A worker touches no widget: it posts one of these, and a handler draws."""

from dataclasses import dataclass

from textual.message import Message

from daemon.contract.errors import ReelscribeError
from daemon.contract.events import Event
from daemon.contract.jobs import JobDetail, JobPage, LogLine
from daemon.contract.scripts import Difference, Found, Version, VersionDetail
from daemon.contract.skips import FilmSkips
from daemon.contract.status import Status
from daemon.contract.timeline import Timeline
from tui.following import Connected, Lost


@dataclass
class Happened(Message):
    """The daemon is there, told of something, or went away."""

    what: Connected | Event | Lost


@dataclass
class ListRead(Message):
    """A window of jobs, and how the daemon is."""

    page: JobPage
    status: Status


@dataclass
class DetailRead(Message):
    """One job with all its parts."""

    detail: JobDetail


@dataclass
class Done(Message):
    """What a person asked for was done."""

    text: str


@dataclass
class NotDone(Message):
    """What was asked for was refused, or could not be asked."""

    error: ReelscribeError


@dataclass
class TimelineRead(Message):
    """A film on a time axis, and what is left out of it."""

    timeline: Timeline
    skips: FilmSkips


@dataclass
class RangesRead(Message):
    """What is left out of a film, as it is after an edit."""

    skips: FilmSkips


@dataclass
class RangesRefused(Message):
    """An edit was refused; ``reread``: what is shown may not be how it is."""

    error: ReelscribeError
    reread: bool = False


@dataclass
class StillRead(Message):
    """The picture of a shot; empty: it has none."""

    shot: int
    jpeg: bytes


@dataclass
class LogRead(Message):
    """More of a job's log, oldest first."""

    lines: tuple[LogLine, ...]


@dataclass
class SystemRead(Message):
    """How the daemon and what lies around it are."""

    status: Status


@dataclass
class ScriptRead(Message):
    """A version of a film's script; None: it has none."""

    script: VersionDetail | None


@dataclass
class VersionsRead(Message):
    """The versions of a script, newest first."""

    versions: tuple[Version, ...]


@dataclass
class DifferenceRead(Message):
    """How two versions differ."""

    difference: Difference


@dataclass
class Granted(Message):
    """What was asked of a script was done."""

    text: str


@dataclass
class ScriptRefused(Message):
    """What was asked of a script was refused; ``reread``: what is shown may not be how it is."""

    error: ReelscribeError
    reread: bool = False


@dataclass
class LinesFound(Message):
    """Lines of scripts in which the words stand; ``more``: there are others."""

    lines: tuple[Found, ...]
    more: bool


@dataclass
class SearchRefused(Message):
    """A search was refused."""

    error: ReelscribeError
