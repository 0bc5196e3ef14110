"""How long stages take on this machine, and so how long a film and a queue will: as ranges. Pure: time comes in as a number."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from daemon.contract.states import Stage

Run = tuple[Stage, float, float]
"""One run of a stage: which, its seconds, the film's seconds."""


class Range(NamedTuple):
    """Between these two it lies, most likely."""

    low: float
    high: float

    def __mul__(self, factor: float) -> "Range":  # type: ignore[override]
        return Range(self.low * factor, self.high * factor)

    def plus(self, other: "Range") -> "Range":
        """Both, one after the other."""
        return Range(self.low + other.low, self.high + other.high)


NOTHING = Range(0.0, 0.0)
UNKNOWN = {
    Stage.ANALYSE: Range(0.02, 0.2),
    Stage.TRANSCRIBE: Range(0.05, 0.7),
    Stage.LOOK: Range(0.0, 1.5),
    Stage.WRITE: Range(0.1, 5.0),
}
"""Seconds for one of film where nobody knows yet: from a fast machine with a graphics card to a slow one without."""
LITTLE = Range(0.0, 0.01)  # of any other stage
USUAL_FILM = Range(300.0, 6000.0)  # seconds, where no film was done yet
KEPT = 60  # runs of each stage
SURE = 5  # runs from which on their own spread is believed
MEASURED_FROM = 0.05  # of a stage: from there on its own speed tells more than that of others


class History:
    """What the last runs of each stage took. ``runs`` are oldest first."""

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        self._rates: dict[Stage, deque[float]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._films: deque[float] = deque(maxlen=KEPT)
        for run in runs:
            self.learn(*run)

    def learn(self, stage: Stage, seconds: float, film: float) -> None:
        """One more run; ``film`` is how long its film is, in seconds."""
        if film > 0 and seconds >= 0:
            self._rates[stage].append(seconds / film)
            if stage is Stage.PROBE:
                self._films.append(film)

    def rate(self, stage: Stage) -> Range:
        """Seconds of a stage for one of film."""
        known = sorted(self._rates[stage])
        if not known:
            return UNKNOWN.get(stage, LITTLE)
        spread = _middle(known) if len(known) >= SURE else Range(known[0], known[-1])
        return Range(spread.low * 0.8, spread.high * 1.25)

    def left(self, stages: Sequence[Stage], film: float, fraction: float = 0.0, spent: float = 0.0) -> Range:
        """How long these stages will take at a film of that length; of the first a ``fraction`` is done, in ``spent`` seconds."""
        if not stages:
            return NOTHING
        first, *rest = stages
        total = self._rest_of(first, film, fraction, spent)
        for stage in rest:
            total = total.plus(self.rate(stage) * film)
        return total

    def queue(self, stages: Sequence[Stage], films: int) -> Range:
        """How long so many films will take, of which nothing is known yet."""
        pace, film = self.left(stages, 1.0), self._usual_film()
        return Range(pace.low * films * film.low, pace.high * films * film.high)

    def _rest_of(self, stage: Stage, film: float, fraction: float, spent: float) -> Range:
        fraction = min(max(fraction, 0.0), 1.0)
        if fraction < MEASURED_FROM or not spent:
            return self.rate(stage) * (film * (1 - fraction))
        rest = spent * (1 - fraction) / fraction
        doubt = 0.1 + 0.4 * (1 - fraction)
        return Range(rest * (1 - doubt), rest * (1 + doubt))

    def _usual_film(self) -> Range:
        if not self._films:
            return USUAL_FILM
        middle = median(self._films)
        return Range(middle * 0.7, middle * 1.4)


def _middle(known: Sequence[float]) -> Range:
    """The range in which the middle three fifths lie."""
    fifth = len(known) // 5
    return Range(known[fifth], known[-1 - fifth])


def told(seconds: Range) -> str:
    """A range for a person to read: ``2–4 hours``."""
    unit, name = next(
        (unit, name) for unit, name in ((86400, "days"), (3600, "hours"), (60, "minutes"), (0, "minutes")) if seconds.high >= 1.5 * unit
    )
    low, high = (max(1, round(value / (unit or 60))) for value in seconds)
    return f"{low}–{high} {name}" if low < high else f"{high} {name if high > 1 else name[:-1]}"
