"""Where a scene may begin, as far as measurement tells: fades, dissolves, black, a leap in brightness, the far side of a skip."""

from collections.abc import Sequence
from itertools import pairwise

from daemon.contract.evidence import Analysis, Shot, Span

DARK = 0.2  # mean luma below which a picture reads as night
LEAP = 0.25  # change of mean luma from one shot to the next that reads as another place or time
REST = 8.0  # seconds after an opening in which brightness alone opens nothing: two people lit differently are one scene
BLACK = 0.3  # seconds of black between two shots


def openings(analysis: Analysis) -> frozenset[str]:
    """The ids of the shots at which a scene may begin. Of the film before any skip, so that a moved skip moves none of them."""
    opened: set[str] = set()
    last = float("-inf")
    for before, shot in pairwise((None, *analysis.shots)):
        if shot and (before is None or _breaks(before, shot, analysis.black, last)):
            opened.add(shot.id)
            last = shot.start
    return frozenset(opened)


def openings_left(analysis: Analysis, shots: Sequence[Shot]) -> frozenset[str]:
    """The same for the ``shots`` that the skips left: a shot whose forerunner, or whose own beginning, was skipped opens too."""
    opened = openings(analysis)
    starts = {shot.id: shot.start for shot in analysis.shots}
    before = {shot.id: earlier.id for earlier, shot in pairwise(analysis.shots)}
    left = {shot.id for shot in shots}
    return frozenset(
        shot.id for shot in shots if shot.id in opened or before[shot.id] not in left or shot.start > starts[shot.id]
    )  # fmt: skip


def time_of_day(shots: Sequence[Shot]) -> str:
    """``DAY`` or ``NIGHT``: a guess from the light of ``shots``, each weighed by its length, and said to be one on the title page."""
    night = sum(shot.length for shot in shots if _is_night(shot))
    return "NIGHT" if night > sum(shot.length for shot in shots) / 2 else "DAY"


def _is_night(shot: Shot) -> bool:
    hint = shot.light.time if shot.light else ""
    return hint == "night" if hint else shot.brightness < DARK


def _breaks(before: Shot, shot: Shot, black: Sequence[Span], last: float) -> bool:
    if shot.starts_with in ("fade", "dissolve"):
        return True
    if any(span.length >= BLACK and before.middle < span.end and span.start < shot.middle and _near(span, shot) for span in black):
        return True
    return abs(shot.brightness - before.brightness) >= LEAP and shot.start - last >= REST


def _near(black: Span, shot: Shot) -> bool:
    return black.start - BLACK <= shot.start <= black.end + BLACK
