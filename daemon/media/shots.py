"""Hard cuts: where one picture is followed by an unlike one, and the pictures around it are not as restless.

The score is PySceneDetect's content score (mean absolute difference of hue, saturation and value), the decision its adaptive
one (a peak against its neighbourhood). Two things are finer here: hue counts by how colourful the picture is, for it is
noise where there is no colour; and a flash, after which the old picture is back, is no cut. The numbers were chosen with
``benchmarks/accuracy.py``, whose films have known truth.
"""

from collections import deque
from dataclasses import dataclass
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

NEIGHBOURS = 4  # pictures on either side that a peak is compared with; PySceneDetect takes 2, too few for handheld films
PEAK = 3.0  # times the mean of the neighbourhood: PySceneDetect's adaptive_threshold
FLOOR = 5.0  # content score below which nothing is a cut; PySceneDetect's 15 misses cuts between like pictures
SHORTEST = 0.25  # seconds: what is shorter is a flash, not a shot
FLASH = 0.3  # seconds within which the old picture is back
CANDIDATE = 2.0  # the peak in the fast mode, whose pictures lie further apart; ``refine`` looks at them again
COLOURFUL = 64  # mean saturation, of 255, from which on hue counts fully
BLACK = 16  # value of a black picture: luma keeps its limited range
LIT = 24  # mean value above that, from which on hue and saturation count fully
BACK = 0.5  # of the peak: the picture after a flash is nearer than that to the one before it


@dataclass(frozen=True)
class Cut:
    """The first picture after a cut is at ``time``, the last one before it was seen at ``before``; both in seconds.

    A ``faint`` one stands out too little to be taken without another look.
    """

    before: float
    time: float
    score: float
    faint: bool = False


@dataclass(frozen=True)
class _Seen:
    time: float
    score: float
    hsv: Image


class Cuts:
    """Give it pictures in order; ``finish`` gives the cuts. ``score`` is how unlike the last two were, 0–255.

    With a lower ``peak`` it finds candidates, too many rather than too few; those below ``PEAK`` are ``faint``.
    """

    view: ClassVar[Literal["hsv"]] = "hsv"

    def __init__(self, peak: float = PEAK) -> None:
        self._peak = peak
        self._seen: deque[_Seen] = deque()
        self._next = 0  # the first picture in it that was not decided on
        self._found: list[Cut] = []
        self.score = 0.0

    def push(self, hsv: Image, time: float) -> None:
        """``hsv`` uint8 [90, 160, 3] at ``time`` seconds."""
        self.score = content_score(self._seen[-1].hsv, hsv) if self._seen else 0.0
        self._seen.append(_Seen(time, self.score, hsv))
        while self._next + NEIGHBOURS < len(self._seen) and time - self._seen[self._next].time > FLASH:
            self._decide(self._next)
            self._move_on()

    def finish(self) -> tuple[Cut, ...]:
        """All cuts, in order."""
        for index in range(self._next, len(self._seen)):
            self._decide(index)
        return tuple(self._found)

    def _move_on(self) -> None:
        self._next += 1
        while self._next > NEIGHBOURS + 1 and self._seen[self._next].time - self._seen[0].time > FLASH:
            self._seen.popleft()
            self._next -= 1

    def _decide(self, index: int) -> None:
        peak = self._seen[index]
        if index == 0 or peak.score < FLOOR or (self._found and peak.time - self._found[-1].time < SHORTEST):
            return
        restless = self._restlessness(index)
        if peak.score >= self._peak * restless and not self._is_flash(index):
            self._found.append(Cut(self._seen[index - 1].time, peak.time, peak.score, faint=peak.score < PEAK * restless))

    def _restlessness(self, index: int) -> float:
        """The mean score around the peak, without the largest: a second cut nearby must not hide the first."""
        around = [s.score for i, s in enumerate(self._seen) if i and i != index and abs(i - index) <= NEIGHBOURS]
        return (sum(around) - max(around)) / (len(around) - 1) if len(around) > 1 else 0.0

    def _is_flash(self, index: int) -> bool:
        """Whether the old picture is soon back, or this is the way back."""
        limit, time, seen = BACK * self._seen[index].score, self._seen[index].time, list(self._seen)
        last, first = seen[index - 1].hsv, seen[index].hsv
        after = [s.hsv for s in seen[index + 1 :] if s.time - time <= FLASH]
        before = [s.hsv for s in seen[: index - 1] if time - s.time <= FLASH]
        return any(content_score(last, hsv) < limit for hsv in after) or any(content_score(hsv, first) < limit for hsv in before)


def content_score(one: Image, other: Image) -> float:
    """How unlike two pictures are, 0–255: the mean of the differences of hue, saturation and value.

    The difference of hue counts by the mean saturation of both, and fully from a quarter of full saturation on. Both count by
    the mean brightness: in near-black pictures they are noise, and a fade from black would begin with a cut.
    """
    hue, saturation, value, _ = cv2.mean(cv2.absdiff(one, other))
    mean, mean_other = cv2.mean(one), cv2.mean(other)
    colourful = min(1.0, (mean[1] + mean_other[1]) / 2 / COLOURFUL)
    lit = min(1.0, max(0.0, (mean[2] + mean_other[2]) / 2 - BLACK) / LIT)
    return (lit * (colourful * hue + saturation) + value) / 3
