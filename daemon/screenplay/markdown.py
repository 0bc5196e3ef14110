"""Markdown (CommonMark): the script as anyone can read it, in a browser or a notes program."""

import re
from collections.abc import Iterator

from daemon.screenplay.model import Scene, Screenplay
from daemon.screenplay.paragraphs import Paragraph, one_line, paragraphs

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>&#|~])")
_AT_START = re.compile(r"^(\d+)([.)])|^([-+=])")


def markdown(screenplay: Screenplay) -> str:
    """The whole script, ending in a newline."""
    scenes = ("\n\n".join(_scene(scene)) for scene in screenplay.scenes)
    return "\n\n".join([*_title_page(screenplay), *scenes]) + "\n"


def escaped(text: str) -> str:
    """``text`` on one line, with a backslash before what Markdown would take for its own."""
    line = _SPECIAL.sub(r"\\\1", one_line(text))
    return _AT_START.sub(lambda match: f"{match[1]}\\{match[2]}" if match[1] else f"\\{match[3]}", line)


def _title_page(screenplay: Screenplay) -> Iterator[str]:
    yield f"# {escaped(screenplay.title)}"
    if screenplay.author:
        yield f"*Written from the film by {escaped(screenplay.author)}*"
    if screenplay.notes:
        yield "\n".join(f"- {escaped(note)}" for note in screenplay.notes)


def _scene(scene: Scene) -> Iterator[str]:
    if scene.transition:
        yield f"**{escaped(scene.transition)}**"
    yield f"## {scene.number}\\. {escaped(scene.heading)}"
    for paragraph in paragraphs(scene):
        yield _paragraph(paragraph)


def _paragraph(paragraph: Paragraph) -> str:
    lines = [escaped(line) for line in paragraph.lines]
    match paragraph.kind:
        case "dialogue":
            return "\n".join([f"> **{escaped(paragraph.who)}**  ", *(f"> {line}  " for line in lines[:-1]), f"> {lines[-1]}"])
        case "transition":
            return f"**{lines[0]}**"
        case "camera" | "note":
            return f"*{lines[0]}*"
        case _:
            return lines[0]
