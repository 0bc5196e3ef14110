"""Text that fills the picture: credits that roll up, and cards of text on a plain ground.

Letters have many steep edges side by side, and what is around them is flat. A roll moves up by the same amount in every step; a
card stands. Credits over a running film are not found: their ground is not flat.
"""

from collections import Counter
from dataclasses import dataclass
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
LETTERS = 16  # such edges in a row of pixels: a few words; the outlines of things have two or four
SMOOTH = np.array([0.25, 0.5, 0.25], np.float32)  # over rows: a roll does not move by whole ones
LINE = 4  # rows of pixels like that: the height of small print
CELL = 20  # pixels of the squares in which flatness is looked at
PLAIN = 4.0  # standard deviation of luma in a flat square
GROUND = 0.45  # the share of squares that must be flat
DARK = 70  # luma of the ground; credits on white are rare, slides on white are not
FARTHEST = 45  # rows that a roll may move in one step: a quarter of the height, a height a second
SAME_ROLL = 0.75  # correlation of the rows' profiles after the shift
AS_WELL = 0.1  # of that correlation
STANDS = 0.95  # correlation without a shift: a card
STEADY = 2.0  # rows by which two steps of a roll may differ
AGREE = 4  # looks on either side that a look's kind is decided with
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
        if profile is not None and self._before is not None:
            kind = "roll" if self._rolls(profile) else "cards" if _alike(self._before, profile) > STANDS else ""
        self._before = profile
        if kind or (self._looks and self._looks[-1].kind):
            self._looks.append(_Look(time, kind))

    def finish(self, end: float) -> tuple[Credits, ...]:
        """The stretches, in order; ``end`` is where the film ends."""
        found = []
        for texts in self._stretches():
            start, last, kind = max(0.0, texts[0].time - STEP), min(end, texts[-1].time + STEP), texts[0].kind
            lasts = ROLL_LASTS if kind == "roll" else CARDS_LAST
            if kind and last - start >= lasts:
                found.append(Credits(start=start, end=last, kind=kind, confidence=0.9 if kind == "roll" else 0.5))
        return tuple(found)

    def _stretches(self) -> list[list[_Look]]:
        """Looks at text without long gaps, parted where a card becomes a roll; a few looks of the other kind part nothing."""
        texts = _smoothed([look for look in self._looks if look.kind])
        stretches: list[list[_Look]] = []
        for look in texts:
            if stretches and look.time - stretches[-1][-1].time <= JOINS and look.kind == stretches[-1][-1].kind:
                stretches[-1].append(look)
            else:
                stretches.append([look])
        return stretches

    def _rolls(self, profile: Profile) -> bool:
        shift = 0 if self._before is None else upward_shift(self._before, profile)
        steady = abs(shift - self._shift) <= STEADY
        self._shift = shift
        return shift > 0 and steady


def _smoothed(looks: list[_Look]) -> list[_Look]:
    """Each look with the kind that most of those around it have."""
    kinds = [look.kind for look in looks]
    most = [Counter(kinds[max(0, i - AGREE) : i + AGREE + 1]).most_common(1)[0][0] for i in range(len(looks))]
    return [_Look(look.time, kind) for look, kind in zip(looks, most, strict=True)]


def text_profile(luma: Image) -> Profile | None:
    """Letters' edges in each row, float32 [180]; None where the picture is not text on a plain dark ground."""
    edges = cv2.absdiff(luma[:, 2:], luma[:, :-2]) > STEEP
    share = np.count_nonzero(edges) / edges.size
    if not TEXT[0] <= share <= TEXT[1]:
        return None
    rows: Profile = edges.sum(axis=1).astype(np.float32)
    if np.count_nonzero(rows >= LETTERS) < LINE or flat_share(luma) < GROUND:
        return None
    return np.convolve(rows, SMOOTH, "same").astype(np.float32)


def flat_share(luma: Image) -> float:
    """The share of squares that are flat, dark, and alike: the plain ground behind text."""
    height, width = (side // CELL * CELL for side in luma.shape)
    squares = luma[:height, :width].astype(np.float32).reshape(height // CELL, CELL, width // CELL, CELL)
    means = squares.mean(axis=(1, 3))
    flat = (squares.std(axis=(1, 3)) < PLAIN) & (means < DARK) & (np.abs(means - np.median(means)) < PLAIN)
    return float(flat.mean())


def upward_shift(before: Profile, after: Profile) -> int:
    """Rows by which the text moved up, 0 where it did not (or not as a whole).

    Lines at even distances fit again one line further: of shifts that fit about as well, the smallest is meant.
    """
    alike = np.array([_alike(before[rows:], after[: len(after) - rows]) for rows in range(FARTHEST)])
    best = float(alike.max())
    if best < SAME_ROLL or alike[0] >= best - AS_WELL:
        return 0
    return int(np.argmax(alike >= best - AS_WELL))


def _alike(one: Profile, other: Profile) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 0 else 0.0
