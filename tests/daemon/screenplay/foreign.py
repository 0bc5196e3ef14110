r"""Two readers of Fountain that are not ours, and what they are known to get wrong.

``screenplain``: puts headings and forced transitions into capitals; knows no escaped underscore (``\_``), and takes a pair of them for
an underline. ``screenplay-tools``: leaves escapes in the text; takes a forced heading only where an ASCII letter or digit follows the
dot; takes the second parenthetical in a row for dialogue, and whatever follows a speech that ends in one; drops ``(CONT'D)`` from names.
"""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

from screenplain.parsers import fountain as screenplain
from screenplain.types import Action, Dialog, DualDialog, Slug, Transition
from screenplay_tools.fountain.parser import Parser

from daemon.screenplay.formats.fountain_syntax import GUARD
from daemon.screenplay.formats.paragraphs import one_line, paragraphs
from daemon.screenplay.model import Screenplay

Part = tuple[str, str]


def meant(screenplay: Screenplay) -> list[Part]:
    """What any reader should find: kind and text of each element. Notes are for nobody, and Fountain has no shots."""
    found: list[Part] = []
    for scene in screenplay.scenes:
        found += [("transition", one_line(scene.transition.text))] if scene.transition else []
        found += [("number", scene.number), ("heading", one_line(scene.heading.text))]
        for paragraph in paragraphs(scene.elements):
            if paragraph.kind == "dialogue":
                found.append(("dual" if paragraph.dual else "character", paragraph.who))
            found += [("action" if one.kind == "shot" else one.kind, one_line(one.text)) for one in paragraph.elements]
    return [part for part in found if part[0] != "note"]


def by_screenplain(text: str) -> list[Part]:
    return [(kind, _seen(said)) for paragraph in screenplain.parse(StringIO(text)) for kind, said in _screenplain(paragraph)]


def title_by_screenplain(text: str) -> dict[str, list[str]]:
    return dict(screenplain.parse(StringIO(text)).title_page)


def like_screenplain(parts: list[Part]) -> list[Part]:
    """``parts`` or those that it gave, with its known faults evened out."""
    loud = ("heading", "transition")
    return [(kind, re.sub(r"[\\_]", "", text.upper() if kind in loud else text)) for kind, text in parts]


def _screenplain(paragraph: Any) -> Iterator[Part]:
    match paragraph:
        case Slug():
            yield "number", str(paragraph.scene_number or "")
            yield "heading", str(paragraph.line)
        case Action():
            yield "action", "\n".join(map(str, paragraph.lines))
        case Transition():
            yield "transition", str(paragraph.line)
        case Dialog():
            yield "character", str(paragraph.character)
            yield from (("parenthetical" if bracketed else "dialogue", str(line)) for bracketed, line in paragraph.blocks)
        case DualDialog():
            yield from _screenplain(paragraph.left)
            yield from (("dual" if kind == "character" else kind, text) for kind, text in _screenplain(paragraph.right))
        case _:
            yield type(paragraph).__name__.lower(), ""


def by_screenplay_tools(text: str) -> list[Part]:
    parser = Parser()
    parser.mergeActions = parser.mergeDialogue = False
    parser.add_text(text)
    parts = [part for element in parser.script.elements for part in of_screenplay_tools(element)]
    return [(kind, said) for kind, said in ((kind, _unescaped(said)) for kind, said in parts) if said or kind == "number"]


def like_screenplay_tools(parts: list[Part]) -> list[Part]:
    """``parts``, as it gives them with its known faults."""
    found: list[Part] = []
    for kind, text in parts:
        unheard = kind == "heading" and not re.match(r"[A-Za-z0-9]|(?i:INT|EXT|EST|I/E)", text)
        if unheard:
            number = found.pop()[1]
            found.append(("action", f".{text}" + (f" #{number}#" if number else "")))
        else:
            found.append((kind, text))
    return found


def of_screenplay_tools(element: Any) -> Iterator[Part]:
    match element.type.value:
        case "HEADING":
            yield "number", element.scene_number or ""
            yield "heading", element.text_raw
        case "CHARACTER":
            yield (
                "dual" if element.is_dual_dialogue else "character",
                element.name + (f" ({element.extension})" if element.extension else ""),
            )
        case "PARENTHETICAL":
            yield "parenthetical", f"({element.text_raw})"
        case kind:
            yield kind.lower(), re.sub(r"\[\[\d+\]\]|/\*\d+\*/", "", element.text_raw)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([*_])", r"\1", _seen(text))


def _seen(text: str) -> str:
    return " ".join(text.replace(GUARD, "").split())
