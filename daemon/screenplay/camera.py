"""Camera movement in words: always the measured one, and what prose claims of it."""

import re
from collections.abc import Iterable

from daemon.contract.evidence import Motion, Shot

SURE = 0.5  # confidence below which a measured movement is not written

_PHRASES = {
    "pan left": "The camera pans left.",
    "pan right": "The camera pans right.",
    "tilt up": "The camera tilts up.",
    "tilt down": "The camera tilts down.",
    "zoom in": "The camera zooms in.",
    "zoom out": "The camera zooms out.",
    "handheld": "Handheld.",
}

_VERBS = r"""(?:pan|tilt|zoom|track|doll(?:y|ie)|push|pull|crane|follow|mov|drift|glid|circl|sweep|swing|ris|descend|orbit|truck|whip|travel
      |widen|tighten|rotat|swoop|creep|clos|rush|fl(?:y|ie)|shak|back)\w*"""
_MOVES = re.compile(
    rf"""\b(?:camera|lens|we|shot|frame|view)\s+(?:(?:\w+ly|then|now|again|to|is|begins|starts|continues|keeps)\s+){{0,4}}{_VERBS}
      | \b(?:slow|quick|fast|whip|swish|smooth|gentle|brief)\s+(?:pan|zoom|dolly)\b
      | \b(?:slow|quick|fast|smooth|gentle|brief)\s+(?:tilt|push|pull|track)\s+(?:up|down|in|out|back|to)\b
      | \b(?:tracking|dolly|crane|panning|tilting|zooming|travell?ing|handheld|hand-held|steadicam|drone)\s+(?:shot|camera|take)\b
      | \b(?:pans|panning|tilts|tilting)\s+(?:left|right|up|down|across|over|to|along|away)\b
      | (?:^|[.!?…]\s*)(?:pan|tilt|dolly|push|pull|track)\s+(?:left|right|up|down|across|to|in|out|back|along)\b
      | \bzoom(?:s|ing)?\s+(?:in|out|on|to)\b
      | \bkamera\s+(?:\w+\s+)?(?:schwenkt|fährt|zoomt|folgt|bewegt|gleitet|kippt|neigt|zieht|dreht)
      | \bcaméra\s+(?:\w+\s+)?(?:panoramique|zoome|suit|recule|avance|déplace|glisse|pivote|balaye|balaie|monte|descend)
      | \bcámara\s+(?:\w+\s+)?(?:panea|gira|mueve|sigue|acerca|aleja|avanza|retrocede|barre|zoom)""",
    re.IGNORECASE | re.VERBOSE,
)
_STANDS = re.compile(
    r"\bcamera\s+(?:is|stays|remains|holds|stands|rests|keeps)\s+(?:\w+ly\s+)?(?:still|static|fixed|steady|motionless|unmoving)\b"
    r"|\bcamera\s+(?:does\s+not|doesn['’]t|never)\s+move|\b(?:static|fixed|locked[\s-]off)\s+(?:shot|camera|frame)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_FAMILIES = {
    "pan": r"\b(pan|sweep|swing|swish|whip|schwenk|panoramique|balay|balaie|panea)",
    "tilt": r"\b(tilt|neig|kipp)",
    "zoom": r"\b(zoom|push|pull|clos|widen|tighten)",
    "handheld": r"\b(hand-?held|shak)",
}
_OPPOSITES = {"left": "right", "right": "left", "up": "down", "down": "up", "in": "out", "out": "in"}


def movement(shot: Shot) -> str:
    """What the camera does in ``shot``, as a sentence of a screenplay; ``""`` where nothing was measured for certain."""
    return _PHRASES.get(shot.motion.kind, "") if shot.motion and shot.motion.confidence >= SURE else ""


def measured(motion: Motion | None) -> str:
    """The same for the evidence that a model is shown."""
    if motion is None or motion.kind == "unknown" or motion.confidence < SURE:
        return ""
    return "camera still (measured)" if motion.kind == "static" else f"camera {motion.kind} (measured)"


def without_camera(text: str, shot: Shot | None = None) -> tuple[str, list[str]]:
    """``text`` without the sentences that move the camera, and those: a movement is written as it was measured, in its own words.

    A camera that stands may be told of where it was measured to stand in ``shot``.
    """
    sentences = _SENTENCE.split(text)
    stands = bool(shot and shot.motion and shot.motion.kind == "static" and shot.motion.confidence >= SURE)
    claims = [sentence for sentence in sentences if _MOVES.search(sentence) or (_STANDS.search(sentence) and not stands)]
    return " ".join(sentence for sentence in sentences if sentence not in claims), claims


def agrees(sentences: Iterable[str], shot: Shot) -> bool:
    """Whether one of ``sentences`` moves the camera as it was measured in ``shot``, as far as it says how."""
    return bool(movement(shot)) and any(_agrees(sentence.lower(), shot.motion.kind) for sentence in sentences if shot.motion)


def _agrees(sentence: str, kind: str) -> bool:
    family, _, way = kind.partition(" ")
    families = [name for name, pattern in _FAMILIES.items() if re.search(pattern, sentence)]
    turned = _OPPOSITES.get(way)
    if _STANDS.search(sentence):
        return False
    return (not families or family in families) and not (turned and re.search(rf"\b{turned}\b", sentence))
