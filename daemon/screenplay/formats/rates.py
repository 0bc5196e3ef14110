"""Frame rates and timecode as editing programs name them (SMPTE ST 12-1). Frames are counted from the film's first picture."""

from typing import TYPE_CHECKING, NamedTuple

from daemon.contract.evidence import Probe, VideoStream

if TYPE_CHECKING:
    from opentimelineio.opentime import TimeRange

NEAR = 3e-4  # of a rate: 23.98 is meant to be 24000/1001, 24 is not
DROPPING = (30000 / 1001, 60000 / 1001)  # rates whose timecode may drop numbers
PLAIN = (24, 25, 30, 50, 60)  # rates that every editing program has a timecode for


class Counting(NamedTuple):
    """How frames are counted: ``rate`` of them a second, from number ``first`` on.

    ``label`` is the rate that their times are written with: 30 where 30000/1001 frames a second are named as if they were 30, as
    timecode does that drops no numbers.
    """

    rate: float
    label: float
    first: int = 0

    def frame(self, seconds: float) -> int:
        """The number of the picture shown at ``seconds`` of the film."""
        return self.first + round(seconds * self.rate)

    @property
    def drops(self) -> bool:
        """Whether timecode leaves out frame numbers, to stay beside the clock."""
        return self.label in DROPPING


def exact(video: VideoStream) -> float:
    """Frames a second: a measured 23.976 is 24000/1001, and a variable rate its nearest whole number."""
    measured = video.frame_rate
    whole = max(1, round(measured))
    if video.variable_rate:
        return float(whole)
    broadcast = whole * 1000 / 1001
    return broadcast if abs(measured / broadcast - 1) < NEAR else round(measured, 3) or 1.0


def counting(probe: Probe) -> Counting:
    """The film's own frames, from its embedded timecode on."""
    rate = exact(probe.video)
    return Counting(rate, rate, _first(probe.start_timecode, _named(rate, probe.start_timecode)))


def timecode(probe: Probe) -> Counting:
    """The same as timecode names them, at a plain rate where the film's own has no timecode."""
    rate = exact(probe.video)
    label = _named(rate, probe.start_timecode)
    if not _has_timecode(label):
        rate = label = float(min(PLAIN, key=lambda plain: abs(plain - rate)))
    return Counting(rate, label, _first(probe.start_timecode, label))


def span(start: float, end: float, by: Counting) -> "TimeRange":
    """On whole frames: it begins with its first picture and ends before the next one's, and is one frame long at least."""
    from opentimelineio import opentime

    first, last = by.frame(start), by.frame(end)
    return opentime.TimeRange(opentime.RationalTime(first, by.label), opentime.RationalTime(max(last - first, 1), by.label))


def _named(rate: float, timecode: str) -> float:
    """A film of 29.97 pictures a second drops numbers, unless its own timecode says that it does not."""
    return float(round(rate)) if rate in DROPPING and timecode and ";" not in timecode else rate


def _has_timecode(label: float) -> bool:
    from opentimelineio import opentime

    try:
        opentime.to_timecode(opentime.RationalTime(0, label), label)
    except ValueError:
        return False
    return True


def _first(timecode: str, label: float) -> int:
    """0 where there is no timecode, or none that the rate can have."""
    from opentimelineio import opentime

    try:
        return int(opentime.from_timecode(timecode, label).to_frames()) if timecode else 0
    except ValueError:
        return 0
