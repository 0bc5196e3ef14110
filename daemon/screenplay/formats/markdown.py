"""Markdown (CommonMark): the script as anyone can read it, in a browser or a notes program."""

import re
from collections.abc import Iterator

from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.paragraphs import Paragraph, one_line, paragraphs
from daemon.screenplay.model import Element, Scene, TitlePage

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>&#|~])")
_AT_START = re.compile(r"^(\d+)([.)])|^([-+=])")


def markdown(edition: Edition) -> bytes:
    """The whole script, ending in a newline."""
    script = edition.screenplay
    above = [_paragraph(paragraph) for paragraph in paragraphs(script.preamble) if paragraph.kind != "fountain"]
    scenes = ("\n\n".join(_scene(scene)) for scene in script.scenes)
    return ("\n\n".join([*_title_page(script.title_page), *above, *scenes]) + "\n").encode()


def escaped(text: str) -> str:
    """``text`` on one line, with a backslash before what Markdown would take for its own."""
    line = _SPECIAL.sub(r"\\\1", one_line(text))
    return _AT_START.sub(lambda match: f"{match[1]}\\{match[2]}" if match[1] else f"\\{match[3]}", line)


def _title_page(page: TitlePage) -> Iterator[str]:
    yield f"# {escaped(page.title)}"
    if by := " ".join(part for part in (page.credit, page.author) if part.strip()):
        yield f"*{escaped(by)}*"
    if page.notes:
        yield "\n".join(f"- {escaped(note)}" for note in page.notes)


def _scene(scene: Scene) -> Iterator[str]:
    if scene.transition:
        yield f"**{escaped(scene.transition.text)}**"
    yield _heading(scene)
    for paragraph in paragraphs(scene.elements):
        if paragraph.kind != "fountain":  # a person's own marks in the Fountain file, which mean nothing here
            yield _paragraph(paragraph)


def _heading(scene: Scene) -> str:
    number = f"{escaped(scene.number)}\\. " if scene.number else ""
    return f"## {number}{escaped(scene.heading.text)}"


def _paragraph(paragraph: Paragraph) -> str:
    text = escaped(paragraph.text)
    match paragraph.kind:
        case "dialogue":
            lines = [_spoken(element) for element in paragraph.elements]
            return "\n".join([f"> **{escaped(paragraph.who)}**  ", *(f"> {line}  " for line in lines[:-1]), f"> {lines[-1]}"])
        case "transition":
            return f"**{text}**"
        case "shot" | "note":
            return f"*{text}*"
        case _:
            return text


def _spoken(element: Element) -> str:
    return f"*{escaped(element.text)}*" if element.kind == "parenthetical" else escaped(element.text)
