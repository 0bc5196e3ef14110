"""A scene as paragraphs on paper, the same for every format: a speech is one, with its name above its lines."""

import re
from collections.abc import Iterable, Iterator

from daemon.contract.values import Frozen
from daemon.screenplay.model import Element, ElementKind
from daemon.screenplay.names import UNCLEAR

_SPOKEN = ("parenthetical", "dialogue")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")
"""Controls of terminals and of direction, halves of characters, and what is no character at all."""


def one_line(text: str) -> str:
    """``text`` on one line, without characters that act instead of being seen."""
    return " ".join(_UNSEEN.sub("", " ".join(text.split())).split())


class Paragraph(Frozen):
    """``elements`` of one kind; of a speech (kind ``dialogue``) its parentheticals and lines, said by ``who`` (the element ``name``).

    ``dual``: at the same time as the speech before it.
    """

    kind: ElementKind
    elements: tuple[Element, ...]
    who: str = ""
    dual: bool = False
    name: Element | None = None

    @property
    def text(self) -> str:
        """Of all its elements, one a line."""
        return "\n".join(element.text for element in self.elements)


def paragraphs(elements: Iterable[Element]) -> Iterator[Paragraph]:
    """``elements`` as they stand on paper. What nobody can see is left out: an empty text, a name under which nothing is said."""
    name: Element | None = None
    lines: list[Element] = []
    for element in elements:
        if element.kind in _SPOKEN:
            lines += [element] if one_line(element.text) else []
            continue
        yield from _speech(name, lines)
        name, lines = (element, []) if element.kind == "character" else (None, [])
        if element.kind != "character" and (element.kind == "fountain" or one_line(element.text)):
            yield Paragraph(kind=element.kind, elements=(element,))
    yield from _speech(name, lines)


def _speech(name: Element | None, lines: list[Element]) -> Iterator[Paragraph]:
    if lines:
        who = one_line(name.text) if name else ""
        yield Paragraph(
            kind="dialogue", elements=tuple(lines), who=who or UNCLEAR, dual=bool(name and name.dual), name=name if who else None
        )
