"""What prose may say of a shot that nobody has looked at: what was measured of it, and nothing else."""

import re

from daemon.contract.evidence import Cue, Shot
from daemon.screenplay.camera import SURE
from daemon.screenplay.writing.chunks import Chunk
from daemon.screenplay.writing.openings import DARK

_DARK = frozenset("dark darkness dim gloom night black blackness shadow shadows".split())  # noqa: SIM905
_BRIGHT = frozenset("bright brightness brightly daylight day light lit sunlight white".split())  # noqa: SIM905
_STILL = frozenset("still static motionless unmoving steady".split())  # noqa: SIM905
_QUIET = frozenset("silence silent quiet quietly wordless without words nobody speaks says speaking spoken nothing said".split())  # noqa: SIM905
_WHERE = {"inside": frozenset(("inside", "indoors", "interior")), "outside": frozenset(("outside", "outdoors", "exterior"))}
_PLAIN = frozenset("a an the it is in of and on with at here there then now only again this that shot image picture screen frame".split())  # noqa: SIM905


def bears(text: str, shot: Shot, chunk: Chunk) -> bool:
    """Whether every word of ``text`` tells of what was measured in ``shot``: its light, its stillness, its silence."""
    known = _PLAIN | (_DARK if _is_dark(shot) else _BRIGHT)
    if shot.motion and shot.motion.kind == "static" and shot.motion.confidence >= SURE:
        known |= _STILL
    if not any(_meets(cue, shot) for cue in (*chunk.cues, *chunk.around_cues)):
        known |= _QUIET
    if shot.light:
        known |= _WHERE.get(shot.light.place, frozenset())
    words = set(re.findall(r"\w+", text.casefold()))
    return words <= known and not words <= _PLAIN


def _is_dark(shot: Shot) -> bool:
    return shot.brightness < DARK or bool(shot.light and shot.light.time == "night")


def _meets(cue: Cue, shot: Shot) -> bool:
    return cue.start < shot.end and cue.end > shot.start
