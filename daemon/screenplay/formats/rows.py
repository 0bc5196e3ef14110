"""The script as rows of a typed page, each saying whether a page may begin with it. Pages are made of them in ``pagination``."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import Literal

from daemon.screenplay.formats import sheet as at
from daemon.screenplay.formats.measure import columns, tidy, wrapped
from daemon.screenplay.formats.paragraphs import Paragraph, paragraphs
from daemon.screenplay.formats.sheet import Sheet
from daemon.screenplay.model import Element, ElementKind, Scene, Screenplay

Style = Literal["plain", "italic"]
Break = Literal["free", "never", "more"]

ABOVE_HEADING = 2  # empty lines
LEAST = 2  # lines of a paragraph or speech on either side of a page's end
LONGEST_DUAL = 24  # rows; two speeches that are longer stand one below the other, since side by side they cannot go on on the next page
CONTINUED = "(CONT'D)"
MORE = "(MORE)"


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that begins at a column of the paper."""

    column: int
    text: str
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class Row:
    """One line. ``above``: empty lines before it, where it is not a page's first.

    ``breaks`` says whether a page may begin with it: freely, never, or in the middle of a speech, which then ends with (MORE) and goes
    on under the name of ``who``. ``scene`` and ``number`` are of the scene it stands in, empty before the first.
    """

    pieces: tuple[Piece, ...]
    kind: ElementKind | Literal["more"]
    above: int = 0
    breaks: Break = "never"
    who: str = ""
    scene: str = ""
    number: str = ""


def rows(screenplay: Screenplay, sheet: Sheet) -> Iterator[Row]:
    """All below the title page."""
    yield from _blocks(paragraphs(screenplay.preamble), sheet)
    for scene in screenplay.scenes:
        yield from scene_rows(scene, sheet)


def scene_rows(scene: Scene, sheet: Sheet) -> Iterator[Row]:
    """One scene: what comes before it, its heading, and what is under it. The row below the heading never begins a page."""
    if scene.transition and tidy(scene.transition.text):
        yield from _transition(scene.transition, sheet)
    heading = list(_heading(scene, sheet))
    below = list(_blocks(paragraphs(scene.elements), sheet))
    below[:1] = [replace(row, breaks="never") for row in below[:1]]
    for row in (*heading, *below):
        yield replace(row, scene=scene.id, number=scene.number)


def carried_on(row: Row, sheet: Sheet) -> Row:
    """The name above a speech that goes on, on a page that begins with ``row``."""
    extension = "" if row.who.endswith(CONTINUED) else f" {CONTINUED}"
    name = wrapped(row.who, sheet.right - at.CHARACTER - len(extension))[0] + extension
    return Row((Piece(at.CHARACTER, name),), "character", who=row.who, scene=row.scene, number=row.number)


def broken_off(row: Row) -> Row:
    """The line at the end of a page whose speech goes on with ``row``."""
    return Row((Piece(at.CHARACTER, MORE),), "more", who=row.who, scene=row.scene, number=row.number)


def _first(place: int) -> Break:
    """Of what stays together: a page may begin with the first row alone."""
    return "free" if place == 0 else "never"


def _heading(scene: Scene, sheet: Sheet) -> Iterator[Row]:
    for place, text in enumerate(wrapped(scene.heading.text, sheet.right - at.ACTION)):
        pieces: tuple[Piece, ...] = (Piece(at.ACTION, text),)
        if number := tidy(scene.number) if place == 0 else "":
            left = Piece(max(1, at.NUMBER_ENDS - columns(number)), number)
            pieces = (left, *pieces, Piece(sheet.right + 2, number))
        yield Row(pieces, "heading", ABOVE_HEADING if place == 0 else 0, _first(place))


def _blocks(found: Iterable[Paragraph], sheet: Sheet) -> Iterator[Row]:
    """Paragraphs as rows. A speech waits for the next one, which may have to stand beside it."""
    waiting: Paragraph | None = None
    for paragraph in found:
        if waiting and paragraph.dual:
            yield from _dual(waiting, paragraph, sheet)
            waiting = None
            continue
        if waiting:
            yield from _speech(waiting, sheet)
        waiting = paragraph if paragraph.kind == "dialogue" else None
        if not waiting:
            yield from _paragraph(paragraph.elements[0], sheet)
    if waiting:
        yield from _speech(waiting, sheet)


def _paragraph(element: Element, sheet: Sheet) -> Iterator[Row]:
    if element.kind == "transition":
        return _transition(element, sheet)
    if element.kind == "fountain":
        return _own(element, sheet)
    text = f"[{tidy(element.text)}]" if element.kind == "note" else element.text
    style: Style = "italic" if element.kind == "note" else "plain"
    return _prose([Piece(at.ACTION, line, style) for line in wrapped(text, sheet.right - at.ACTION)], element.kind)


