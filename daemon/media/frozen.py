"""A picture that does not change at all: a freeze frame, a slide, a stuck recording."""

from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from daemon.contract.evidence import Span

Image = NDArray[np.uint8]

STEP = 0.1  # seconds between two looks
CELLS = (20, 12)  # width, height of the grid in which a change is looked for
SAME = 1.0  # luma levels by which no cell may differ from the first frozen picture; an encoder's own flicker stays below
SHORTEST = 2.0  # seconds; ffmpeg's freezedetect takes the same


class Frozen:
    """Give it pictures in order; ``finish`` gives the stretches. A black one is frozen too."""

    view: ClassVar[Literal["luma"]] = "luma"

    def __init__(self) -> None:
        self._first: tuple[NDArray[np.float32], float] | None = None
        self._looked = float("-inf")
        self._found: list[Span] = []

    def push(self, luma: Image, time: float) -> None:
        """``luma`` uint8 [H, W] at ``time`` seconds."""
        if time - self._looked < STEP - 0.005:
            return
        self._looked = time
        cells = cv2.resize(luma, CELLS, interpolation=cv2.INTER_AREA).astype(np.float32)
        if self._first is None or cv2.norm(self._first[0], cells, cv2.NORM_INF) > SAME:
            self._close(time)
            self._first = (cells, time)

    def finish(self, end: float) -> tuple[Span, ...]:
        """The stretches; ``end`` is where the film ends."""
        self._close(end)
        return tuple(self._found)

    def _close(self, time: float) -> None:
        if self._first and time - self._first[1] >= SHORTEST:
            self._found.append(Span(start=self._first[1], end=time))
        self._first = None
