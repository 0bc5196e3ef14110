"""Silence in the 16 kHz sound."""

import numpy as np
from numpy.typing import NDArray

from daemon.contract.evidence import Span

Samples = NDArray[np.int16]

STEP = 0.05  # seconds of one measurement
RATE = 16_000
THRESHOLD = 10 ** (-50 / 20)  # of full scale, root mean square: between silencedetect's -60 dB and the room tone of a quiet set
SHORTEST = 0.5  # seconds
PIECE = RATE  # samples that are looked at together: a packet is too little work for its trouble


class Silence:
    """Give it samples with the film time of their first; what lies between two pushes was never heard, and so is silent."""

    def __init__(self) -> None:
        self._rest: list[Samples] = []  # not yet looked at
        self._waiting = 0  # samples in it
        self._at = 0.0  # film time of the first sample in ``_rest``
        self._start: float | None = 0.0  # silent until something is heard
        self._found: list[Span] = []

    def push(self, samples: Samples, time: float) -> None:
        """``samples`` int16 at 16 kHz."""
        if abs(time - self._at - self._waiting / RATE) > STEP:
            self._look()
            self._start = self._at if self._start is None else self._start
            self._rest, self._waiting, self._at = [], 0, time
        self._rest.append(samples)
        self._waiting += len(samples)
        if self._waiting >= PIECE:
            self._look()

    def finish(self, end: float) -> tuple[Span, ...]:
        """The stretches up to ``end``, where the film ends."""
        self._look()
        if self._start is None and end - self._at > STEP:
            self._start = self._at
        self._close(end)
        return tuple(self._found)

    def _look(self) -> None:
        width = round(STEP * RATE)
        whole = self._waiting // width
        if not whole:
            return
        samples = np.concatenate(self._rest)
        blocks = samples[: whole * width].reshape(whole, width).astype(np.float32)
        for silent in (np.sqrt((blocks**2).mean(axis=1)) < THRESHOLD * 32768).tolist():
            self._step(silent)
        self._rest = [samples[whole * width :]]
        self._waiting -= whole * width

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