def _prose(pieces: list[Piece], kind: ElementKind) -> Iterator[Row]:
    for place, piece in enumerate(pieces):
        free = place == 0 or LEAST <= place <= len(pieces) - LEAST
        yield Row((piece,), kind, above=int(place == 0), breaks="free" if free else "never")


def _transition(element: Element, sheet: Sheet) -> Iterator[Row]:
    """Against the right margin, on the same page as what it follows."""
    for place, line in enumerate(wrapped(element.text, sheet.right - at.ACTION)):
        yield Row((Piece(sheet.right - columns(line), line),), "transition", above=int(place == 0))


def sung_or_centred(text: str) -> tuple[Literal["sung", "centred"], list[str]] | None:
    """The lines of a person's own Fountain that are meant to be read; None for sections, synopses and cut passages, which are not."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if lines and all(line.startswith("~") for line in lines):
        return "sung", [line[1:] for line in lines]
    if lines and all(line.startswith(">") and line.endswith("<") and len(line) > 1 for line in lines):
        return "centred", [line[1:-1] for line in lines]
    return None


def _own(element: Element, sheet: Sheet) -> Iterator[Row]:
    how, lines = sung_or_centred(element.text) or ("", [])
    if how == "sung":
        sung = chain.from_iterable(wrapped(line, at.DIALOGUE_WIDTH) for line in lines)
        yield from _prose([Piece(at.DIALOGUE, line, "italic") for line in sung], "fountain")
    elif how == "centred":
        room = sheet.right - at.ACTION
        centred = chain.from_iterable(wrapped(line, room) for line in lines)
        yield from _prose([Piece(at.ACTION + (room - columns(line)) // 2, line) for line in centred], "fountain")


def _speech(speech: Paragraph, sheet: Sheet) -> Iterator[Row]:
    """A name, and at least two lines on its page; a longer speech may go on on the next, with at least two lines there."""
    for place, line in enumerate(wrapped(speech.who, sheet.right - at.CHARACTER)):
        yield Row((Piece(at.CHARACTER, line),), "character", int(place == 0), _first(place), who=speech.who)
    said = list(_said(speech, at.DIALOGUE, at.DIALOGUE_WIDTH, (at.PARENTHETICAL, at.PARENTHETICAL_WIDTH)))
    for place, (kind, piece) in enumerate(said):
        yield Row((piece,), kind, breaks="more" if _may_break(said, place) else "never", who=speech.who)


def _said(speech: Paragraph, column: int, room: int, aside: tuple[int, int]) -> Iterator[tuple[ElementKind, Piece]]:
    """The lines under a name: what is spoken without a pause for breath runs on, between parentheticals."""
    spoken: list[str] = []
    for element in speech.elements:
        if element.kind == "dialogue":
            spoken.append(element.text)
            continue
        yield from (("dialogue", Piece(column, line)) for line in _running(spoken, room))
        spoken = []
        for place, line in enumerate(wrapped("(" + tidy(element.text).removeprefix("(").removesuffix(")") + ")", aside[1])):
            yield "parenthetical", Piece(aside[0] + int(place > 0), line)
    yield from (("dialogue", Piece(column, line)) for line in _running(spoken, room))


def _running(spoken: list[str], room: int) -> list[str]:
    return wrapped(" ".join(spoken), room) if spoken else []


def _may_break(said: list[tuple[ElementKind, Piece]], place: int) -> bool:
    """Whether a page may end before this line of a speech."""
    if place == 0 or (said[place - 1][0] == "parenthetical"):
        return False
    before, after = (sum(kind == "dialogue" for kind, _ in part) for part in (said[:place], said[place:]))
    return before >= LEAST and after >= LEAST


def _dual(left: Paragraph, right: Paragraph, sheet: Sheet) -> Iterator[Row]:
    """Two speeches at once, side by side, on one page."""
    both = [list(_side(speech, column)) for speech, column in zip((left, right), at.DUAL, strict=True)]
    if max(map(len, both)) > LONGEST_DUAL:
        yield from chain(_speech(left, sheet), _speech(right, sheet))
        return
    for place, pair in enumerate(zip_longest(*both)):
        kind: ElementKind = "character" if place == 0 else "dialogue"
        yield Row(tuple(filter(None, pair)), kind, int(place == 0), _first(place))


def _side(speech: Paragraph, column: int) -> Iterator[Piece]:
    for line in wrapped(speech.who, at.DUAL_WIDTH - at.DUAL_NAME):
        yield Piece(column + at.DUAL_NAME, line)
    for _, piece in _said(speech, column, at.DUAL_WIDTH, (column + 3, at.DUAL_WIDTH - 6)):
        yield piece
