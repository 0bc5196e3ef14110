"""Fades and dissolves with their length: stretches in which every picture is a mixture of the first and the last.

Between A and B a picture is A + α (B − A) with α rising evenly from 0 to 1, whatever the pictures show. Camera movement does not do that:
halfway through a pan the picture is no mixture of both ends. A fade is a dissolve from or to a flat picture. After Lienhart,
"Reliable transition detection in videos" (2001), who tests for the same mixture; solved here with inner products of thumbnails, so
that all lengths are tested at once without looking at a pixel again.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from daemon.contract.evidence import Transition

Image = NDArray[np.uint8]
Vectors = NDArray[np.float32]
Floats = NDArray[np.float64]

THUMB = (32, 18)  # width, height: coarse enough that what moves within the two pictures hardly counts
STEP = 0.1  # seconds between two thumbnails
LONGEST = 4.0  # seconds
SHORTEST = 0.25  # seconds: shorter ones are cuts to the eye
UNEVEN = 0.10  # how far α may be off the even rise, on average
FEW = 0.12  # more than that, divided by the number of pictures between: two of them cannot lie evenly
EVENNESS_COUNTS = 3.0  # how much more change makes up for a tenth more unevenness: three tenths
IMPURE = 0.12  # the part of the change (of its energy) that is no mixture
CHANGE = 8.0  # root mean square difference of the ends, luma levels
ALIKE = 0.55  # correlation of the ends above which nothing was exchanged: light that changes, a slow movement
FLAT = 4.0  # standard deviation of a thumbnail that shows nothing
EVERYWHERE = 0.3  # the median change over the root mean square one: 0.67 for noise, near 0 where one thing moves
CONTRAST = 0.8  # of the ends' mean variance, in the middle: 0.5 where they have nothing in common
KEPT = 64  # thumbnails: LONGEST and a little more
RESTS = 0.5  # seconds without a better candidate that end a transition


@dataclass(frozen=True)
class _Candidate:
    first: float
    last: float
    worth: float  # the change, less where it is uneven: a longer stretch must not take in what moves before and after
    found: Transition


class Graduals:
    """Give it pictures in order; ``finish`` gives the transitions."""

    view: ClassVar[Literal["luma"]] = "luma"

    def __init__(self) -> None:
        self._memory = _Memory()
        self._best: _Candidate | None = None
        self._found: list[Transition] = []

    def push(self, luma: Image, time: float) -> None:
        """``luma`` uint8 [H, W] at ``time`` seconds."""
        if time - self._memory.newest < STEP - 0.005:
            return
        thumb = cv2.resize(luma, THUMB, interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
        self._memory.add(thumb, float(cv2.meanStdDev(luma)[1][0, 0]) ** 2, time)
        candidate = self._memory.candidate()
        if self._best and (time - self._best.last > RESTS or (candidate and _is_next(candidate, self._best))):
            self._settle(self._best)
        if candidate and (self._best is None or candidate.worth > self._best.worth * 1.02):
            self._best = candidate

    def finish(self) -> tuple[Transition, ...]:
        """All transitions, in order."""
        if self._best:
            self._settle(self._best)
        return tuple(self._found)

    def _settle(self, best: _Candidate) -> None:
        self._best = None
        new = best.found
        if new.length >= SHORTEST and not (self._found and new.start < self._found[-1].end - STEP):
            self._found.append(new)


def _is_next(new: _Candidate, old: _Candidate) -> bool:
    return old.found.kind == "fade out" and new.first >= old.last - STEP


class _Memory:
    """The last thumbnails with their inner products: a ring, so that a new one costs one product with each of the others."""

    def __init__(self) -> None:
        size = THUMB[0] * THUMB[1]
        self._thumbs = np.zeros((KEPT, size), np.float32)
        self._times = np.full(KEPT, -np.inf)
        self._gram = np.zeros((KEPT, KEPT))  # mean products
        self._means = np.zeros(KEPT)
        self._variances = np.zeros(KEPT)  # of the whole picture, not of its thumbnail
        self._at = -1  # the newest one's place

    @property
    def newest(self) -> float:
        return float(self._times[self._at])

    def add(self, thumb: Vectors, variance: float, time: float) -> None:
        self._at = (self._at + 1) % KEPT
        self._variances[self._at] = variance
        self._thumbs[self._at], self._times[self._at], self._means[self._at] = thumb, time, cv2.mean(thumb)[0]
        products = self._thumbs @ thumb / len(thumb)
        self._gram[self._at, :] = self._gram[:, self._at] = products
        self._forget_before_cut()

    def _forget_before_cut(self) -> None:
        """One picture exchanged for another in a single step is a cut: no transition reaches across it."""
        before = (self._at - 1) % KEPT
        if self._times[before] == -np.inf:
            return
        own, others, together = self._gram[self._at, self._at], self._gram[before, before], self._gram[self._at, before]
        if own + others - 2 * together < CHANGE**2:
            return
        order = np.array([before, self._at])
        if (self._spread(order) >= FLAT).all() and self._exchanged(order)[0]:
            newest = self._times[self._at]
            self._times[:] = -np.inf
            self._times[self._at] = newest

    def candidate(self) -> _Candidate | None:
        """The even mixture of the greatest worth that ends at the newest picture."""
        order = self._order(self.newest - LONGEST)
        if len(order) < 4:
            return None
        exchanged = self._exchanged(order)
        if not exchanged.any():
            return None
        times = self._times[order]
        fits, error = mixtures(self._gram[np.ix_(order, order)], times)
        fits &= exchanged
        worth = np.sqrt(np.maximum(self._change(order), 0)) * (1 - EVENNESS_COUNTS * error)
        for index in sorted(np.flatnonzero(fits).tolist(), key=lambda i: -worth[i]):
            if self._is_transition(order[index:]):
                found = _transition(self._thumbs[order[index:]], times[index:], float(error[index]))
                return _Candidate(float(times[index]), self.newest, float(worth[index]), found)
        return None

    def _is_transition(self, order: NDArray[np.intp]) -> bool:
        """Whether the mixture from the first to the last of ``order`` is no movement: the costlier tests."""
        if (self._spread(order[[0, -1]]) < FLAT).any():
            return True  # a fade: what is drawn on black may be small
        return _is_everywhere(self._thumbs[order[0]] - self._thumbs[order[-1]]) and _loses_contrast(self._variances[order])

    def _order(self, since: float) -> NDArray[np.intp]:
        order = np.arange(self._at + 1, self._at + 1 + KEPT) % KEPT
        return order[self._times[order] >= since]

    def _change(self, order: NDArray[np.intp]) -> Floats:
        """Mean square differences of each picture from the newest one."""
        change: Floats = self._gram[order, order] + self._gram[self._at, self._at] - 2 * self._gram[order, self._at]
        return change

    def _spread(self, order: NDArray[np.intp]) -> Floats:
        """Standard deviation of each picture."""
        variances: Floats = np.maximum(self._gram[order, order] - self._means[order] ** 2, 0)
        return np.sqrt(variances)

    def _exchanged(self, order: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which pictures are so unlike the newest one that one was exchanged for the other."""
        spread = self._spread(order)
        together = self._gram[order, self._at] - self._means[order] * self._means[self._at]
        flat = (spread < FLAT) | (spread[-1] < FLAT)
        alike = np.where(flat, 0.0, together / np.maximum(spread * spread[-1], 1e-6))
        return (self._change(order) > CHANGE**2) & (alike < ALIKE)


