"""Fountain 1.1 (fountain.io/syntax): a screenplay as plain text.

What would be read as something else than it is gets its mark (``.`` heading, ``@`` name, ``!`` action, ``>`` transition) or a
backslash, as in Markdown, whose rules Fountain follows.
"""

import re
from collections.abc import Iterator

from daemon.screenplay.edition import Edition
from daemon.screenplay.model import Element, Scene, Screenplay, TitlePage
from daemon.screenplay.paragraphs import UNCLEAR, Paragraph, one_line, paragraphs

_HEADING = re.compile(r"(INT|EXT|EST|INT\.?/EXT|I/E)[. ]", re.IGNORECASE)
_LOOKS_LIKE_MORE = re.compile(r"[.!@>~#=]|[^a-z]*TO:$")  # at the start of an action
_TO = re.compile(r"[^a-z]*TO:")
_INDENT = "    "


def fountain(edition: Edition) -> bytes:
    """The whole script in UTF-8, ending in a newline."""
    return written(edition.screenplay).encode()


def written(screenplay: Screenplay) -> str:
    """The same as text, of the screenplay alone."""
    above = (_paragraph(paragraph) for paragraph in paragraphs(screenplay.preamble))
    scenes = ("\n\n".join(_scene(scene)) for scene in screenplay.scenes)
    return "\n\n".join([_title_page(screenplay.title_page), *above, *scenes]) + "\n"


def escaped(text: str) -> str:
    """``text`` on one line, with a backslash before what Fountain would take for emphasis, a note or a comment."""
    line = re.sub(r"([*_])", r"\\\1", one_line(text))
    return re.sub(r"(?<=\[)\[|(?<=\])\]", r"\\\g<0>", line)


def _title_page(page: TitlePage) -> str:
    fields = [("Title", page.title), ("Credit", page.credit), ("Author", page.author), *page.more]
    lines = [f"{key}: {one_line(text)}" for key, text in fields if one_line(text)]
    if page.notes:
        lines += ["Notes:", *(_INDENT + one_line(note) for note in page.notes)]
    return "\n".join(lines)


def _scene(scene: Scene) -> Iterator[str]:
    if scene.transition:
        yield _transition(escaped(scene.transition.text))
    yield _heading(scene)
    for paragraph in paragraphs(scene.elements):
        yield _paragraph(paragraph)


def _heading(scene: Scene) -> str:
    text = escaped(scene.heading.text.replace("#", " "))
    marked = text if _HEADING.match(text) else "." + text
    return f"{marked} #{scene.number}#" if scene.number else marked


def _paragraph(paragraph: Paragraph) -> str:
    text = escaped(paragraph.text)
    match paragraph.kind:
        case "dialogue":
            return "\n".join([_name(paragraph), *(_speech(line) for line in paragraph.elements)])
        case "transition":
            return _transition(text)
        case "note":
            return f"[[{text}]]"
        case "fountain":
            return paragraph.text
        case _:
            return "!" + text if _LOOKS_LIKE_MORE.match(text) or _HEADING.match(text) else text


def _transition(text: str) -> str:
    return text if _TO.fullmatch(text) else "> " + text


def _name(speech: Paragraph) -> str:
    """A character's name; forced where capitals alone would not show that it is one."""
    name = escaped(speech.who.replace("^", " ").replace("(", " ").replace(")", " ")) or UNCLEAR
    plain = re.fullmatch(r"[A-Z][^a-z]*", name) and not _HEADING.match(name) and not _TO.fullmatch(name)
    return (name if plain and name == name.upper() else "@" + name) + (" ^" if speech.dual else "")


def _speech(element: Element) -> str:
    """A spoken line, which must not read as a parenthetical, nor, where a program goes line by line, as a heading or the like."""
    line = escaped(element.text)
    if element.kind == "parenthetical":
        return line
    return "\\" + line if re.match(r"[(~#>!@=]|\.(?!\.)|\\(?![*_])", line) or _HEADING.match(line) else line
