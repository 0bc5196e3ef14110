"""The little that this server knows of scripts, so that an answer under a script's schema makes sense.

All of it is about names: which kind of element rests on which sort of evidence, and what a heading looks like. An element that the
schema or the prompt does not ask for is never made.
"""

import re
from random import Random

from tests.fakes.ollama.evidence import MOVEMENT, Evidence

NAMES = {"name", "who", "place", "places", "speaker"}  # properties that hold a name, not a sentence
SECOND = {"who", "voice", "speaker", "kind"}  # properties that follow from the evidence of another one


def kinds(choices: list[str], reference: str, about: str, first: bool) -> list[str]:
    """The kinds of element that evidence of the sort ``reference`` (``"shot"``, ``"cue"``) gives, out of ``choices``."""
    wanted = ["dialogue"] if reference == "cue" else [*(["heading"] if first else []), "action"]
    if reference == "shot" and camera(about):
        wanted.append("camera")
    return [kind for kind in wanted if kind in choices]


def camera(about: str) -> str:
    """The measured movement that a shot's evidence speaks of, as a sentence; ``""`` where there is none."""
    match = MOVEMENT.search(about)
    if not match:
        return ""
    said = " ".join(re.findall(r"[^\W\d_]+", match.group()))
    said = said if said.lower().startswith("camera") else f"camera {said}"
    return f"The {said[0].lower()}{said[1:]}."


def heading(words: list[str], evidence: Evidence, random: Random) -> str:
    """A scene heading: its place out of ``words``, by night where the prompt speaks of one."""
    place = " ".join(random.sample(words, min(2, len(words)))).upper()
    inside = random.choice(("INT.", "EXT."))
    time = "NIGHT" if re.search(r"\bnight\b", evidence.text, re.IGNORECASE) else "DAY"
    return f"{inside} {place} - {time}"
