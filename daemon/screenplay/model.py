"""A screenplay as a document: a title page, and scenes of elements, each with the evidence that it rests on.

It knows nothing of video files: every format is written from it, and every version is one. Its JSON comes back as the same value.
"""

from typing import Literal

from daemon.contract.values import Frozen

ElementKind = Literal[
    "heading", "action", "character", "parenthetical", "dialogue", "transition", "shot", "note", "fountain"
]  # fmt: skip


class Evidence(Frozen):
    """What an element rests on: ids of shots, cues, captions and sounds. ``start`` ≤ t < ``end`` in seconds; equal: no time of its own."""

    shots: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    start: float = 0.0
    end: float = 0.0


class Element(Frozen):
    """One paragraph.

    A ``character`` stands above the ``parenthetical`` (its brackets are in its text) and ``dialogue`` elements of one speech; ``voice``
    is the measured one (``""``: unclear), and ``dual`` says that it speaks at the same time as the speech before. A ``shot`` is a
    camera direction. ``fountain`` is a passage that a person wrote and that is no part of the film (section, synopsis, page break,
    boneyard), byte for byte. ``typed`` is how a person wrote this one in Fountain, where that is more than its text (emphasis, a
    forced mark, a note within it); it holds only as long as it says ``text``. ``locked``: no writing touches it.
    """

    kind: ElementKind
    text: str
    evidence: Evidence = Evidence()
    voice: str = ""
    dual: bool = False
    typed: str = ""
    locked: bool = False


class Scene(Frozen):
    """A heading and what happens under it.

    ``id`` stays the same from version to version; ``number`` is what is printed. ``transition`` stands above the heading: how the
    film comes here.
    """

    id: str
    number: str
    heading: Element
    elements: tuple[Element, ...] = ()
    transition: Element | None = None
    start: float = 0.0
    end: float = 0.0
    locked: bool = False


class TitlePage(Frozen):
    """``notes`` say what the script was written without; ``more`` holds what a person added: (key, text). ``typed`` as in an element."""

    title: str
    credit: str = ""
    author: str = ""
    notes: tuple[str, ...] = ()
    more: tuple[tuple[str, str], ...] = ()
    typed: str = ""


class Screenplay(Frozen):
    """The whole script. ``preamble`` is what a person wrote above the first heading. ``language`` is that of the prose."""

    title_page: TitlePage
    scenes: tuple[Scene, ...] = ()
    preamble: tuple[Element, ...] = ()
    language: str | None = None
