"""A film on a time axis, as the monitor draws it. Times are float seconds from the film's first picture."""

from typing import Literal

from daemon.contract.evidence import Cue, Skip, Span
from daemon.contract.values import Frozen

MOST_LEVELS = 2000  # values of loudness that a timeline holds; a longer film has a coarser step


class TimelineShot(Span):
    """One shot. ``stills`` says how many keyframes of it there are; ``camera`` is ``""`` where nothing was measured for certain."""

    id: str
    starts_with: Literal["cut", "fade", "dissolve", "start"]
    camera: str = ""
    brightness: float  # mean luma, 0–1
    stills: int = 0


class TimelineCue(Span):
    """One stretch of speech. ``voice`` is ``""`` where it is not clear who speaks."""

    id: str
    text: str
    voice: str = ""

    @classmethod
    def of(cls, cue: Cue) -> "TimelineCue":
        """Without its words."""
        return cls(id=cue.id, start=cue.start, end=cue.end, text=cue.text, voice=cue.voice)


class TimelineScene(Span):
    """One scene of the newest script."""

    id: str
    number: str
    heading: str


class Levels(Frozen):
    """Loudness, LUFS: the loudest momentary value of every ``step`` seconds from film time 0."""

    step: float
    values: tuple[float, ...] = ()


class Timeline(Frozen):
    """All that is known of a film so far; what no stage has given yet is empty. ``duration`` is 0 before it was probed."""

    duration: float = 0.0
    shots: tuple[TimelineShot, ...] = ()
    black: tuple[Span, ...] = ()
    silence: tuple[Span, ...] = ()
    loudness: Levels | None = None
    speech: tuple[TimelineCue, ...] = ()
    scenes: tuple[TimelineScene, ...] = ()
    skips: tuple[Skip, ...] = ()
    keeps: tuple[Span, ...] = ()
