"""Brightness and colour of any stretch, and what they hint at: day or night, inside or outside."""

from array import array
from bisect import bisect_left
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from daemon.contract.evidence import Light

Image = NDArray[np.uint8]

STEP = 0.2  # seconds between two measurements
# Hints only, of rules of thumb: night is dark, a sky is blue or bright and pale in the upper third, lamps are warm.
NIGHT, DAY = 0.22, 0.40  # brightness, 0–1
SKY = 0.45  # the share of the upper third that looks like sky
GREEN = 0.35  # the share of the picture that looks like leaves
LAMPLIT = 0.5  # the share that is orange or brown


class Lights:
    """Give it pictures in order; ``between`` sums up any stretch."""

    view: ClassVar[Literal["hsv"]] = "hsv"

    def __init__(self) -> None:
        self._values = [array("f") for _ in range(6)]  # time, brightness, saturation, sky, green, warm

    def push(self, hsv: Image, luma: Image, time: float) -> None:
        """``hsv`` uint8 [H, W, 3] with hue 0–179, ``luma`` uint8 [180, 320] 16–235, at ``time`` seconds."""
        times = self._values[0]
        if times and time - times[-1] < STEP - 0.005:
            return
        measured = (time, brightness(luma), cv2.mean(hsv)[1] / 255, *_shares(hsv))
        for values, value in zip(self._values, measured, strict=True):
            values.append(value)

    def between(self, start: float, end: float) -> Light:
        """The mean of the measurements from ``start`` to ``end`` seconds; of the nearest one where there is none."""
        times = self._values[0]
        first = bisect_left(times, start - 0.001)
        last = max(first + 1, bisect_left(times, end - 0.001))
        first = min(first, len(times) - 1)
        bright, saturation, sky, green, warm = (float(np.mean(values[first:last])) for values in self._values[1:])
        return Light(brightness=bright, saturation=saturation, time=_time(bright), place=_place(bright, sky, green, warm))


def brightness(luma: Image) -> float:
    """Mean luma of the limited range, 0–1."""
    return min(1.0, max(0.0, (cv2.mean(luma)[0] - 16) / 219))


def _shares(hsv: Image) -> tuple[float, float, float]:
    hue, saturation, value = cv2.split(hsv[::3, ::3])
    colourful = saturation > 60
    blue = (hue >= 95) & (hue <= 125) & (saturation > 40) & (value > 90)
    pale = (value > 190) & (saturation < 40)
    upper = (blue | pale)[: hue.shape[0] // 3]
    green = (hue >= 32) & (hue <= 80) & colourful & (value > 30)
    warm = (hue >= 5) & (hue <= 24) & colourful
    return float(upper.mean()), float(green.mean()), float(warm.mean())


def _time(bright: float) -> Literal["day", "night", ""]:
    return "night" if bright < NIGHT else "day" if bright > DAY else ""


def _place(bright: float, sky: float, green: float, warm: float) -> Literal["inside", "outside", ""]:
    if sky > SKY or green > GREEN:
        return "outside"
    return "inside" if warm > LAMPLIT and bright > 0.1 else ""
