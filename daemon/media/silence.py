"""Silence in the 16 kHz sound."""

import numpy as np
from numpy.typing import NDArray

from daemon.contract.evidence import Span

Samples = NDArray[np.int16]

STEP = 0.05  # seconds of one measurement
RATE = 16_000
THRESHOLD = 10 ** (-50 / 20)  # of full scale, root mean square: between silencedetect's -60 dB and the room tone of a quiet set
SHORTEST = 0.5  # seconds


class Silence:
    """Give it samples with the film time of their first; what lies between two pushes was never heard, and so is silent."""

    def __init__(self) -> None:
        self._rest: Samples = np.empty(0, np.int16)
        self._at = 0.0  # film time of the first sample in ``_rest``
        self._start: float | None = 0.0  # silent until something is heard
        self._found: list[Span] = []

    def push(self, samples: Samples, time: float) -> None:
        """``samples`` int16 at 16 kHz."""
        if abs(time - self._at - len(self._rest) / RATE) > STEP:
            self._start = self._at if self._start is None else self._start
            self._rest, self._at = np.empty(0, np.int16), time
        self._rest = np.concatenate((self._rest, samples))
        width = round(STEP * RATE)
        whole = len(self._rest) // width
        if whole:
            blocks = self._rest[: whole * width].reshape(whole, width).astype(np.float32)
            quiet = np.sqrt((blocks**2).mean(axis=1)) / 32768 < THRESHOLD
            for silent in quiet.tolist():
                self._step(silent)
            self._rest = self._rest[whole * width :]

    def finish(self, end: float) -> tuple[Span, ...]:
        """The stretches up to ``end``, where the film ends."""
        if self._start is None and end - self._at > STEP:
            self._start = self._at
        self._close(end)
        return tuple(self._found)

    def _step(self, silent: bool) -> None:
        if not silent:
            self._close(self._at)
        elif self._start is None:
            self._start = self._at
        self._at = round(self._at + STEP, 6)

    def _close(self, time: float) -> None:
        if self._start is not None and time - self._start >= SHORTEST:
            self._found.append(Span(start=self._start, end=time))
        self._start = None
