"""Scene headings: their one proper form, and the honest one for a place that nothing shows."""

import re

from daemon.contract.values import Frozen

TIMES = ("DAY", "NIGHT", "MORNING", "AFTERNOON", "EVENING", "DAWN", "DUSK", "LATER", "CONTINUOUS", "MOMENTS LATER", "SAME")  # fmt: skip
RELATIVE = frozenset(("LATER", "CONTINUOUS", "MOMENTS LATER", "SAME"))  # said of the scene before, not of the light
UNKNOWN = "SCENE"  # the place of a heading that nothing shows; its scene's number follows once it is known

_ELSEWHERE = {"TAG": "DAY", "NACHT": "NIGHT", "MORGEN": "MORNING", "ABEND": "EVENING", "JOUR": "DAY", "NUIT": "NIGHT", "MATIN": "MORNING",
              "SOIR": "EVENING", "DÍA": "DAY", "DIA": "DAY", "NOCHE": "NIGHT", "GIORNO": "DAY", "NOTTE": "NIGHT"}  # fmt: skip
"""What a model that writes in another language makes of them."""

_SIDES = {"INT": "INT.", "EXT": "EXT.", "INT/EXT": "INT./EXT.", "EXT/INT": "INT./EXT.", "I/E": "INT./EXT.", "EST": "EXT."}
_SIDE = re.compile(r"^(INT\.?\s?/\s?EXT|EXT\.?\s?/\s?INT|I/E|INT|EXT|EST)(?:\.\s*|\s+)", re.IGNORECASE)
_DASH = re.compile(r"\s+[-–—]+\s+|\s+[-–—]+$")


class Heading(Frozen):
    """``side`` is ``INT.``, ``EXT.`` or ``INT./EXT.``; ``place`` and ``time`` are in capitals, ``time`` may be ``""``."""

    side: str
    place: str
    time: str = ""

    def __str__(self) -> str:
        return f"{self.side} {self.place}" + (f" - {self.time}" if self.time else "")

    @property
    def is_unknown(self) -> bool:
        """Whether nothing shows where it is."""
        return self.place == UNKNOWN


def unknown(time: str) -> Heading:
    """The heading of a place that nothing shows."""
    return Heading(side="INT./EXT.", place=UNKNOWN, time=time)


def read(text: str) -> Heading | None:
    """The heading that ``text`` means, whatever its dashes, dots and letters; None where it is none."""
    line = " ".join(text.replace("#", " ").split())
    side = _SIDE.match(line)
    if not side:
        return None
    parts = [part.strip(" .,-–—") for part in _DASH.split(line[side.end() :].upper())]
    parts[-1] = _ELSEWHERE.get(parts[-1], parts[-1]) if len(parts) > 1 else parts[-1]
    time = parts.pop() if len(parts) > 1 and (parts[-1] in TIMES or not parts[-1]) else ""
    place = " - ".join(part for part in parts if part)
    return Heading(side=_SIDES[re.sub(r"[.\s]", "", side[1]).upper()], place=place, time=time) if place else None


def same_place(one: str, other: str) -> bool:
    """Whether two places differ only in spelling: ``THE TRAIN-STATION`` and ``TRAIN STATION``."""
    return _letters(one) == _letters(other)


def _letters(place: str) -> str:
    return re.sub(r"[\W_]", "", re.sub(r"^(THE|AN?)\s+", "", place.upper()))
