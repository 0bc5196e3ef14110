"""Sound made up with known content: music and speech-like noise by seed, room tone, silence. float64 in −1…1 at 16 kHz, mono."""

import wave
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float64]
Kind = Literal["talk", "music", "tone", "silence"]

RATE = 16_000


def sound(kind: Kind, seed: int, seconds: float, level: float = 0.0) -> Sound:
    """``level`` in dB against the usual."""
    count = round(seconds * RATE)
    if kind == "silence":
        return np.zeros(count)
    rng = np.random.default_rng([seed, len(kind)])
    made = {"talk": _talk, "music": _music, "tone": _tone}[kind](rng, count)
    peak = float(np.abs(made).max()) or 1.0
    return made / peak * {"talk": 0.35, "music": 0.4, "tone": 0.01}[kind] * 10 ** (level / 20)


def write(path: Path, samples: Sound) -> None:
    """As a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def _music(rng: np.random.Generator, count: int) -> Sound:
    """Chords of three notes with overtones, each dying away."""
    out = rng.normal(0, 0.02, count)
    at = 0
    while at < count:
        length = int(rng.uniform(0.15, 0.6) * RATE)
        time = np.arange(min(count - at, length * 3 // 2)) / RATE
        for pitch in 110 * 2 ** (rng.integers(0, 36, 3) / 12):
            for overtone in (1, 2, 3):
                out[at : at + len(time)] += np.sin(2 * np.pi * pitch * overtone * time) * np.exp(-3 * time) / overtone
        at += length
    return out


def _talk(rng: np.random.Generator, count: int) -> Sound:
    """Syllables: a voice's overtones under three formants."""
    out = rng.normal(0, 0.01, count)
    at = 0
    while at < count:
        length = int(rng.uniform(0.08, 0.25) * RATE)
        time = np.arange(min(count - at, length)) / RATE
        voice, formants = rng.uniform(90, 220), rng.uniform(300, 2500, 3)
        overtones = np.arange(1, 30)
        weight = np.exp(-(((overtones[:, None] * voice - formants) / 150) ** 2)).sum(axis=1)
        syllable = (weight[:, None] * np.sin(2 * np.pi * voice * overtones[:, None] * time)).sum(axis=0)
        out[at : at + len(time)] += syllable * np.hanning(len(time))
        at += int(length * rng.uniform(1, 1.8))
    return out


def _tone(rng: np.random.Generator, count: int) -> Sound:
    return rng.normal(0, 0.3, count)
