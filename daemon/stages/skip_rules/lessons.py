"""A learned range as it travels: what a person marked once, by its sound. Light, for the daemon cuts it out itself."""

import math
from array import array

from daemon.contract.values import Frozen

WINDOW = 2.6  # seconds of sound that one number of a fingerprint looks at: 20 hops of 1365 samples and a frame, at 11025 Hz
LEAST = 16  # numbers (2 s) that a range must have, so that it is mistaken for nothing else; with the window it lasts 4.6 s
VARIED = 0.2  # the share of them that must differ from each other: silence and hums are everywhere


class Lesson(Frozen):
    """``sound`` is the range's part of its film's fingerprint (uint32, little endian, base64), ``seconds`` the range's length."""

    id: int
    seconds: float
    sound: str
    note: str = ""


def part_of(fingerprint: bytes, step: float, start: float, end: float) -> bytes:
    """The numbers of a fingerprint (one every ``step`` seconds) that look at this range alone; ``b""`` where they tell nothing."""
    first, last = math.ceil(start / step), math.floor((end - WINDOW) / step) + 1
    numbers = array("I", fingerprint[4 * first : 4 * max(first, last)])
    telling = len(numbers) >= LEAST and len(set(numbers)) >= VARIED * len(numbers)
    return numbers.tobytes() if telling else b""
