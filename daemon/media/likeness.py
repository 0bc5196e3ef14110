"""Whether a picture shows anything, whether two show the same, and a picture made small: what is decided before a model looks at one."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]  # [H, W, 3], BGR

GRID = 32  # pixels of the grey square whose lowest frequencies are compared
LOW = 8
BITS_APART = (
    6  # of 63: a take that stands differs in 0–2 and a slow pan in 2–6, other pictures in 18 and more (the demo film, shapes made of noise)
)
COLOURS = 16  # pixels of the square whose colours are compared
COLOURS_APART = 10.0  # of 255, on average
DARK = 24  # a picture whose brightest hundredth is darker than this is black
FLAT = 3.0  # standard deviation of the light of a picture that is all of one colour
QUALITY = 85


@dataclass(frozen=True, eq=False)
class Look:
    """What a picture looks like from afar: its lowest frequencies as bits, and its colours as a small square."""

    bits: NDArray[np.bool_]
    colours: NDArray[np.int16]


def read(path: Path) -> Image | None:
    """The picture in a file; None where it cannot be read."""
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    return None if image is None else image.astype(np.uint8, copy=False)


def look(image: Image) -> Look:
    """Perceptual hash by the discrete cosine transform (Zauner, 2010), without the mean brightness."""
    grey = cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (GRID, GRID), interpolation=cv2.INTER_AREA)
    low = cv2.dct(grey.astype(np.float32))[:LOW, :LOW].flatten()[1:]
    colours = cv2.resize(image, (COLOURS, COLOURS), interpolation=cv2.INTER_AREA)
    return Look(bits=low > np.median(low), colours=colours.astype(np.int16))


def alike(one: Look, other: Look) -> bool:
    """Whether two pictures are so near each other that what is said of one is true of the other."""
    bits = int(np.count_nonzero(one.bits != other.bits))
    return bits <= BITS_APART and float(np.abs(one.colours - other.colours).mean()) <= COLOURS_APART


def shows_nothing(image: Image) -> bool:
    """Whether a picture is black, or all of one colour."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    return float(np.percentile(grey, 99)) < DARK or float(grey.std()) < FLAT


def shrunk(image: Image, longest: int) -> bytes:
    """The picture as a JPEG whose longer side is at most ``longest`` pixels."""
    scale = longest / max(image.shape[:2])
    if scale < 1:
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
