"""Pictures for detectors: textured scenes as arrays, seen by a camera that may move."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
RATE = 24
WIDTH, HEIGHT = 320, 180


def texture(seed: int, level: float = 120, contrast: float = 45) -> Image:
    """A brightness picture larger than the frame, uint8 [360, 640] of limited-range luma."""
    rng = np.random.default_rng(seed)
    image = np.zeros((360, 640), np.float32)
    for octave in (4, 8, 16, 32, 64):
        noise = rng.normal(size=(360 // octave + 2, 640 // octave + 2)).astype(np.float32)
        image += cv2.resize(noise, (640, 360), interpolation=cv2.INTER_CUBIC) * octave**0.6
    picture: Image = np.clip((image - image.mean()) / image.std() * contrast + level, 16, 235).astype(np.uint8)
    return picture


def view(world: Image, *, x: float = 0, y: float = 0, zoom: float = 1) -> Image:
    """The frame of ``world`` whose middle lies ``x`` widths right of and ``y`` heights below its own; uint8 [180, 320]."""
    middle = (320 + x * WIDTH, 180 + y * HEIGHT)
    matrix = np.array([[zoom, 0, WIDTH / 2 - zoom * middle[0]], [0, zoom, HEIGHT / 2 - zoom * middle[1]]])
    return cv2.warpAffine(world, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)  # type: ignore[return-value]


def times(seconds: float, start: float = 0.0) -> list[float]:
    """Presentation times at 24 pictures a second."""
    return [start + number / RATE for number in range(round(seconds * RATE))]


def mixed(one: Image, other: Image, share: float) -> Image:
    """``share`` of ``other`` over ``one``."""
    return cv2.addWeighted(one, 1 - share, other, share, 0)  # type: ignore[return-value]


def flat(level: int) -> Image:
    """One shade all over."""
    return np.full((HEIGHT, WIDTH), level, np.uint8)


def hsv(luma: Image, hue: int = 20) -> Image:
    """The same picture as hue, saturation and value, uint8 [90, 160, 3]."""
    value = cv2.resize(luma, (160, 90), interpolation=cv2.INTER_AREA)
    return cv2.merge((np.full_like(value, hue), np.full_like(value, 120), value))  # type: ignore[return-value]


def held(picture: Image, seconds: float, start: float) -> Iterator[tuple[Image, float]]:
    """A picture that stands, with its times."""
    return ((picture, time) for time in times(seconds, start))
