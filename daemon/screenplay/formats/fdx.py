"""FDX, Final Draft's XML (version 8 and later): paragraphs with a type, scenes with their number, a title page of its own.

Built element by element, so that no text can be taken for markup; what XML cannot carry is left out with all that nobody can see.
"""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import SubElement, indent, tostring

from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.fountain_syntax import noted
from daemon.screenplay.formats.paragraphs import Paragraph, one_line, paragraphs
from daemon.screenplay.model import Element, Scene, TitlePage

_TYPES = {
    "action": "Action",
    "dialogue": "Dialogue",
    "note": "General",
    "parenthetical": "Parenthetical",
    "shot": "Shot",
    "transition": "Transition",
}
_ABOVE_TITLE = 18  # empty lines, so that it stands in the middle of the page


def fdx(edition: Edition) -> bytes:
    """The whole file in UTF-8."""
    script, evidence = edition.screenplay, edition.layout.evidence
    root = Node("FinalDraft", DocumentType="Script", Template="No", Version="1")
    content = SubElement(root, "Content")
    _lay(content, script.preamble, evidence)
    for scene in script.scenes:
        _scene(content, scene, evidence)
    if not script.scenes:  # a script without a heading is refused by some programs
        _paragraph(content, "Scene Heading", "SCENE")
    _title_page(root, script.title_page)
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n' + tostring(root, encoding="unicode").encode() + b"\n"


def _scene(content: Node, scene: Scene, evidence: bool) -> None:
    if scene.transition and one_line(scene.transition.text):
        _paragraph(content, "Transition", scene.transition.text)
    heading = _paragraph(content, "Scene Heading", one_line(scene.heading.text) or "SCENE")
    if one_line(scene.number):
        heading.set("Number", one_line(scene.number))
    _note(content, scene.heading, evidence)
    _lay(content, scene.elements, evidence)


def _lay(content: Node, elements: Iterable[Element], evidence: bool) -> None:
    """Two speeches at the same time stand in one paragraph, side by side."""
    for group in _side_by_side(paragraphs(elements)):
        if len(group) == 1:
            _print(content, group[0], evidence)
            continue
        dual = SubElement(SubElement(content, "Paragraph"), "DualDialogue")
        for speech in group:
            _print(dual, speech, evidence=False)
        for speech in group:
            for line in speech.elements:
                _note(content, line, evidence)


def _side_by_side(found: Iterable[Paragraph]) -> Iterator[list[Paragraph]]:
    group: list[Paragraph] = []
    for paragraph in found:
        if group and paragraph.dual and len(group) == 1 and group[0].kind == "dialogue":
            yield [*group, paragraph]
            group = []
            continue
        if group:
            yield group
        group = [paragraph]
    if group:
        yield group


def _print(content: Node, paragraph: Paragraph, evidence: bool) -> None:
    if paragraph.kind == "fountain":  # marks of the Fountain file, which mean nothing here
        return
    if paragraph.kind == "dialogue":
        _paragraph(content, "Character", paragraph.who)
    for element in paragraph.elements:
        _paragraph(content, _TYPES[element.kind], element.text)
    for element in paragraph.elements:
        _note(content, element, evidence)


def _paragraph(content: Node, kind: str, text: str) -> Node:
    paragraph = SubElement(content, "Paragraph", Type=kind)
    SubElement(paragraph, "Text").text = one_line(text)
    return paragraph


def _note(content: Node, element: Element, evidence: bool) -> None:
    if evidence and (note := noted(element.evidence)):
        _paragraph(content, "General", note)


def _title_page(root: Node, page: TitlePage) -> None:
    content = SubElement(SubElement(root, "TitlePage"), "Content")
    for _ in range(_ABOVE_TITLE):
        _centered(content, "")
    for text in (page.title, page.credit, page.author, *page.notes, *(f"{key}: {value}" for key, value in page.more)):
        if one_line(text):
            _centered(content, one_line(text))
            _centered(content, "")


def _centered(content: Node, text: str) -> None:
    SubElement(SubElement(content, "Paragraph", Alignment="Center", Type="Title Page"), "Text").text = text
