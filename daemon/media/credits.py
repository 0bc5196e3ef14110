"""Text that fills the picture: credits that roll up, and cards of text on a plain ground.

Letters have many steep edges side by side, and what is around them is flat. A roll moves up by the same amount in every step; a
card stands. Credits over a running film are not found: their ground is not flat.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from daemon.contract.evidence import Credits

Image = NDArray[np.uint8]
Profile = NDArray[np.float32]

STEP = 0.25  # seconds between two looks
STEEP = 40  # luma levels between neighbours two pixels apart: the edge of a letter
TEXT = (0.004, 0.16)  # the share of such edges: below is a logo's outline or nothing, above is texture
CELL = 20  # pixels of the squares in which flatness is looked at
PLAIN = 4.0  # standard deviation of luma in a flat square
GROUND = 0.45  # the share of squares that must be flat
DARK = 70  # luma of the ground; credits on white are rare, slides on white are not
FARTHEST = 45  # rows that a roll may move in one step: a quarter of the height, a height a second
SAME_ROLL = 0.75  # correlation of the rows' profiles after the shift
STEADY = 2.0  # rows by which two steps of a roll may differ
JOINS = 2.6  # seconds without text that do not end a stretch: the black between two cards
ROLL_LASTS, CARDS_LAST = 4.0, 2.0  # seconds, at least


@dataclass(frozen=True)
class _Look:
    time: float
    kind: Literal["roll", "cards", ""]


class Texts:
    """Give it pictures in order; ``finish`` gives the stretches of text."""

    view: ClassVar[Literal["luma"]] = "luma"

    def __init__(self) -> None:
        self._looks: list[_Look] = []
        self._before: Profile | None = None
        self._shift = 0.0
        self._last = float("-inf")

    def push(self, luma: Image, time: float) -> None:
        """``luma`` uint8 [180, 320] at ``time`` seconds."""
        if time - self._last < STEP - 0.005:
            return
        self._last = time
        profile = text_profile(luma)
        kind: Literal["roll", "cards", ""] = ""
        if profile is not None:
            kind = "roll" if self._rolls(profile) else "cards"
        self._before = profile
        if kind or (self._looks and self._looks[-1].kind):
            self._looks.append(_Look(time, kind))

    def finish(self, end: float) -> tuple[Credits, ...]:
        """The stretches, in order; ``end`` is where the film ends."""
        found = []
        for looks in self._stretches():
            texts = [look for look in looks if look.kind]
            start, last = texts[0].time, min(end, texts[-1].time + STEP)
            rolls = sum(look.kind == "roll" for look in texts) / len(texts)
            kind: Literal["roll", "cards"] = "roll" if rolls > 0.5 else "cards"
            if last - start >= (ROLL_LASTS if kind == "roll" else CARDS_LAST):
                found.append(Credits(start=start, end=last, kind=kind, confidence=round(rolls if kind == "roll" else 0.5, 2)))
        return tuple(found)

    def _stretches(self) -> list[list[_Look]]:
        texts = [look for look in self._looks if look.kind]
        number, numbered = 0, []
        for index, look in enumerate(texts):
            if index and (look.time - texts[index - 1].time > JOINS):
                number += 1
            numbered.append((number, look))
        return [[look for _, look in group] for _, group in groupby(numbered, key=lambda pair: pair[0])]

    def _rolls(self, profile: Profile) -> bool:
        shift = upward_shift(self._before, profile) if self._before is not None else 0
        steady = abs(shift - self._shift) <= STEADY
        self._shift = shift
        return shift > 0 and steady


def text_profile(luma: Image) -> Profile | None:
    """Letters' edges in each row, float32 [180]; None where the picture is not text on a plain dark ground."""
    edges = cv2.absdiff(luma[:, 2:], luma[:, :-2]) > STEEP
    share = np.count_nonzero(edges) / edges.size
    if not TEXT[0] <= share <= TEXT[1] or flat_share(luma) < GROUND:
        return None
    rows: Profile = edges.sum(axis=1).astype(np.float32)
    return rows


def flat_share(luma: Image) -> float:
    """The share of squares that are flat and dark."""
    height, width = (side // CELL * CELL for side in luma.shape)
    squares = luma[:height, :width].astype(np.float32).reshape(height // CELL, CELL, width // CELL, CELL)
    flat = (squares.std(axis=(1, 3)) < PLAIN) & (squares.mean(axis=(1, 3)) < DARK)
    return float(flat.mean())


def upward_shift(before: Profile, after: Profile) -> int:
    """Rows by which the text moved up, 0 where it did not (or not as a whole)."""
    best, shift = SAME_ROLL, 0
    still = _alike(before, after)
    for rows in range(1, FARTHEST):
        alike = _alike(before[rows:], after[:-rows])
        if alike > max(best, still + 0.05):
            best, shift = alike, rows
    return shift


def _alike(one: Profile, other: Profile) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 0 else 0.0
