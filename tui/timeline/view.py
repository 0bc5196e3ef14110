"""Which part of a film is seen, and which cell of the terminal stands for which moment. Pure; times in float seconds."""

from dataclasses import dataclass, replace

SHORTEST = 2.0  # seconds that fill the whole width at least
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)  # seconds between two marks
ROOM = 10  # cells that a mark and its time need


@dataclass(frozen=True)
class View:
    """The stretch from ``start`` to ``end`` of a film of ``duration`` seconds, ``width`` cells wide."""

    duration: float
    width: int
    start: float = 0.0
    end: float = 0.0

    @classmethod
    def whole(cls, duration: float, width: int) -> "View":
        """The film from end to end."""
        return cls(duration, max(1, width), 0.0, max(duration, SHORTEST))

    @property
    def span(self) -> float:
        """Seconds in sight."""
        return self.end - self.start

    @property
    def step(self) -> float:
        """Seconds that one cell stands for."""
        return self.span / self.width

    def cell(self, time: float) -> int:
        """The cell in which ``time`` lies; may be outside of the width."""
        return int((time - self.start) // self.step)

    def time(self, cell: int) -> float:
        """The moment at which a cell begins, within the film."""
        return min(max(self.start + cell * self.step, 0.0), self.duration)

    def cells(self, start: float, end: float) -> range:
        """The cells in sight that a stretch touches; a short one has one."""
        first, last = self.cell(start), self.cell(end - 1e-9)
        return range(max(0, first), min(self.width, max(first, last) + 1))

    def zoomed(self, factor: float, around: float) -> "View":
        """Closer (above 1) or farther; the moment ``around`` stays in its cell."""
        span = min(max(self.span / factor, min(SHORTEST, self._full)), self._full)
        place = (around - self.start) / self.span
        return self._at(around - place * span, span)

    def panned(self, share: float) -> "View":
        """Moved by a share of what is in sight; negative is back."""
        return self._at(self.start + share * self.span, self.span)

    def showing(self, time: float) -> "View":
        """Moved just so far that ``time`` is in sight."""
        if self.start <= time < self.end or (time >= self.duration and self.end >= self.duration):
            return self
        return self._at(time - self.span / 2, self.span)

    def wide(self, width: int) -> "View":
        """The same stretch in another width."""
        return replace(self, width=max(1, width))

    def ticks(self) -> list[float]:
        """Moments to be marked on the axis, as many as there is room for."""
        most = max(1, self.width // ROOM)
        step = next((tick for tick in TICKS if self.span / tick <= most), TICKS[-1] * 2)
        first = int(self.start // step) + (self.start % step > 0)
        return [number * step for number in range(first, int(self.end // step) + 1) if number * step < self.end]

    @property
    def _full(self) -> float:
        return max(self.duration, SHORTEST)

    def _at(self, start: float, span: float) -> "View":
        start = min(max(start, 0.0), self._full - span)
        return replace(self, start=start, end=start + span)


def clock(seconds: float, tenths: bool = True) -> str:
    """``1:02:03.4``, ``2:03.4``."""
    count = round(max(0.0, seconds) * 10)
    hours, minutes, rest = count // 36000, count // 600 % 60, count % 600
    text = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{text}:{rest // 10:02}" + (f".{rest % 10}" if tenths else "")
