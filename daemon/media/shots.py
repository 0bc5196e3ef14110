"""Hard cuts: where one picture is followed by an unlike one, and the pictures around it are not as restless.

The score is PySceneDetect's content score (mean absolute difference of hue, saturation and value), the decision its adaptive
one (a peak against its neighbourhood). Both were made finer in three places, each measured by ``benchmarks/accuracy.py``: hue
counts by how colourful a pixel is, for it is noise in dark pictures; a peak also has to change the whole picture; a flash, after which
the old picture is back, is no cut.
"""

from collections import deque
from dataclasses import dataclass
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

WINDOW = 0.25  # seconds on either side of a peak that it is compared with
SHORTEST = 0.25  # seconds: a shot shorter than that is a flash
PEAK = 3.0  # times the mean of the neighbourhood: PySceneDetect's adaptive_threshold
FLOOR = 7.0  # content score below which nothing is a cut; PySceneDetect's 15 misses cuts between like pictures
BACK = 0.5  # of the peak: the picture after a flash is nearer than that to the one before it


@dataclass
class _Seen:
    time: float
    score: float
    hsv: Image


class Cuts:
    """Give it pictures in order; ``finish`` gives the times of the first pictures after each cut."""

    view: ClassVar[Literal["hsv"]] = "hsv"

    def __init__(self) -> None:
        self._seen: deque[_Seen] = deque()
        self._decided = 0  # how many of the pictures in the window have been looked at
        self._found: list[float] = []

    def push(self, hsv: Image, time: float) -> None:
        """``hsv`` uint8 [90, 160, 3] at ``time`` seconds."""
        score = content_score(self._seen[-1].hsv, hsv) if self._seen else 0.0
        self._seen.append(_Seen(time, score, hsv))
        while self._seen[self._decided].time <= time - WINDOW:
            self._decide()

    def finish(self) -> tuple[float, ...]:
        """The cuts, in seconds."""
        while self._decided < len(self._seen):
            self._decide()
        return tuple(self._found)

    def _decide(self) -> None:
        index = self._decided
        if index and self._is_cut(index):
            self._found.append(self._seen[index].time)
        self._decided += 1
        while self._seen[0].time < self._seen[self._decided - 1].time - 2 * WINDOW:
            self._seen.popleft()
            self._decided -= 1

    def _is_cut(self, index: int) -> bool:
        peak = self._seen[index]
        if peak.score < FLOOR or (self._found and peak.time - self._found[-1] < SHORTEST):
            return False
        around = [s.score for i, s in enumerate(self._seen) if i and i != index and abs(s.time - peak.time) <= WINDOW]
        return peak.score >= PEAK * (sum(around) / max(1, len(around))) and not self._is_flash(index)

    def _is_flash(self, index: int) -> bool:
        before = self._seen[index - 1]
        later = [s for s in list(self._seen)[index + 1 :] if s.time - before.time <= SHORTEST + 0.05]
        limit = BACK * self._seen[index].score
        return any(content_score(before.hsv, s.hsv) < limit for s in later)


def content_score(one: Image, other: Image) -> float:
    """How unlike two pictures are, 0–255: the mean of the differences of hue, saturation and value."""
    hue, saturation, value, _ = cv2.mean(cv2.absdiff(one, other))
    return (hue + saturation + value) / 3
