"""Fountain 1.1 (fountain.io/syntax): a screenplay as plain text.

What would be read as something else than it is gets its mark: ``.`` heading, ``@`` name, ``!`` action, ``>`` transition. What a person
typed stays as it was typed.
"""

import re
from collections.abc import Iterator

from daemon.screenplay.edition import Edition
from daemon.screenplay.fountain_syntax import GUARD, HEADING, PLAIN_TRANSITION, bare, escaped, noted
from daemon.screenplay.fountain_title import title_page
from daemon.screenplay.model import Element, Scene, Screenplay
from daemon.screenplay.paragraphs import UNCLEAR, Paragraph, one_line, paragraphs

_FADE_IN = re.compile(r"FADE IN:", re.IGNORECASE)  # some programs take it for a heading
_LOOKS_LIKE_MORE = re.compile(r"[.!@>~#=]|[^a-z]*TO:$")  # at the start of an action, or all of it
_NO_SPEECH = re.compile(r"[(~#>!@=]|\.(?!\.)")  # at the start of a line that is spoken


def fountain(edition: Edition) -> bytes:
    """The whole script in UTF-8, ending in a newline."""
    return written(edition.screenplay, evidence=edition.layout.evidence).encode()


def written(screenplay: Screenplay, *, evidence: bool = False) -> str:
    """The same as text, of the screenplay alone. ``evidence``: each element says in a note what it rests on."""
    above = _paragraphs(screenplay.preamble, evidence)
    scenes = ("\n\n".join(_scene(scene, evidence)) for scene in screenplay.scenes)
    return "\n\n".join([title_page(screenplay.title_page), *above, *scenes]) + "\n"


def line_of(element: Element) -> str:
    """An element as it stands in the file, without its scene's number or its evidence."""
    typed = element.typed
    return typed if typed and bare(element.kind, typed) == one_line(element.text) else _line(element)


def _scene(scene: Scene, evidence: bool) -> Iterator[str]:
    if scene.transition and one_line(scene.transition.text):
        yield line_of(scene.transition)
    number = re.sub(r"[^A-Za-z0-9.-]", "", scene.number)
    yield line_of(scene.heading) + (f" #{number}#" if number else "")
    if evidence and (note := noted(scene.heading.evidence).strip()):
        yield note
    yield from _paragraphs(scene.elements, evidence)


def _paragraphs(elements: tuple[Element, ...], evidence: bool) -> Iterator[str]:
    for paragraph in paragraphs(elements):
        if paragraph.kind == "dialogue":
            yield "\n".join([_name(paragraph), *(_with_evidence(line, evidence) for line in paragraph.elements)])
        else:
            yield _with_evidence(paragraph.elements[0], evidence)


def _with_evidence(element: Element, evidence: bool) -> str:
    kinds = ("action", "shot", "dialogue", "note")  # a note would hide what the others are
    return line_of(element) + (noted(element.evidence) if evidence and element.kind in kinds else "")


def _line(element: Element) -> str:
    text = escaped(element.text)
    match element.kind:
        case "heading":
            return _heading(text)
        case "character":
            return _forced_name(text)
        case "parenthetical":
            return text if re.fullmatch(r"\(.*\)", text) else f"({text})"
        case "dialogue":
            return GUARD + text if _NO_SPEECH.match(text) or HEADING.match(text) or _FADE_IN.match(text) else text
        case "transition":
            return _transition(text)
        case "note":
            return f"[[{text}{GUARD if text.endswith(']') else ''}]]"
        case "fountain":
            return element.text
        case _:
            return "!" + text if _LOOKS_LIKE_MORE.match(text) or HEADING.match(text) or _FADE_IN.match(text) else text


def _heading(text: str) -> str:
    ended = text + GUARD if text.endswith("#") else text or "SCENE"
    guarded = GUARD if ended.startswith(".") else ""
    return ended if HEADING.match(ended) else f".{guarded}{ended}"


def _transition(text: str) -> str:
    if PLAIN_TRANSITION.fullmatch(text) and not HEADING.match(text):
        return text
    return f"> {text}{GUARD if text.endswith('<') else ''}"


def _name(speech: Paragraph) -> str:
    return (line_of(speech.name) if speech.name else _forced_name(speech.who)) + (" ^" if speech.dual else "")


def _forced_name(text: str) -> str:
    """A character's name; forced where capitals alone would not show that it is one. Brackets hold what follows a name: (V.O.)."""
    extended = re.fullmatch(r"(.*?)\s*\(([^()]*)\)", text)
    who, extension = (extended[1], one_line(extended[2])) if extended else (text, "")
    name = (one_line(re.sub(r"[()^]", " ", who)) or UNCLEAR) + (f" ({extension})" if extension else "")
    plainly = re.fullmatch(r"[A-Z][^a-z]*", name) and not HEADING.match(name) and not name.endswith(":")
    return name if plainly and name == name.upper() else "@" + name
