"""Times as a person writes them: seconds, ``m:ss``, ``h:mm:ss.mmm``, with a minus from the film's end, and ``end``."""

import math
import re
from dataclasses import dataclass

LONGEST = 1000 * 3600.0  # seconds; a time beyond it is a slip of the finger
FORMS = "write seconds, m:ss, h:mm:ss.mmm, -m:ss from the end, or end"

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
_CLOCK = re.compile(r"(?:(?P<hours>[0-9]{1,6}):(?=[0-9]+:))?(?P<minutes>[0-9]{1,6}):(?P<seconds>[0-9]{2}(?:\.[0-9]+)?)")


@dataclass(frozen=True)
class Time:
    """A moment of a film whose length may not be known yet: ``seconds`` after its start, or before its end."""

    seconds: float
    from_end: bool = False

    def resolve(self, duration: float) -> float:
        """Seconds from the start of a film of ``duration`` seconds. May lie outside of it."""
        return duration - self.seconds if self.from_end else self.seconds

    def __str__(self) -> str:
        if self.from_end:
            return "-" + clock(self.seconds) if self.seconds else "end"
        return clock(self.seconds)


END = Time(0.0, from_end=True)


def parse(written: object) -> Time:
    """The time that a person wrote, as text or number. Raises ValueError with a sentence."""
    if isinstance(written, Time):
        return written
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        raise ValueError(f"should be a time: {FORMS}")  # noqa: TRY004  a ValueError is what becomes a problem with a line
    text = repr(written) if isinstance(written, float) else str(written)
    text = text.strip()
    if text.lower() == "end":
        return END
    return _checked(_number(written, text.removeprefix("-")), text)


def clock(seconds: float) -> str:
    """``h:mm:ss.mmm``, rounded to the millisecond; a minus before it where ``seconds`` is negative."""
    thousandths = round(abs(seconds) * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    sign = "-" if seconds < 0 and thousandths else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _number(written: object, unsigned: str) -> float:
    if isinstance(written, int | float):
        return float(min(abs(written), 2 * LONGEST))
    return float(unsigned) if _SECONDS.fullmatch(unsigned) else _from_clock(unsigned)


def _from_clock(text: str) -> float:
    """Seconds of ``m:ss`` (minutes may pass 59) or ``h:mm:ss.mmm``."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text[:40]}' is not a time: {FORMS}")
    hours, minutes, seconds = match["hours"], int(match["minutes"]), float(match["seconds"])
    if seconds >= 60 or (hours and minutes >= 60):
        raise ValueError(f"'{text}' is not a time: a minute has 60 seconds and an hour 60 minutes")
    return int(hours or 0) * 3600 + minutes * 60 + seconds


def _checked(seconds: float, text: str) -> Time:
    if not math.isfinite(seconds) or seconds > LONGEST:
        raise ValueError(f"'{text[:40]}' is longer than any film")
    return Time(seconds, from_end=text.startswith("-") and seconds > 0)
