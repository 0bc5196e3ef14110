"""What two sounds have in common, by their Chromaprint fingerprints: numpy vectors, no loop over their numbers.

Two numbers of 32 bits are compared by the bits in which they differ. The way is that of Chromaprint's own matcher
(``fingerprint_matcher.cpp``): equal leading bits vote for a shift between the two; along the shifts with most votes the differing
bits are smoothed, and what stays low is the same sound. Only for child processes: it imports numpy.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Print = NDArray[np.uint32]

LEADING = 32 - 12  # bits to shift off for a vote; Chromaprint's ALIGN_BITS is 12
SHIFTS = 24  # those with most votes that are looked along
OFTEN = 0.01  # the share of a sound's numbers that have one value, from which on that value is a hum or silence and does not vote
SMOOTH = 16  # numbers (2 s) over which differing bits are averaged
LOW = 9.0  # differing bits of 32; unlike sounds have 13 to 16 (measured: tests of this module), Chromaprint's threshold is 10
BREAK = 12  # numbers (1.5 s) that may be unlike inside of a match: a word over the music
VARIED = 0.2  # the share of different values that a match must have: a hum is like every other hum


@dataclass(frozen=True)
class Match:
    """``length`` numbers from ``start`` in one sound are those from ``other`` on in the other one. ``error``: bits that differ, mean."""

    start: int
    other: int
    length: int
    error: float


def matches(one: Print, other: Print, shortest: int) -> list[Match]:
    """All that is in both, of at least ``shortest`` numbers, the longest first; no number of ``one`` is in two."""
    found = [match for shift in _shifts(one, other) for match in _along(one, other, shift, shortest)]
    kept: list[Match] = []
    for match in sorted(found, key=lambda match: -match.length):
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
    bits = np.bitwise_count(one[begin:end] ^ other[begin - shift : end - shift]).astype(np.float64)
    like = _averaged(bits) <= LOW
    found = []
    for start, stop in _stretches(like):
        if stop - start >= shortest and varied(one[begin + start : begin + stop]):
            found.append(Match(begin + start, begin + start - shift, stop - start, float(bits[start:stop].mean())))
    return found


def _averaged(bits: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of ``SMOOTH`` neighbours, fewer at the ends."""
    window = np.ones(min(SMOOTH, len(bits)))
    return np.convolve(bits, window, "same") / np.convolve(np.ones_like(bits), window, "same")


def _stretches(like: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where it is true, breaks up to ``BREAK`` numbers bridged: [start, end)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], like, [False])).astype(np.int8)))
    joined: list[tuple[int, int]] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if joined and start - joined[-1][1] <= BREAK:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _overlap(one: Match, other: Match) -> bool:
    return one.start < other.start + other.length and other.start < one.start + one.length
