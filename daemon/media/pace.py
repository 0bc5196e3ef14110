"""How much of a film is decoded: all of it, or only the pictures that others are predicted from.

In the fast mode the loop filter is left out (it costs a quarter and smooths what no detector sees at 320×180), and so are B
pictures (at half the pictures and more, they cost as much as the rest). Both by the decoder's own discard levels, so that what is
left out is never parsed beyond its header. Where too few pictures are left, because an encoder makes nearly everything a B picture,
the pace steps down: first to leaving out only what no other picture needs, then to everything.
"""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext

Mode = Literal["exact", "fast"]
Level = Literal["BIDIR", "NONREF", "DEFAULT"]

LEVELS: tuple[Level, ...] = ("BIDIR", "NONREF", "DEFAULT")
SAFE: dict[str, Level] = {"hevc": "NONREF", "vvc": "NONREF"}  # others predict from B pictures here, and are lost without them
LOOK_AFTER = 60  # packets between two looks at how many pictures came of them
FEWEST = 0.18  # pictures a packet: with fewer, movement between two pictures is too large to be followed (4 B pictures in a row are 0.2)


class Pace:
    """Sets the discard levels of ``context`` for ``mode`` and watches what comes of them."""

    def __init__(self, context: "VideoCodecContext", mode: Mode) -> None:
        self._context = context
        self._level = LEVELS.index("DEFAULT" if mode == "exact" else SAFE.get(context.name, "BIDIR"))
        self._packets = self._pictures = 0
        context.thread_type = "SLICE"  # frame threads cost a tenth more processor time
        if mode == "fast":
            context.options = context.options | {"skip_loop_filter": "all"}
        context.skip_frame = LEVELS[self._level]

    def packet(self) -> None:
        """One packet was given to the decoder."""
        self._packets += 1
        if self._packets >= LOOK_AFTER:
            if self._pictures < FEWEST * self._packets and self._level < len(LEVELS) - 1:
                self._level += 1
                self._context.skip_frame = LEVELS[self._level]
            self._packets = self._pictures = 0

    def picture(self) -> None:
        """One picture came of it."""
        self._pictures += 1
