"""The demo film's sound: spoken lines laid over room tone. Mono, 16 kHz, float32, full scale 1.0."""

import json
import wave
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from daemon.contract.evidence import Span

Sound = NDArray[np.float32]

RATE = 16_000
SPEECH = Path(__file__).parent / "speech"
MARGIN = 0.1  # seconds kept on either side of a line, so that no breath is cut off


class Spoken(Span):
    """One line, and when it is said."""

    text: str


@cache
def lines(recording: str) -> tuple[Spoken, ...]:
    """What is said in ``speech/RECORDING.wav``, in its own seconds."""
    listed = json.loads((SPEECH / "lines.json").read_text())[f"{recording}.wav"]
    return tuple(Spoken.model_validate(line) for line in listed)


def recorded(recording: str) -> Sound:
    """The whole recording."""
    with wave.open(str(SPEECH / f"{recording}.wav")) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / np.float32(32768)


def line(recording: str, number: int) -> Sound:
    """One spoken line with ``MARGIN`` on either side, softly in and out."""
    said = lines(recording)[number]
    start, end = (round(RATE * time) for time in (said.start - MARGIN, said.end + MARGIN))
    ramp = np.minimum(1, np.arange(end - start) / (0.05 * RATE))
    return (recorded(recording)[start:end] * ramp * ramp[::-1]).astype(np.float32)


def tone(seconds: float, level: float, softness: int, seed: int) -> Sound:
    """Noise at ``level`` dB below full scale: a quiet room, rain or wheels, the duller the greater ``softness`` (samples)."""
    noise = np.random.default_rng(seed).normal(0, 1, round(seconds * RATE))
    dull = np.convolve(noise, np.hanning(softness + 2), mode="same") if softness else noise
    return (dull * 10 ** (level / 20) / max(1e-9, float(dull.std()))).astype(np.float32)


def add(track: Sound, at: float, sound: Sound) -> None:
    """Mixes ``sound`` into ``track`` from second ``at`` on."""
    start = round(at * RATE)
    stretch = track[start : start + len(sound)]
    stretch += sound[: len(stretch)]
