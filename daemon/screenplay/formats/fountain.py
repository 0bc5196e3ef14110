"""Fountain 1.1 (fountain.io/syntax): a screenplay as plain text.

What would be read as something else than it is gets its mark: ``.`` heading, ``@`` name, ``!`` action, ``>`` transition. What a person
typed stays as it was typed.
"""

import re
from collections.abc import Callable, Iterator

from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.fountain_syntax import GUARD, HEADING, PLAIN_TRANSITION, bare, escaped, noted
from daemon.screenplay.formats.fountain_title import title_page
from daemon.screenplay.formats.paragraphs import Paragraph, one_line, paragraphs
from daemon.screenplay.model import Element, ElementKind, Scene, Screenplay
from daemon.screenplay.names import UNCLEAR

NO_HEADING = "SCENE"  # where a heading has no text

_FADE_IN = re.compile(r"FADE IN:", re.IGNORECASE)
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
    if element.kind == "fountain":
        return element.text
    return _LINES.get(element.kind, _action)(escaped(element.text))


def _action(text: str) -> str:
    return "!" + text if _LOOKS_LIKE_MORE.match(text) or _is_heading(text) else text


def _heading(text: str) -> str:
    ended = text + GUARD if text.endswith("#") else text or NO_HEADING
    guarded = GUARD if ended.startswith(".") else ""
    return ended if HEADING.match(ended) else f".{guarded}{ended}"


def _name(speech: Paragraph) -> str:
    return (line_of(speech.name) if speech.name else _character(speech.who)) + (" ^" if speech.dual else "")


def _character(text: str) -> str:
    """A character's name; forced where capitals alone would not show that it is one. Brackets hold what follows a name: (V.O.)."""
    extended = re.fullmatch(r"(.*?)\s*\(([^()]*)\)", text)
    who, extension = (extended[1], extended[2].strip()) if extended else (text, "")
    name = (" ".join(re.sub(r"[()^]", " ", who).split()) or UNCLEAR) + (f" ({extension})" if extension else "")
    plainly = re.fullmatch(r"[A-Z][^a-z]*", name) and not HEADING.match(name) and not name.endswith(":")
    return name if plainly and name == name.upper() else "@" + name


def _parenthetical(text: str) -> str:
    return text if re.fullmatch(r"\(.*\)", text) else f"({text})"


def _dialogue(text: str) -> str:
    return GUARD + text if _NO_SPEECH.match(text) or _is_heading(text) else text


def _transition(text: str) -> str:
    if PLAIN_TRANSITION.fullmatch(text) and not HEADING.match(text):
        return text
    return f"> {text}{GUARD if text.endswith('<') else ''}"


def _note(text: str) -> str:
    return f"[[{text}{GUARD if text.endswith(']') else ''}]]"


def _is_heading(text: str) -> bool:
    """To any program; some take FADE IN: for one."""
    return bool(HEADING.match(text) or _FADE_IN.match(text))


_LINES: dict[ElementKind, Callable[[str], str]] = {
    "heading": _heading,
    "character": _character,
    "parenthetical": _parenthetical,
    "dialogue": _dialogue,
    "transition": _transition,
    "note": _note,
}
