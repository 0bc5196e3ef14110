"""A scene as paragraphs on paper, the same for every format: lines of one speaker in a row stand under one name."""

import re

from daemon.contract.values import Frozen
from daemon.screenplay.model import Element, ElementKind, Scene

UNCLEAR = "VOICE"  # who speaks where nobody can tell

_ENDINGS = (".", "?", "!", "…", "”", '"')  # of a sentence


_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")  # controls of terminals and of direction


def one_line(text: str) -> str:
    """``text`` on one line, without characters that act instead of being seen."""
    return " ".join(_UNSEEN.sub("", " ".join(text.split())).split())


class Paragraph(Frozen):
    """``lines`` of one kind. A dialogue has a line for each cue, and ``who`` says them."""

    kind: ElementKind
    lines: tuple[str, ...]
    who: str = ""


def paragraphs(scene: Scene) -> list[Paragraph]:
    """What stands under the scene's heading."""
    found: list[Paragraph] = []
    for element in scene.elements:
        if found and _goes_on(found[-1], element):
            found[-1] = found[-1].model_copy(update={"lines": (*found[-1].lines, element.text)})
        else:
            found.append(Paragraph(kind=element.kind, who=element.who, lines=(element.text,)))
    return found


def _goes_on(before: Paragraph, element: Element) -> bool:
    """Whether the element is one speech with what stands before it.

    A voice that is not clear goes on only within a sentence: the next one may be anybody's.
    """
    if not (before.kind == element.kind == "dialogue" and before.who == element.who):
        return False
    return element.who != UNCLEAR or not before.lines[-1].endswith(_ENDINGS)
