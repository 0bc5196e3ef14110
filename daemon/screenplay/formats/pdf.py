"""PDF: the typed page of the film industry. Same script, same bytes; every font is inside."""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from daemon.screenplay.edition import Edition
from daemon.screenplay.formats import sheet as at
from daemon.screenplay.formats.measure import columns, tidy, wrapped
from daemon.screenplay.formats.page_report import minutes, reported
from daemon.screenplay.formats.pagination import Page, pages
from daemon.screenplay.formats.right_to_left import visual
from daemon.screenplay.formats.rows import Piece, Row
from daemon.screenplay.formats.sheet import COLUMN, LINE, SHEETS, Sheet
from daemon.screenplay.formats.typefaces import COURIER, MISSING, Run, font, missing, runs
from daemon.screenplay.model import Screenplay, TitlePage

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

SIZE = 12.0  # points
FIRST_LINE = 72.0 + 10  # points from the paper's upper edge to the feet of the letters
HEADER, FOOTER = 46.0, 40.0  # points to the page number from above, to (CONTINUED) from below
TITLE_LINE = 20  # of the title page
MOST_LINES = 6  # of a title, and of a name
MOST_NAMED = 20  # characters that no font has


def pdf(edition: Edition) -> bytes:
    """The whole file."""
    from reportlab.pdfgen.canvas import Canvas

    script, sheet = edition.screenplay, SHEETS[edition.layout.paper]
    made = pages(script, edition.layout.paper)
    report = str(reported(made, edition.layout.paper, minutes(edition)))
    file = BytesIO()
    first = font(COURIER["plain"]).fontName
    canvas = Canvas(file, (sheet.width, sheet.height), invariant=1, pageCompression=1, initialFontName=first, lang=script.language or "")
    _describe(canvas, script.title_page, report)
    _title_page(canvas, script.title_page, [*_unseen(script), report + "."], sheet)
    for page in made:
        _page(canvas, page, sheet)
    canvas.save()
    return file.getvalue()


def texts(script: Screenplay) -> Iterator[str]:
    """All that may be printed of a script."""
    page = script.title_page
    yield from (page.title, page.credit, page.author, *page.notes, *(text for pair in page.more for text in pair))
    for element in script.preamble:
        yield element.text
    for scene in script.scenes:
        yield from (scene.number, scene.heading.text, scene.transition.text if scene.transition else "")
        yield from (element.text for element in scene.elements)


def _unseen(script: Screenplay) -> Iterator[str]:
    lost = missing(map(tidy, texts(script)))
    if lost:
        codes = ", ".join(f"U+{ord(char):04X}" for char in lost[:MOST_NAMED]) + (" …" if len(lost) > MOST_NAMED else "")
        yield f"Characters that the fonts of this file do not have are shown as {MISSING}: {codes}."


def _describe(canvas: "Canvas", page: TitlePage, report: str) -> None:
    canvas.setTitle(tidy(page.title))
    canvas.setAuthor(tidy(page.author))
    canvas.setSubject(report)
    canvas.setCreator("Reelscribe")


def _title_page(canvas: "Canvas", page: TitlePage, notes: list[str], sheet: Sheet) -> None:
    """Title, credit and author in the upper middle; below, at the left, what the script was written without and how long it is."""
    room = sheet.right - at.ACTION
    line = TITLE_LINE
    for text, above in ((page.title, 0), (page.credit, 3), (page.author, 1)):
        line += above
        for part in wrapped(text, room)[:MOST_LINES] if tidy(text) else []:
            _draw(canvas, Piece(at.ACTION + (room - columns(part)) // 2, part), _down(line, sheet))
            line += 1
    below = [*(f"{key}: {value}" for key, value in page.more), *page.notes, *notes]
    foot = [part for text in below for part in wrapped(text, room)][-(sheet.lines - line - 1) :]
    for place, part in enumerate(foot, sheet.lines - len(foot)):
        _draw(canvas, Piece(at.ACTION, part), _down(place, sheet))
    canvas.showPage()


def _page(canvas: "Canvas", page: Page, sheet: Sheet) -> None:
    if page.number > 1:
        number = f"{page.number}."
        _draw(canvas, Piece(sheet.right - len(number), number), sheet.height - HEADER)
    if page.begun is not None:
        begun = tidy(page.begun)
        _draw(canvas, Piece(max(1, at.NUMBER_ENDS - columns(begun)), begun), sheet.height - HEADER)
        _draw(canvas, Piece(at.ACTION, "CONTINUED:"), sheet.height - HEADER)
    for line, row in page.lines:
        _row(canvas, row, _down(line, sheet))
    if page.goes_on:
        _draw(canvas, Piece(sheet.right - len("(CONTINUED)"), "(CONTINUED)"), FOOTER)
    canvas.showPage()


def _row(canvas: "Canvas", row: Row, height: float) -> None:
    for piece in row.pieces:
        _draw(canvas, piece, height)
    if row.kind == "heading" and row.above:
        name = " ".join(piece.text for piece in row.pieces[:2])
        canvas.bookmarkHorizontal(row.scene, 0, height + LINE)
        canvas.addOutlineEntry(name, row.scene, level=0)


def _draw(canvas: "Canvas", piece: Piece, height: float) -> None:
    """A line of text, its feet at ``height`` points above the paper's lower edge."""
    for run in runs(visual(piece.text), piece.style):
        left = (piece.column + run.column) * COLUMN
        canvas.setFont(run.font, SIZE)
        if run.apart:
            _letter(canvas, run, left, height)
        elif run.text.strip():
            canvas.drawString(left, height, run.text)


def _letter(canvas: "Canvas", run: Run, left: float, height: float) -> None:
    """One letter in the middle of its room, with the marks on it."""
    base, marks = run.text[0], run.text[1:]
    natural = font(run.font).stringWidth(base, SIZE)
    left += (run.cells * COLUMN - natural) / 2
    canvas.drawString(left, height, base)
    for mark in marks:  # one without a width of its own is drawn backwards from where the letter ends
        canvas.drawString(left if font(run.font).stringWidth(mark, SIZE) else left + natural, height, mark)


def _down(line: int, sheet: Sheet) -> float:
    """Points above the paper's lower edge of the line's feet."""
    return sheet.height - FIRST_LINE - line * LINE
