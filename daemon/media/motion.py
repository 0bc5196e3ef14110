"""Camera movement: how the whole picture shifts and grows between two pictures a moment apart.

A grid of points is followed by pyramidal Lucas–Kanade optical flow; the shift, growth and turn that most of them agree on (RANSAC)
is the camera's, and the share that agrees is how sure that is. What moves in front of it is left out as outliers.
"""

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from daemon.contract.evidence import Motion

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]
Kind = Literal["static", "pan left", "pan right", "tilt up", "tilt down", "zoom in", "zoom out", "handheld", "unknown"]

SIZE = (160, 90)  # width, height on which points are followed; turned for a tall film
STEP = 0.24  # seconds between the two pictures, at least
FARTHEST = 0.6  # seconds, at most: over more, nothing can be followed
GRID = (12, 7)  # points
FLOW = {
    "winSize": (13, 13),
    "maxLevel": 2,
    "criteria": (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.03),
    "minEigThreshold": 0.002,
}
NEAR = 0.6  # pixels by which a point may be off the common movement
POINTS = 12  # fewer that could be followed say nothing

# Speeds in picture widths, heights, or growth a second; measured on the films of ``benchmarks/accuracy.py``.
STILL = 0.008  # below this the camera stands; between it and MOVES nobody can say
MOVES = 0.02  # above this it moves
SHAKES = 0.02  # root mean square around the mean movement: a hand
SAME_WAY = 0.8  # the share of the time in which a pan goes one way
AGREE = 0.45  # the share of points that agree, below which the movement is unknown
FEWEST = 3  # measurements


@dataclass(frozen=True)
class Move:
    """The picture's content moved ``x`` widths to the right, ``y`` heights down and grew by ``zoom``, each a second."""

    time: float
    x: float
    y: float
    zoom: float
    agreed: float


class Movement:
    """Give it pictures in order; ``between`` gives the camera's movement in any stretch."""

    view: ClassVar[Literal["luma"]] = "luma"

    def __init__(self) -> None:
        self._before: tuple[Image, float] | None = None
        self._moves = [array("f") for _ in range(5)]  # time, x, y, zoom, agreed: a film of a day is a few megabytes

    def push(self, luma: Image, time: float) -> None:
        """``luma`` uint8 [H, W] at ``time`` seconds."""
        if self._before and time - self._before[1] < STEP - 0.005:
            return
        size = SIZE if luma.shape[1] >= luma.shape[0] else SIZE[::-1]
        small: Image = cv2.resize(luma, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        if self._before and time - self._before[1] <= FARTHEST:
            move = measure(self._before[0], small, self._before[1], time)
            for values, value in zip(self._moves, (move.time, move.x, move.y, move.zoom, move.agreed), strict=True):
                values.append(value)
        self._before = (small, time)

    def between(self, start: float, end: float) -> Motion:
        """The movement from ``start`` to ``end`` seconds; measurements across either edge are left out."""
        times = self._moves[0]
        first, last = bisect_left(times, start + STEP / 2), bisect_left(times, end - STEP / 2)
        x, y, zoom, agreed = (np.array(values[first:last], np.float64) for values in self._moves[1:])
        return classify(x, y, zoom, agreed)


def measure(one: Image, other: Image, time: float, later: float) -> Move:
    """The common movement from ``one`` (at ``time``) to ``other`` (at ``later``): uint8 [90, 160] both."""
    height, width = one.shape
    points = _grid(width, height)
    moved, found, _ = cv2.calcOpticalFlowPyrLK(one, other, points, None, **FLOW)  # type: ignore[call-overload]
    good = found.ravel() == 1
    middle = (time + later) / 2
    if good.sum() < POINTS:
        return Move(middle, 0, 0, 0, 0)
    matrix, inliers = cv2.estimateAffinePartial2D(points[good], moved[good], method=cv2.RANSAC, ransacReprojThreshold=NEAR)
    if matrix is None:
        return Move(middle, 0, 0, 0, 0)
    centre = np.array([width / 2, height / 2])
    shift = matrix[:, :2] @ centre + matrix[:, 2] - centre
    span = later - time
    growth = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    return Move(
        middle,
        float(shift[0]) / width / span,
        float(shift[1]) / height / span,
        float(np.log(max(growth, 0.1))) / span,
        float(inliers.mean()),
    )


@cache
def _grid(width: int, height: int) -> NDArray[np.float32]:
    across, down = GRID if width >= height else GRID[::-1]
    x = (np.arange(across, dtype=np.float32) + 0.5) * width / across
    y = (np.arange(down, dtype=np.float32) + 0.5) * height / down
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 1, 2).astype(np.float32)


def classify(x: Floats, y: Floats, zoom: Floats, agreed: Floats) -> Motion:
    """The camera's movement from measurements of the content's: what shifts to the right is a pan to the left."""
    if len(x) < FEWEST or np.median(agreed) < AGREE:
        return Motion(kind="unknown", confidence=0.0)
    sure = agreed >= AGREE
    x, y, zoom, share = x[sure], y[sure], zoom[sure], float(np.median(agreed))
    directed = _directed({"x": x, "y": y, "zoom": zoom})
    if directed:
        kind, speed, same = directed
        return Motion(kind=kind, confidence=round(share * same, 3), speed=round(speed, 4))
    swing = float(np.sqrt(np.var(x) + np.var(y)))
    if swing >= SHAKES:
        return Motion(kind="handheld", confidence=round(share, 3), speed=round(swing, 4))
    if max(abs(float(np.median(values))) for values in (x, y, zoom)) < STILL and swing < STILL:
        return Motion(kind="static", confidence=round(share, 3))
    return Motion(kind="unknown", confidence=round(share / 2, 3))


NAMES: dict[str, tuple[Kind, Kind]] = {  # what the camera does when the content's value falls, and when it rises
    "x": ("pan right", "pan left"),
    "y": ("tilt down", "tilt up"),
    "zoom": ("zoom out", "zoom in"),
}


def _directed(parts: dict[str, Floats]) -> tuple[Kind, float, float] | None:
    """The one direction that outweighs the others, its speed, and the share of the time in which it holds."""
    middle = {name: float(np.median(values)) for name, values in parts.items()}
    weight = {
        "x": abs(middle["x"]),
        "y": abs(middle["y"]),
        "zoom": abs(middle["zoom"]) * 0.5,
    }  # growth of 1 moves the border by half a width
    name = max(weight, key=lambda key: weight[key])
    others = sum(weight.values()) - weight[name]
    same = float((np.sign(parts[name]) == np.sign(middle[name])).mean())
    if abs(middle[name]) < MOVES or others > 0.5 * weight[name] or same < SAME_WAY or float(np.std(parts[name])) > abs(middle[name]):
        return None
    return NAMES[name][middle[name] > 0], abs(middle[name]), same
