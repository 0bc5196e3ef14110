"""What two sounds have in common, by their Chromaprint fingerprints: numpy vectors, no loop over their numbers.

Two numbers of 32 bits are compared by the bits in which they differ. The way is that of Chromaprint's own matcher
(``fingerprint_matcher.cpp``): equal leading bits vote for a shift between the two; along the shifts with most votes the differing
bits are smoothed, and what stays low is the same sound. Only for child processes: it imports numpy.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Print = NDArray[np.uint32]

LEADING = 32 - 12  # bits to shift off for a vote; Chromaprint's ALIGN_BITS is 12
SHIFTS = 24  # those with most votes that are looked along
OFTEN = 0.01  # the share of a sound's numbers that have one value, from which on that value is a hum or silence and does not vote
SMOOTH = 16  # numbers (2 s) over which differing bits are averaged
UNLIKE = 12.0  # differing bits
LOW = 9.0  # differing bits of 32; unlike sounds have 13 to 16 (measured: tests of this module), Chromaprint's threshold is 10
EDGE, WORSE = 8, 2.0  # numbers (1 s) at either end, averaged, may have so many more differing bits than the middle
BREAK = 12  # numbers (1.5 s) that may be unlike inside of a match: a word over the music
ASIDE = (-45, -20, 20, 45)  # numbers: where the same sound, heard a few seconds earlier or later, is unlike itself
CLEARER = 4.0  # bits by which it must be more like there than aside: rain, hiss and hums are always like themselves, and like each other
VARIED = 0.2  # the share of different values that a match must have: a hum is like every other hum


@dataclass(frozen=True)
class Match:
    """``length`` numbers from ``start`` in one sound are those from ``other`` on in the other one. ``error``: bits that differ, mean."""

    start: int
    other: int
    length: int
    error: float

    @property
    def gain(self) -> float:
        """By how much the two are more alike than sounds that have nothing to do with each other; the right shift has most."""
        return self.length * (UNLIKE - self.error)


def matches(one: Print, other: Print, shortest: int) -> list[Match]:
    """All that is in both, of at least ``shortest`` numbers, the surest first; no number of ``one`` is in two."""
    found = [match for shift in _shifts(one, other) for match in _along(one, other, shift, shortest)]
    kept: list[Match] = []
    for match in sorted(found, key=lambda match: -match.gain):
        if not any(_overlap(match, better) for better in kept):
            kept.append(match)
    return kept


def varied(numbers: Print) -> bool:
    """Whether a sound can be told from others at all."""
    return len(numbers) > 0 and len(np.unique(numbers)) >= VARIED * len(numbers)


def _shifts(one: Print, other: Print) -> list[int]:
    """By how much to move ``other`` to the right so that it may lie upon ``one``: the likeliest first."""
    if not len(one) or not len(other):
        return []
    places, others = _pairs(one >> np.uint32(LEADING), other >> np.uint32(LEADING))
    votes = np.bincount(places - others + len(other) - 1, minlength=len(one) + len(other))
    votes = votes + np.roll(votes, 1) + np.roll(votes, -1)  # the two are cut into steps at different moments
    best = np.argsort(votes)[::-1][: 3 * SHIFTS]
    return _thinned([int(shift) - len(other) + 1 for shift in best if votes[shift] > 1])


def _thinned(shifts: list[int]) -> list[int]:
    """Of neighbours, the one with most votes."""
    kept: list[int] = []
    for shift in shifts:
        if all(abs(shift - better) > 1 for better in kept):
            kept.append(shift)
    return kept[:SHIFTS]


def _pairs(one: Print, other: Print) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places of equal values: (in ``one``, in ``other``)."""
    order = np.argsort(other, kind="stable")
    ranked = other[order]
    first, last = np.searchsorted(ranked, one, "left"), np.searchsorted(ranked, one, "right")
    counts = last - first
    counts[counts > max(4, OFTEN * len(other))] = 0
    places = np.repeat(np.arange(len(one)), counts)
    begins = np.repeat(first - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
    return places, order[begins + np.arange(len(places))]


def _along(one: Print, other: Print, shift: int, shortest: int) -> list[Match]:
    """The matches at one shift."""
    begin, end = max(0, shift), min(len(one), len(other) + shift)
    if end - begin < shortest:
        return []
    mine, theirs = one[begin:end], other[begin - shift : end - shift]
    bits = _differing(mine, theirs)
    near = _averaged(bits)
    like = (near <= LOW) & (near <= _aside(mine, theirs) - CLEARER)
    found = []
    for start, stop in _trimmed(_stretches(like), bits):
        if stop - start >= shortest and varied(one[begin + start : begin + stop]):
            found.append(Match(begin + start, begin + start - shift, stop - start, float(bits[start:stop].mean())))
    return found


def _trimmed(stretches: list[tuple[int, int]], bits: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """The longest part that is as much alike as most of it: what lies beside the common sound is often a little alike too."""
    for start, stop in stretches:
        inside = bits[start:stop]
        good = _stretches(_averaged(inside, EDGE) <= np.median(inside) + WORSE, EDGE)
        if good:
            first, last = max(good, key=lambda one: one[1] - one[0])
            yield start + first, start + last


def _differing(one: Print, other: Print) -> NDArray[np.float64]:
    bits: NDArray[np.float64] = np.bitwise_count(one ^ other).astype(np.float64)
    return bits


def _aside(one: Print, other: Print) -> NDArray[np.float64]:
    """What differs, on average, where the two are laid upon each other some seconds aside."""
    steps = [step for step in ASIDE if abs(step) <= len(one) - SMOOTH // 2] or [len(one) // 2]
    aside: NDArray[np.float64] = np.mean([_averaged(_differing(one, np.roll(other, step))) for step in steps], axis=0)
    return aside


def _averaged(bits: NDArray[np.float64], count: int = SMOOTH) -> NDArray[np.float64]:
    """The mean of ``count`` neighbours, fewer at the ends."""
    window = np.ones(min(count, len(bits)))
    return np.convolve(bits, window, "same") / np.convolve(np.ones_like(bits), window, "same")


def _stretches(like: NDArray[np.bool_], longest: int = BREAK) -> list[tuple[int, int]]:
    """Where it is true, breaks of up to ``longest`` numbers bridged: [start, end)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], like, [False])).astype(np.int8)))
    joined: list[tuple[int, int]] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if joined and start - joined[-1][1] <= longest:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _overlap(one: Match, other: Match) -> bool:
    return one.start < other.start + other.length and other.start < one.start + one.length