def _is_everywhere(difference: Vectors) -> bool:
    """A thing that moves changes a part of the picture; a transition changes all of it."""
    size = np.abs(difference)
    return bool(np.median(size) > EVERYWHERE * np.sqrt((size**2).mean()))


def _loses_contrast(variances: Floats) -> bool:
    """The mean of two unlike pictures has half their variance; a picture that moves keeps its own."""
    quarter = len(variances) // 4
    middle = variances[quarter : len(variances) - quarter].min()
    return bool(middle < CONTRAST * (variances[0] + variances[-1]) / 2)


def mixtures(gram: Floats, times: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """For every earlier picture A, whether all between it and the last one, B, are even mixtures of the two.

    ``gram`` [N, N] mean products of the pictures, ``times`` [N] seconds. Gives for each A whether it fits, and how far α is
    off the even rise.
    """
    count = len(times)
    own, to_last = np.diag(gram), gram[-1]
    change = np.maximum(own + own[-1] - 2 * to_last, 1e-9)[:, None]  # |B − A|² for each A
    alpha = (to_last[None, :] - gram - to_last[:, None] + own[:, None]) / change  # <K − A, B − A> for each A (rows) and K (columns)
    rest = np.maximum(own[None, :] + own[:, None] - 2 * gram - alpha**2 * change, 0) / change
    length = times[-1] - times
    even = (times[None, :] - times[:, None]) / np.maximum(length, 1e-9)[:, None]
    place = np.arange(count)
    inside = (place[None, :] > place[:, None]) & (place[None, :] < count - 1)
    number = np.maximum(inside.sum(axis=1), 1)
    error = (np.abs(alpha - even) * inside).sum(axis=1) / number
    impure = (rest * inside).sum(axis=1) / number
    return (length >= SHORTEST - STEP) & (inside.sum(axis=1) >= 2) & (error < UNEVEN + FEW / number) & (impure < IMPURE), error


def _transition(thumbs: Vectors, times: Floats, error: float) -> Transition:
    start, end = _extent(thumbs, times)
    return Transition(start=max(0.0, start), end=end, kind=_kind(thumbs[0], thumbs[-1]), confidence=round(1 - error, 3))


def _extent(thumbs: Vectors, times: Floats) -> tuple[float, float]:
    """Where α leaves 0 and where it reaches 1: the straight line through its middle part."""
    step = thumbs[-1] - thumbs[0]
    alpha = (thumbs - thumbs[0]) @ step / float(step @ step)
    middle = (alpha > 0.1) & (alpha < 0.9)
    if middle.sum() < 3:
        early, late = np.interp([0.1, 0.9], np.maximum.accumulate(alpha), times)
        return float(early - (late - early) / 8), float(late + (late - early) / 8)
    slope, offset = np.polyfit(times[middle], alpha[middle], 1)
    if slope <= 0:
        return float(times[0]), float(times[-1])
    return max(float(-offset / slope), float(times[0]) - STEP), min(float((1 - offset) / slope), float(times[-1]) + STEP)


def _kind(first: Vectors, last: Vectors) -> Literal["fade in", "fade out", "dissolve"]:
    if last.std() < FLAT:
        return "fade out"
    return "fade in" if first.std() < FLAT else "dissolve"
