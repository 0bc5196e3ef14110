"""A decoded picture as the detectors see it: small, upright, in the form that each asks for."""

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from daemon.media.facts import rotation_of

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.reformatter import VideoReformatter

Image = NDArray[np.uint8]

LUMA = (320, 180)  # width, height of the brightness picture
COLOUR = (160, 90)  # of the hue, saturation and value picture: colour needs no finer grain
PLANAR = frozenset(("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "yuv410p", "yuv411p"))
FULL = 2  # libavutil's AVCOL_RANGE_JPEG: luma from 0 to 255
PQ = 16  # transfer characteristics of ITU-T H.273: SMPTE ST 2084. HLG (18) was made to look right without a conversion
WHITE = 203  # cd/m² of diffuse white in high dynamic range, ITU-R BT.2408
KNEE = 0.7  # of white, from which on brightness is pressed together
TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


class Picture:
    """One picture, scaled as it leaves the decoder. Portrait films are seen at 180×320.

    ``luma``: uint8 [180, 320], 16 black to 235 white. ``hsv``: uint8 [90, 160, 3], hue 0–179. Each is made when first
    asked for, so what no detector needs costs nothing.
    """

    def __init__(self, frame: "VideoFrame", scaler: "VideoReformatter") -> None:
        self.frame = frame
        self._scaler = scaler
        self.turn = rotation_of(frame)
        self._tall = frame.height > frame.width

    @cached_property
    def _planes(self) -> "tuple[Image, Image, Image]":
        frame = self.frame
        if frame.format.name not in PLANAR:  # more than 8 bits, packed, RGB: the library knows how to read it
            width, height = self._upright(LUMA)
            frame = self._scaler.reformat(frame, width, height, "yuv420p", interpolation="FAST_BILINEAR")
        return tuple(_plane(frame, index) for index in range(3))  # type: ignore[return-value]

    def _upright(self, size: tuple[int, int]) -> tuple[int, int]:
        return (size[1], size[0]) if self._tall else size

    def _turned(self, image: Any) -> Any:
        return cv2.rotate(image, TURNS[self.turn]) if self.turn else image

    @cached_property
    def luma(self) -> Image:
        """Brightness, uint8 [180, 320]."""
        small = cv2.resize(self._planes[0], self._upright(LUMA), interpolation=cv2.INTER_LINEAR)
        if self.frame.format.name.startswith("yuvj") or (self.frame.color_range == FULL and self.frame.format.name in PLANAR):
            small = cv2.convertScaleAbs(small, alpha=219 / 255, beta=16)
        if self.frame.color_trc == PQ:
            small = cv2.LUT(small, pq_to_video(16, 235))
        return self._turned(small)  # type: ignore[no-any-return]

    @cached_property
    def hsv(self) -> Image:
        """Hue, saturation, value, uint8 [90, 160, 3]."""
        size = self._upright(COLOUR)
        blue, red = (_thinned(plane, size) for plane in self._planes[1:])
        luma = cv2.resize(
            self.luma, (COLOUR[1], COLOUR[0]) if self.luma.shape[0] > self.luma.shape[1] else COLOUR, interpolation=cv2.INTER_AREA
        )
        ycc = cv2.merge((luma, self._turned(red), self._turned(blue)))
        return cv2.cvtColor(cv2.cvtColor(ycc, cv2.COLOR_YCrCb2BGR), cv2.COLOR_BGR2HSV)  # type: ignore[return-value]


@cache
def pq_to_video(black: int, white: int) -> Image:
    """For each 8-bit PQ value the value of ordinary video, ``black`` and ``white`` being the ends of its range.

    A table of our own: the library's conversion takes seconds to set up. The curve is SMPTE ST 2084's, the display's exponent 2.4
    is BT.1886's; what is brighter than most of white is pressed together, not cut off.
    """
    code = np.clip((np.arange(256) - black) / (white - black), 0, 1) ** (1 / 78.84375)
    linear = 10_000 * (np.maximum(code - 0.8359375, 0) / (18.8515625 - 18.6875 * code)) ** (1 / 0.1593017578125) / WHITE
    pressed = np.where(linear <= KNEE, linear, KNEE + (1 - KNEE) * (1 - np.exp(-np.maximum(linear - KNEE, 0) / KNEE)))
    video: Image = np.round(black + (white - black) * pressed ** (1 / 2.4)).astype(np.uint8)
    return video


def _thinned(plane: Image, size: tuple[int, int]) -> Image:
    """Every so-manieth pixel: colour is smooth, and reading the others costs more than all that is done with it."""
    across, down = plane.shape[1] // size[0], plane.shape[0] // size[1]
    if (across * size[0], down * size[1]) == (plane.shape[1], plane.shape[0]):
        return np.ascontiguousarray(plane[down // 2 :: down, across // 2 :: across])
    return cv2.resize(plane, size, interpolation=cv2.INTER_NEAREST)  # type: ignore[return-value]


def small_picture(frame: "VideoFrame", widest: int) -> Image:
    """The picture in colour, uint8 [H, W, 3] BGR, its longer side at most ``widest``; as it lies in the film, not turned."""
    scale = min(1.0, widest / max(frame.width, frame.height))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
    if frame.format.name not in ("yuv420p", "yuvj420p"):
        image = frame.reformat(width, height, "bgr24", interpolation="BILINEAR").to_ndarray()
        return cv2.LUT(image, pq_to_video(0, 255)) if frame.color_trc == PQ else image  # type: ignore[return-value]
    luma = cv2.resize(_plane(frame, 0), (width, height), interpolation=cv2.INTER_AREA)
    blue, red = (cv2.resize(_plane(frame, index), (width // 2, height // 2), interpolation=cv2.INTER_AREA) for index in (1, 2))
    planes = np.concatenate((luma.ravel(), blue.ravel(), red.ravel())).reshape(height * 3 // 2, width)
    return cv2.cvtColor(planes, cv2.COLOR_YUV2BGR_I420)  # type: ignore[return-value]


def _plane(frame: "VideoFrame", index: int) -> Image:
    plane = frame.planes[index]
    pixels: Image = np.frombuffer(memoryview(plane), np.uint8)
    return pixels[: plane.height * plane.line_size].reshape(plane.height, plane.line_size)[:, : plane.width]
