"""Music and silence in a film's sound. numpy alone, imported by children only.

Music is told by its tones: their places in the spectrum stay for a moment, as those of noise do not, and change after a while, as those of
a hum do not. It is looked for where nobody speaks; what plays below speech is not found.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from daemon.contract.evidence import Sound, Span
from daemon.speech.pieces import RATE, Samples

Numbers = NDArray[np.float64]

QUIET = 2.0  # seconds: shorter silence is a pause
SHORTEST, GAP = 3.0, 1.5  # seconds of music, and what may lie between two stretches of one piece
WINDOW, HOP = 2048, 1024  # samples: 128 ms, 64 ms; 8 Hz a line, so that two notes are two
LOWEST, HIGHEST = 12, 512  # lines: 94 to 4000 Hz
BROAD = 25  # lines that a spectrum is smoothed over to see its tones
NEXT = 2  # frames: those do not overlap
BLOCK = 1.0  # seconds that are judged together
FAINT = 10 ** (-55 / 20)  # of full scale, root mean square
TONES = 0.3  # correlation of the tones with those of a moment later; noise has up to 0.15, chords 0.5 and more
HUM, AFTER = 0.97, 8.0  # correlation; a sound that stays the same for so many seconds is a machine
SPOKEN = 0.3  # share of a block in which somebody speaks
PIECE = 60  # seconds that are read at once


def sounds(samples: Samples, speech: Sequence[Span], silence: Sequence[Span]) -> tuple[Sound, ...]:
    """Stretches of music and of silence, ids ``n1`` on, in order of time."""
    quiet = [Sound(id="", start=span.start, end=span.end, kind="silence") for span in silence if span.length >= QUIET]
    found = sorted([*quiet, *music(samples, speech)], key=lambda sound: (sound.start, sound.end))
    return tuple(sound.model_copy(update={"id": f"n{number}"}) for number, sound in enumerate(found, 1))


def music(samples: Samples, speech: Sequence[Span]) -> list[Sound]:
    """Stretches in which tones are heard and nobody speaks; ``confidence`` is how much of them is tones."""
    rows = list(_blocks(samples))
    if not rows:
        return []
    lasting, pictures = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    heard = (lasting >= TONES) & ~_spoken(len(rows), speech) & ~_hums(pictures)
    return [_music(first, last, lasting, len(samples) / RATE) for first, last in _stretches(heard)]


def _music(first: int, last: int, lasting: Numbers, end: float) -> Sound:
    confidence = float(np.clip(lasting[first:last].mean() / (2 * TONES), 0, 1))
    return Sound(id="", start=first * BLOCK, end=min(last * BLOCK, end), kind="music", confidence=round(confidence, 2))


def _blocks(samples: Samples) -> Iterator[tuple[float, Numbers]]:
    """A second each: how much its tones last, 0–1, and its mean tones."""
    length = round(BLOCK * RATE)
    for start in range(0, len(samples), PIECE * length):
        part = samples[start : start + PIECE * length].astype(np.float64) / 32768
        for begin in range(0, len(part) - length + 1, length):
            yield _lasting(part[begin : begin + length])


def _lasting(block: Numbers) -> tuple[float, Numbers]:
    windows = block[np.arange(WINDOW) + HOP * np.arange((len(block) - WINDOW) // HOP + 1)[:, None]] * np.hanning(WINDOW)
    tones = _tones(np.log(np.abs(np.fft.rfft(windows, axis=1))[:, LOWEST:HIGHEST] + 1e-5))
    if np.sqrt((block**2).mean()) < FAINT:
        return 0.0, tones.mean(axis=0)
    return float(_alike(tones[:-NEXT], tones[NEXT:]).mean()), tones.mean(axis=0)


def _tones(spectra: Numbers) -> Numbers:
    """What stands out of each spectrum's own broad shape, and nothing of what lies below it."""
    padded = np.pad(spectra, ((0, 0), (BROAD // 2, BROAD // 2)), mode="edge")
    sums = np.cumsum(np.pad(padded, ((0, 0), (1, 0))), axis=1)
    broad = (sums[:, BROAD:] - sums[:, :-BROAD]) / BROAD
    return np.maximum(0, spectra - broad)


def _alike(one: Numbers, other: Numbers) -> Numbers:
    """Correlation of the rows, 0 where one of them has no shape."""
    one, other = (rows - rows.mean(axis=1, keepdims=True) for rows in (one, other))
    size = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    products: Numbers = (one * other).sum(axis=1) / np.maximum(size, 1e-9)
    return products


def _spoken(count: int, speech: Iterable[Span]) -> NDArray[np.bool_]:
    shares = np.zeros(count)
    for span in speech:
        for block in range(int(span.start / BLOCK), min(count, int(span.end / BLOCK) + 1)):
            shares[block] += max(0.0, min(span.end, (block + 1) * BLOCK) - max(span.start, block * BLOCK)) / BLOCK
    return shares > SPOKEN


def _hums(pictures: Numbers) -> NDArray[np.bool_]:
    """Where a sound stays the same from second to second for a while: a machine, a tube light, mains hum."""
    later, count = round(AFTER / BLOCK), len(pictures)
    steady = np.ones(max(0, count - later), bool)
    for lag in range(1, later + 1):
        steady &= _alike(pictures[: len(steady)], pictures[lag : lag + len(steady)]) > HUM
    same = np.zeros(count, bool)
    for first in np.flatnonzero(steady):
        same[first : first + later + 1] = True
    return same


def _stretches(heard: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """``(first, last)`` blocks, the last not included; gaps are closed, what is short goes."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], heard.astype(int), [0]])))
    joined: list[tuple[int, int]] = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if joined and (first - joined[-1][1]) * BLOCK <= GAP:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    yield from ((first, last) for first, last in joined if (last - first) * BLOCK >= SHORTEST)
