"""The sets of the demo film, drawn: a picture is ``uint8 [H, W, 3]``, blue green red, and the same on every machine."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]
Point = tuple[int, int]

BLACK, WHITE, SKIN = (12, 12, 12), (245, 245, 245), (150, 180, 225)
HEIGHT = 540


def black() -> Picture:
    """Nothing at all."""
    return np.zeros((HEIGHT, 960, 3), np.uint8)


def kitchen() -> Picture:
    """A kitchen by day: a window on the left, a door on the right, a table, a woman in red."""
    picture = _room(wall=(150, 205, 225), floor=(70, 105, 140))
    _window(picture, (130, 90), (380, 300), sky=(250, 215, 160))
    _door(picture, (720, 130), (870, 430), (60, 90, 150))
    _box(picture, (420, 300), (640, 320), (90, 120, 160))  # a worktop with its cupboards
    for left in (425, 500, 575):
        _box(picture, (left, 322), (left + 65, 430), (175, 190, 205), edge=(110, 125, 140))
    for x, colour in ((450, (60, 60, 190)), (500, (170, 120, 60)), (560, (60, 150, 90))):
        _box(picture, (x, 270), (x + 24, 300), colour)  # jars
    _box(picture, (150, 380), (400, 396), (40, 70, 110))  # a table
    for x in (165, 375):
        _box(picture, (x, 396), (x + 12, 500), (35, 60, 95))
    _person(picture, (670, 500), 300, (50, 50, 190))
    return _grained(picture, 1)


def window() -> Picture:
    """The kitchen's window from near: trees outside, curtains, a letter on the sill."""
    picture = _plain((140, 195, 215), (120, 175, 200))
    _window(picture, (250, 60), (710, 400), sky=(255, 220, 170))
    for x in (330, 470, 610):
        _disc(picture, (x, 330), 52, (60, 130, 60))
        _box(picture, (x - 6, 360), (x + 6, 398), (40, 60, 90))
    for left, lean in ((190, 60), (710, -60)):
        _shape(picture, ((left, 40), (left + 70, 40), (left + 70 + lean, 410), (left + lean // 2, 410)), (70, 70, 170))
    _box(picture, (220, 400), (740, 425), (200, 215, 225), edge=(120, 140, 150))
    _shape(picture, ((440, 398), (520, 388), (528, 404), (448, 414)), WHITE)
    return _grained(picture, 2)


def street() -> Picture:
    """A long street at dusk: houses with lit windows, lamps, a parked car."""
    picture = _plain((120, 70, 60), (110, 140, 210), width=1920)
    _box(picture, (0, 420), (1920, HEIGHT), (55, 55, 60))
    _box(picture, (0, 400), (1920, 420), (95, 95, 100))
    tones = ((60, 75, 120), (80, 70, 70), (55, 90, 95), (90, 85, 120), (70, 60, 90), (65, 95, 130), (95, 80, 75))
    for n, tone in enumerate(tones):
        left, top = n * 275 + 5, 110 + (n * 53) % 110
        _box(picture, (left, top), (left + 262, 400), tone, edge=(30, 30, 35))
        for x in range(left + 24, left + 230, 58):
            for y in range(top + 24, 330, 66):
                _box(picture, (x, y), (x + 32, y + 40), (110, 210, 250) if (x * 7 + y) % 3 else (50, 45, 45), edge=(25, 25, 30))
        _door(picture, (left + 105, 335), (left + 150, 400), (40, 40, 70))
    for x in range(150, 1920, 420):
        _box(picture, (x, 190), (x + 7, 420), (25, 25, 25))
        _disc(picture, (x + 3, 184), 17, (190, 240, 255))
    _car(picture, (1180, 430), (40, 40, 160))
    return _grained(picture, 3)


def station() -> Picture:
    """A station's platform in grey morning light: a roof on pillars, a clock, rails. The train is drawn apart."""
    picture = _plain((215, 215, 205), (190, 190, 185))
    _box(picture, (0, 40), (960, 90), (75, 85, 80))
    for x in (90, 330, 570, 810):
        _box(picture, (x, 90), (x + 20, 360), (95, 105, 100), edge=(60, 65, 60))
    _box(picture, (0, 430), (960, HEIGHT), (135, 140, 150))
    _box(picture, (0, 424), (960, 436), (90, 220, 240))  # the yellow line
    for y in (395, 412):
        cv2.line(picture, (0, y), (960, y), (60, 60, 65), 4)
    _disc(picture, (460, 150), 40, WHITE, edge=BLACK)
    cv2.line(picture, (460, 150), (460, 122), BLACK, 4, cv2.LINE_AA)
    cv2.line(picture, (460, 150), (482, 158), BLACK, 4, cv2.LINE_AA)
    _box(picture, (640, 120), (780, 160), (130, 70, 30))
    _words(picture, "STATION", (650, 149), 0.9, WHITE)
    _person(picture, (165, 530), 250, (110, 80, 40))
    return _grained(picture, 4)


def train() -> Picture:
    """A red train as it stands on the station's rails, ``uint8 [180, 900, 3]``; pure black is see-through."""
    picture = np.zeros((180, 900, 3), np.uint8)
    _shape(picture, ((0, 150), (30, 40), (90, 10), (890, 10), (890, 150)), (45, 40, 175))
    _box(picture, (60, 110), (890, 122), (220, 230, 235))
    for x in range(120, 860, 95):
        _box(picture, (x, 38), (x + 66, 92), (225, 200, 150), edge=(40, 40, 60))
    for x in range(70, 880, 120):
        _disc(picture, (x, 158), 18, (45, 45, 50))
    return picture


def office() -> Picture:
    """An office at night: a desk with a lamp, a safe that stands open, shelves of files, a man in green."""
    picture = _room(wall=(75, 65, 50), floor=(35, 35, 45))
    glow = np.zeros((HEIGHT // 10, 96, 3), np.uint8)
    cv2.circle(glow, (33, 27), 26, (60, 150, 190), -1)
    cv2.add(picture, cv2.resize(cv2.GaussianBlur(glow, (0, 0), 7), (960, HEIGHT), interpolation=cv2.INTER_CUBIC), dst=picture)
    for y in (110, 180, 250):
        _box(picture, (590, y + 48), (900, y + 56), (30, 50, 80))
        for x in range(600, 890, 24):
            _box(picture, (x, y + (x * 5) % 14), (x + 17, y + 48), ((x * 3) % 120 + 30, (x * 7) % 110 + 30, (x * 11) % 130 + 40))
    _box(picture, (120, 360), (520, 384), (40, 70, 115))
    for x in (135, 490):
        _box(picture, (x, 384), (x + 16, 510), (32, 55, 95))
    _shape(picture, ((290, 262), (370, 262), (395, 312), (265, 312)), (120, 235, 255))
    _box(picture, (326, 312), (334, 360), (60, 60, 60))
    _box(picture, (640, 350), (820, 500), (85, 90, 90), edge=(40, 40, 40))
    _box(picture, (660, 370), (800, 480), (25, 25, 25))
    _person(picture, (460, 520), 310, (70, 110, 60))
    return _grained(picture, 5)


def bridge() -> Picture:
    """A bridge over a river in a storm at night: dark clouds, an iron arch, a person with a lantern. The rain is drawn apart."""
    picture = _plain((48, 34, 30), (70, 52, 40))
    for x, y, radius in ((100, 70, 90), (260, 40, 110), (450, 80, 100), (640, 50, 120), (840, 70, 110)):
        _disc(picture, (x, y), radius, (62, 52, 50))
    _box(picture, (0, 430), (960, HEIGHT), (75, 50, 25))
    for y in range(445, HEIGHT, 18):
        cv2.line(picture, ((y * 37) % 300, y), ((y * 37) % 300 + 420, y), (115, 85, 55), 2, cv2.LINE_AA)
    _box(picture, (0, 330), (960, 356), (30, 32, 38))
    cv2.ellipse(picture, (480, 345), (420, 230), 0, 180, 360, (24, 26, 32), 14, cv2.LINE_AA)
    for x in range(80, 900, 50):
        rise = int(230 * max(0.0, 1 - ((x - 480) / 420) ** 2) ** 0.5)
        cv2.line(picture, (x, 345 - rise), (x, 340), (24, 26, 32), 4, cv2.LINE_AA)
    for x in (150, 790):
        _box(picture, (x, 356), (x + 40, 480), (36, 38, 44))
    _person(picture, (560, 334), 150, (40, 40, 60))
    _disc(picture, (598, 262), 11, (120, 230, 255))
    return _grained(picture, 6)


def rain(size: Point, random: np.random.Generator) -> Picture:
    """Slanting drops on black, ``uint8 [H, W, 3]``, to be added to a picture."""
    width, height = size
    drops = np.zeros((height, width, 3), np.uint8)
    for x, y, length in zip(random.integers(0, width, 220), random.integers(-20, height, 220), random.integers(8, 22, 220), strict=True):
        cv2.line(drops, (int(x), int(y)), (int(x - length // 4), int(y + length)), (70, 62, 58), 1, cv2.LINE_AA)
    return drops


def bolt(size: Point) -> Picture:
    """One stroke of lightning on black, to be added to a picture."""
    width, height = size
    stroke = np.zeros((height, width, 3), np.uint8)
    steps = np.array([(0.22, 0.0), (0.25, 0.15), (0.21, 0.24), (0.26, 0.38), (0.23, 0.5), (0.25, 0.6)]) * (width, height)
    cv2.polylines(stroke, [steps.astype(np.int32)], False, (190, 180, 170), 3, cv2.LINE_AA)
    return stroke


def _plain(top: Colour, bottom: Colour, width: int = 960) -> Picture:
    """A picture whose colour runs from ``top`` to ``bottom``."""
    down = np.linspace(0, 1, HEIGHT)[:, None, None]
    column = np.array(top) * (1 - down) + np.array(bottom) * down
    return np.repeat(column, width, axis=1).astype(np.uint8)


def _room(wall: Colour, floor: Colour) -> Picture:
    picture = _plain(wall, wall)
    _box(picture, (0, 430), (960, HEIGHT), floor)
    _box(picture, (0, 424), (960, 432), _darker(floor))
    return picture


def _grained(picture: Picture, seed: int) -> Picture:
    """The picture with the unevenness of real surfaces, without which no movement of the camera could be measured on them."""
    random = np.random.default_rng(seed)
    fine = random.normal(0, 3, picture.shape[:2]).astype(np.float32)
    coarse = cv2.GaussianBlur(fine, (0, 0), 5) * 20
    return np.clip(picture + (fine + coarse)[:, :, None], 2, 255).astype(np.uint8)


def _box(picture: Picture, start: Point, end: Point, colour: Colour, edge: Colour | None = None) -> None:
    cv2.rectangle(picture, start, end, colour, -1)
    if edge:
        cv2.rectangle(picture, start, end, edge, 2)


def _disc(picture: Picture, centre: Point, radius: int, colour: Colour, edge: Colour | None = None) -> None:
    cv2.circle(picture, centre, radius, colour, -1, cv2.LINE_AA)
    if edge:
        cv2.circle(picture, centre, radius, edge, 4, cv2.LINE_AA)


def _shape(picture: Picture, corners: Sequence[Point], colour: Colour) -> None:
    cv2.fillPoly(picture, [np.array(corners, np.int32)], colour, cv2.LINE_AA)


def _words(picture: Picture, text: str, at: Point, scale: float, colour: Colour) -> None:
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, colour, 2, cv2.LINE_AA)


def _window(picture: Picture, start: Point, end: Point, sky: Colour) -> None:
    _box(picture, start, end, sky)
    (left, top), (right, bottom) = start, end
    _box(picture, (left, bottom - (bottom - top) // 4), end, (80, 165, 95))  # a lawn
    frame, middle = (235, 240, 245), (left + right) // 2
    cv2.rectangle(picture, start, end, frame, 10)
    cv2.line(picture, (middle, top), (middle, bottom), frame, 8)
    cv2.line(picture, (left, (top + bottom) // 2), (right, (top + bottom) // 2), frame, 8)


def _door(picture: Picture, start: Point, end: Point, colour: Colour) -> None:
    _box(picture, start, end, colour, edge=_darker(colour))
    (left, top), (right, bottom) = start, end
    _disc(picture, (left + (right - left) // 7, (top + bottom) // 2), max(2, (right - left) // 18), (90, 220, 240))


def _car(picture: Picture, at: Point, colour: Colour) -> None:
    x, y = at
    _shape(picture, ((x + 40, y - 30), (x + 70, y - 65), (x + 150, y - 65), (x + 190, y - 30)), _darker(colour))
    _box(picture, (x, y - 32), (x + 230, y + 10), colour)
    for wheel in (50, 180):
        _disc(picture, (x + wheel, y + 12), 22, BLACK)


def _person(picture: Picture, feet: Point, height: int, colour: Colour) -> None:
    """A standing figure: head, coat, legs."""
    x, y = feet
    unit = height // 8
    for side in (-1, 1):
        _box(picture, (x + side * unit // 2 - unit // 3, y - 3 * unit), (x + side * unit // 2 + unit // 3, y), (45, 40, 40))
    corners = ((x - unit, y - 6 * unit), (x + unit, y - 6 * unit), (x + 3 * unit // 2, y - 2 * unit), (x - 3 * unit // 2, y - 2 * unit))
    _shape(picture, corners, colour)
    _disc(picture, (x, y - 7 * unit), unit * 4 // 5, SKIN)
    cv2.ellipse(picture, (x, y - 7 * unit - unit // 4), (unit * 4 // 5, unit * 3 // 5), 0, 180, 360, (40, 50, 70), -1, cv2.LINE_AA)


def _darker(colour: Colour) -> Colour:
    blue, green, red = (channel * 2 // 3 for channel in colour)
    return blue, green, red
