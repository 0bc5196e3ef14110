"""Black pictures, as ffmpeg's blackdetect knows them, but without taking truly dark footage for black."""

from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from daemon.contract.evidence import Span

Image = NDArray[np.uint8]

DARK = 16 + round(0.10 * 219)  # blackdetect's pixel_black_th = 0.10, in limited-range luma
SHARE = 0.98  # blackdetect's picture_black_ratio_th
SPREAD = 3.0  # standard deviation of luma; dark footage has at least some shape, black has only noise
SHORTEST = 0.08  # seconds: two pictures at 25 a second; adverts are parted by as little


class Black:
    """Give it pictures in order; ``finish`` gives the black stretches."""

    view: ClassVar[Literal["luma"]] = "luma"

    def __init__(self) -> None:
        self._start: float | None = None
        self._found: list[Span] = []

    def push(self, luma: Image, time: float) -> None:
        """``luma`` uint8 [H, W], 16 black to 235 white, at ``time`` seconds."""
        if is_black(luma):
            self._start = time if self._start is None else self._start
        else:
            self._close(time)

    def finish(self, end: float) -> tuple[Span, ...]:
        """The stretches; ``end`` is where the film ends."""
        self._close(end)
        return tuple(self._found)

    def _close(self, time: float) -> None:
        if self._start is not None and time - self._start >= SHORTEST:
            self._found.append(Span(start=self._start, end=time))
        self._start = None


def is_black(luma: Image) -> bool:
    """Nearly all of it dark, and flat."""
    mean, spread = cv2.meanStdDev(luma)
    if mean[0, 0] > DARK or spread[0, 0] > SPREAD:
        return False
    return int(np.count_nonzero(luma <= DARK)) >= SHARE * luma.size
