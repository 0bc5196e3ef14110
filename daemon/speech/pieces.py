"""The sound of a film, some minutes at a time, cut where nobody speaks: memory does not grow with its length.

Voice is found by Silero VAD (it comes with faster-whisper), in steps of 32 ms.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from daemon.contract.evidence import Span
from daemon.speech import quiet

RATE = 16_000  # samples a second
LENGTH = 180.0  # seconds; twice as much takes 120 MB more, half as much costs a tenth more work in windows that are not full
SHORTEST_GAP = 160  # ms without voice that part two stretches


class Recording:
    """16 kHz mono samples in a file, read when they are asked for, so that a long film stays on the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._length = path.stat().st_size // 2

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: slice) -> NDArray[np.int16]:
        start, end, _ = part.indices(self._length)
        return np.fromfile(self._path, "<i2", end - start, offset=2 * start)


Samples = NDArray[np.int16] | Recording


class Piece(NamedTuple):
    """A stretch of the film, and where somebody speaks in it; film seconds."""

    start: float
    end: float
    speech: tuple[Span, ...]


def sound(samples: Samples, start: float, end: float) -> NDArray[np.float32]:
    """What is heard between two film seconds: ``float32 [n]`` at 16 kHz, full scale 1.0."""
    part = samples[round(start * RATE) : round(end * RATE)].astype(np.float32)
    part /= 32768  # in its place: a whole film is large
    return part


def pieces(samples: Samples, length: float = LENGTH) -> Iterator[Piece]:
    """``samples`` in pieces of at most ``length`` seconds."""
    start = 0
    while start < len(samples):
        window = sound(samples, start / RATE, start / RATE + length)
        spoken = _voice(window)
        end = len(window) if start + len(window) == len(samples) else _pause(spoken, len(window))
        yield Piece(start / RATE, (start + end) / RATE, tuple(_span(start, *pair) for pair in spoken if pair[0] < end))
        start += end


def shortened(piece: Piece, length: float) -> Iterator[Piece]:
    """``piece`` in parts of at most ``length`` seconds where that can be had, parted between stretches of speech."""
    start, speech = piece.start, list[Span]()
    for stretch in piece.speech:
        if speech and stretch.end - start > length:
            middle = (speech[-1].end + stretch.start) / 2
            yield Piece(start, middle, tuple(speech))
            start, speech = middle, []
        speech.append(stretch)
    yield Piece(start, piece.end, tuple(speech))


def _voice(window: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Stretches of voice, in samples."""
    with quiet.imports():
        from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=SHORTEST_GAP, speech_pad_ms=0)
    return [(stretch["start"], stretch["end"]) for stretch in get_speech_timestamps(window, options)]


def _pause(spoken: Sequence[tuple[int, int]], length: int) -> int:
    """The middle of the widest pause in the second half, in samples; the very end where there is none."""
    ends = [0, *(end for _, end in spoken)]
    starts = [*(start for start, _ in spoken), length]
    gaps = [(max(end, length // 2), start) for end, start in zip(ends, starts, strict=True) if start > length // 2]
    end, start = max(gaps, key=lambda gap: gap[1] - gap[0], default=(length, length))
    return (end + start) // 2 if start > end else length


def _span(offset: int, start: int, end: int) -> Span:
    return Span(start=(offset + start) / RATE, end=(offset + end) / RATE)
