"""What a voice sounds like, fifty times a second: the shape of its spectrum and its pitch. numpy alone, imported by children only.

The shape is told by mel-frequency cepstra (Davis and Mermelstein, 1980), without the first, which is loudness; the pitch by the
autocorrelation of the windowed sound over that of the window (Boersma, 1993).
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
Numbers = NDArray[np.float64]

RATE = 16_000
STEP, WINDOW, LENGTH = 320, 640, 1024  # samples: 20 ms, 40 ms, and the window filled up to a power of two
BANDS, SHAPE = 40, 20  # mel bands from 80 to 7200 Hz, and the cepstra that are kept of them
WIDTH = SHAPE + 1  # numbers of a frame: the cepstra, and the natural logarithm of the pitch in Hz
SLOWEST, FASTEST = 65, 400  # Hz of a voice
VOICED = 0.6  # of 1, which a pure tone has
FAINT = 25.0  # dB below the loudest frame, where a room is heard and not a voice


class Voiceprint(NamedTuple):
    """The voiced frames of some sound: ``times`` their middles in film seconds [n], ``frames`` [n, 21]."""

    times: Numbers
    frames: Numbers


def voiceprint(sound: Sound, start: float) -> Voiceprint:
    """Of ``sound`` (16 kHz, full scale 1.0), which begins at ``start`` film seconds."""
    count = max(0, (len(sound) - WINDOW) // STEP + 1)
    if not count:
        return Voiceprint(np.zeros(0), np.zeros((0, WIDTH)))
    cut = sound[np.arange(WINDOW) + STEP * np.arange(count)[:, None]].astype(np.float64)
    windows = (cut - cut.mean(axis=1, keepdims=True)) * np.hanning(WINDOW)
    pitch, voicing = _pitch(windows)
    level = 10 * np.log10((windows**2).mean(axis=1) + 1e-12)
    voiced = (voicing > VOICED) & (level > level.max() - FAINT)
    times = start + (STEP * np.arange(count) + WINDOW / 2) / RATE
    return Voiceprint(times[voiced], np.column_stack([_shape(windows), np.log(pitch)])[voiced])


def _shape(windows: Numbers) -> Numbers:
    """Cepstra [n, 20]; high sounds are lifted first, since voices lose 6 dB an octave."""
    lifted = np.diff(windows, axis=1, prepend=0) + 0.03 * windows
    power: Numbers = np.abs(np.fft.rfft(lifted, LENGTH)) ** 2
    bands, cosines = _tables()
    shape: Numbers = np.log(power @ bands + 1e-9) @ cosines
    return shape


def _pitch(windows: Numbers) -> tuple[Numbers, Numbers]:
    """Hz and how periodic the sound is, 0–1, a frame: the shortest lag that fits nearly as well as the best one."""
    shortest, longest = RATE // FASTEST, RATE // SLOWEST
    repeats = _repeats(windows)[:, shortest:longest] / _repeats(np.hanning(WINDOW)[None])[:, shortest:longest]
    peaks = np.zeros(repeats.shape, bool)
    peaks[:, 1:-1] = (repeats[:, 1:-1] >= repeats[:, :-2]) & (repeats[:, 1:-1] >= repeats[:, 2:])
    peaks &= repeats >= 0.9 * repeats.max(axis=1, keepdims=True)
    lag = np.where(peaks.any(axis=1), peaks.argmax(axis=1), repeats.argmax(axis=1)) + shortest
    return RATE / lag, repeats.max(axis=1)


def _repeats(windows: Numbers) -> Numbers:
    """Autocorrelation, 1 at lag 0, as many lags as samples."""
    power = np.abs(np.fft.rfft(windows, 2 * LENGTH)) ** 2
    products: Numbers = np.fft.irfft(power, axis=1)[:, :WINDOW]
    return products / np.maximum(products[:, :1], 1e-12)


@cache
def _tables() -> tuple[Numbers, Numbers]:
    """Triangles over the spectrum [513, 40], and the cosines that take their logarithms to cepstra [40, 20]."""
    lowest, highest = (2595 * np.log10(1 + hertz / 700) for hertz in (80, 7200))
    edges = 700 * (10 ** (np.linspace(lowest, highest, BANDS + 2) / 2595) - 1)
    hertz = np.fft.rfftfreq(LENGTH, 1 / RATE)[:, None]
    rising, falling = (hertz - edges[:-2]) / np.diff(edges)[:-1], (edges[2:] - hertz) / np.diff(edges)[1:]
    cosines = np.cos(np.pi / BANDS * np.outer(np.arange(BANDS) + 0.5, np.arange(1, SHAPE + 1))) * np.sqrt(2 / BANDS)
    return np.maximum(0, np.minimum(rising, falling)), cosines
