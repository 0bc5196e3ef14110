"""Advert breaks: parts of the film between moments that are black and silent at once, of the lengths in which airtime is sold.

Black and silence on both sides make a break possible; it takes more for it to be likely: spots of a usual length side by side, a
loudness that is not the film's, faster cutting. Each counts points. The limits on lengths are Comskip's defaults
(``min_commercialbreak`` 20, ``max_commercialbreak`` 600, ``min_commercial_size`` 4, ``max_commercial_size`` 120 s).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from daemon.contract.evidence import Loudness, Skip, Span
from daemon.stages.skip_rules.film import Film, common

BREAK = (10.0, 600.0)  # seconds; Comskip's 20 leaves out the single short spot of web video
SPOT = (4.0, 125.0)  # seconds
USUAL = (5, 6, 10, 12, 15, 20, 25, 30, 35, 40, 45, 50, 60, 75, 90, 120)  # seconds: what a spot is sold in, and sums of two
OFF = 0.6  # seconds by which a spot may miss its length: the black belongs to both sides
MEET = 0.3  # seconds between a black and a silence that are one moment
HEAD, TAIL = 20.0, 20.0  # seconds at the film's ends in which a moment is a logo's or the credits'
STEP, CLEAR_STEP = 2.0, 4.0  # LU between break and film: EBU R 128 lets programmes differ by ±1 LU; films are mixed lower than adverts
FASTER = 1.8  # times as many cuts a second as the film's
LIKELY, POSSIBLE = 3, 2  # points for a skip, and for a suggestion


@dataclass(frozen=True)
class _Moment:
    """Black and silence at once: the black's ends."""

    black: Span

    @property
    def time(self) -> float:
        return self.black.middle


def adverts(film: Film) -> Iterator[Skip]:
    """Each break, from the middle of the black before it to the middle of the one after it."""
    for row in _rows(_moments(film)):
        points = _points(film, row)
        if points >= POSSIBLE:
            confidence = min(0.9, 0.45 + 0.1 * points) if points >= LIKELY else 0.5
            yield Skip(start=row[0].time, end=row[-1].time, reason="advert", confidence=confidence, note="advert break")


def _moments(film: Film) -> list[_Moment]:
    if not film.analysis.has_audio:
        return []  # all is silent: black alone says nothing
    inner = [dark for dark in film.analysis.black if HEAD < dark.middle < film.duration - TAIL]
    return [_Moment(dark) for dark in inner if any(common(_wider(dark), quiet) > 0 for quiet in film.quiet)]


def _wider(span: Span) -> Span:
    return Span(start=span.start - MEET, end=span.end + MEET)


def _rows(moments: Sequence[_Moment]) -> Iterator[list[_Moment]]:
    """Moments one spot apart from each other, in rows that are as long as a break."""
    row: list[_Moment] = []
    for moment in moments:
        if row and not (SPOT[0] <= moment.time - row[-1].time <= SPOT[1] and _is_usual(moment.time - row[-1].time)):
            yield from _as_break(row)
            row = []
        row.append(moment)
    yield from _as_break(row)


def _as_break(row: list[_Moment]) -> Iterator[list[_Moment]]:
    if len(row) > 1 and BREAK[0] <= row[-1].time - row[0].time <= BREAK[1]:
        yield row


def _is_usual(length: float) -> bool:
    return any(abs(length - usual) <= OFF for usual in USUAL)


def _points(film: Film, row: Sequence[_Moment]) -> int:
    span = Span(start=row[0].time, end=row[-1].time)
    spots = min(len(row) - 1, 3)
    return spots + _by_loudness(film, span) + _by_cuts(film, span)


def _by_loudness(film: Film, span: Span) -> int:
    step = loudness_step(film.analysis.loudness, span)
    return 2 if step >= CLEAR_STEP else 1 if step >= STEP else 0


def loudness_step(loudness: Loudness | None, span: Span) -> float:
    """LU between the typical loudness of ``span`` and that of the rest; 0 where either is unknown."""
    if loudness is None:
        return 0.0
    inside: list[float] = []
    outside: list[float] = []
    for number, value in enumerate(loudness.momentary):
        time = (number + 0.5) * loudness.step
        if value > -60:  # LUFS: below is no sound, and no programme's loudness
            (inside if span.start < time < span.end else outside).append(value)
    return abs(median(inside) - median(outside)) if inside and outside else 0.0


def _by_cuts(film: Film, span: Span) -> int:
    shots = film.analysis.shots
    cuts = [shot.start for _, shot in pairwise(shots)]
    inside = sum(span.start < cut < span.end for cut in cuts) / span.length
    rest = (len(cuts) - inside * span.length) / max(film.duration - span.length, 1.0)
    return int(inside > FASTER * rest and inside * span.length >= 3)
