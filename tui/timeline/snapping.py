"""The moments that an edit is drawn to: cuts, and the edges of black and silence. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from daemon.contract.timeline import Timeline

SAME = 0.001  # seconds


def moments(timeline: Timeline) -> tuple[float, ...]:
    """All of them, in order."""
    cuts = {shot.start for shot in timeline.shots} | {shot.end for shot in timeline.shots[-1:]}
    edges = {edge for span in (*timeline.black, *timeline.silence) for edge in (span.start, span.end)}
    return tuple(sorted(cuts | edges))


def nearest(time: float, among: Sequence[float]) -> float:
    """The one of ``among`` (in order) that is nearest to ``time``; ``time`` itself where there is none."""
    at = bisect_left(among, time)
    return min(among[max(0, at - 1) : at + 1], key=lambda moment: abs(moment - time), default=time)


def within(start: float, length: float, among: Sequence[float]) -> float:
    """The one that is nearest to a short stretch, if it lies in it or right beside; else ``start``."""
    middle = start + length / 2
    found = nearest(middle, among)
    return found if abs(found - middle) <= length else start


def following(time: float, among: Sequence[float]) -> float:
    """The first of ``among`` after ``time``; else ``time``."""
    at = bisect_right(among, time + SAME)
    return among[at] if at < len(among) else time


def preceding(time: float, among: Sequence[float]) -> float:
    """The last of ``among`` before ``time``; else ``time``."""
    at = bisect_left(among, time - SAME)
    return among[at - 1] if at else time
