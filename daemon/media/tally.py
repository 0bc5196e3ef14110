"""How much of a film could be decoded, against what it claims: a decoder that ends well may have swallowed half of it.

Pure counting; what a picture or a sound is, the pass through the film says.
"""

from collections.abc import Iterator

from daemon.contract.evidence import VideoStream
from daemon.media.pace import Mode

TOLERATED = 0.05  # of what should be there
FEW, SHORT = 3, 1.0  # pictures, and seconds of sound, that may be missing without a word
NEXT = 0.75  # of the usual distance: packets that lie nearer to each other may be the two fields of one picture
UNTOLD = frozenset({"hevc", "vvc", "vp8", "vp9", "av1"})
"""Codecs of which no time tells which packets the fast mode leaves out, or which show nothing."""


class Tally:
    """Counts pictures and seconds of sound of one pass. ``pictures``: how many the container says that there are, 0 where it does not."""

    def __init__(self, video: VideoStream, mode: Mode, pictures: int) -> None:
        self._usual = 1 / video.frame_rate if video.frame_rate else 0.04  # seconds
        self._every = mode == "exact" and video.codec not in UNTOLD
        self._some = mode == "exact" or video.codec not in UNTOLD
        self._claimed = pictures
        self._steady = not video.variable_rate
        self._newest: float | None = None
        self._meant = self._decoded = self._interlaced = 0
        self._heard = 0.0
        self.packets = 0

    def packet(self, time: float) -> None:
        """A packet of pictures, shown at ``time`` film seconds.

        Whatever the mode, one is meant to be decoded that is shown later than any before it: others are predicted from it.
        """
        self.packets += 1
        if time >= 0 and (self._every or self._newest is None or time >= self._newest + NEXT * self._usual):
            self._newest = time
            self._meant += self._some

    def picture(self, *, interlaced: bool) -> None:
        """A picture that came of it, whole."""
        self._decoded += 1
        self._interlaced += interlaced

    def sound(self, seconds: float) -> None:
        """So much sound came."""
        self._heard += seconds

    def notes(self, claimed: float, seen: float, sound: float | None) -> Iterator[str]:
        """What is missing, for a person.

        ``claimed`` is how long the film says that it is, ``seen`` where its last picture ends, ``sound`` how long the sound track
        says that it is; all in seconds.
        """
        there = self._claimed if self._steady and self._agrees(claimed) else 0
        if _lacks(self.packets, there, FEW):
            yield f"The film says that it has {there} pictures; {self.packets} are in it."
        meant = self._meant // 2 if self._interlaced else self._meant  # each of two fields may have come in a packet of its own
        if _lacks(self._decoded, meant, FEW):
            yield f"Of {meant} pictures that should be seen, {self._decoded} could be decoded."
        wanted = min(sound or 0.0, seen)
        if _lacks(self._heard, wanted, SHORT):
            yield f"Of {wanted:.1f} s of sound, {self._heard:.1f} s could be decoded."

    def _agrees(self, seconds: float) -> bool:
        """Whether the number of pictures is that of the film's length: an edit list may leave out most of them."""
        return abs(self._claimed * self._usual - seconds) <= TOLERATED * seconds


def _lacks(there: float, wanted: float, few: float) -> bool:
    return there < wanted * (1 - TOLERATED) - few
