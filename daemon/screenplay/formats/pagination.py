"""Rows on pages: no name, heading or first line is left alone, and a speech that is cut in two says so on both pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from daemon.screenplay.formats.rows import Row, broken_off, carried_on, rows, scene_rows
from daemon.screenplay.formats.sheet import SHEETS, Paper, Sheet
from daemon.screenplay.model import Scene, Screenplay

LETTER = SHEETS["letter"]


@dataclass(frozen=True, slots=True)
class Page:
    """``lines``: each row with the line on which it stands, from 0. ``begun``: the number of the scene that was begun on the page before;
    None where a new one begins. ``goes_on``: the last scene does so on the next page.
    """

    number: int
    lines: tuple[tuple[int, Row], ...]
    begun: str | None = None
    goes_on: bool = False

    @property
    def height(self) -> int:
        """Lines, up to the last that is written on."""
        return self.lines[-1][0] + 1 if self.lines else 0


def pages(screenplay: Screenplay, paper: Paper = "letter") -> list[Page]:
    """The script without its title page; none for a script without a word."""
    return paginate(list(rows(screenplay, SHEETS[paper])), SHEETS[paper])


def paginate(written: Sequence[Row], sheet: Sheet) -> list[Page]:
    """``written`` on pages of ``sheet.lines`` lines. Only what is longer than a page is cut where it should not be."""
    found: list[Page] = []
    start = 0
    while start < len(written):
        opening = [carried_on(written[start], sheet)] if _carries_on(written, start) else []
        stop = _end(written, start, len(opening), sheet.lines)
        closing = [broken_off(written[stop])] if _carries_on(written, stop) else []
        begun = written[start].number if _in_one_scene(written, start) else None
        found.append(
            Page(len(found) + 1, tuple(_placed([*opening, *written[start:stop], *closing])), begun, goes_on=_in_one_scene(written, stop))
        )
        start = stop
    return found


def eighths(scene: Scene, sheet: Sheet = LETTER) -> int:
    """A scene's length in eighths of a page, at least 1: what a breakdown counts in. The empty lines above it are its own."""
    lines = sum(row.above + 1 for row in scene_rows(scene, sheet))
    return max(1, round(Fraction(8 * lines, sheet.lines)))


def _carries_on(written: Sequence[Row], place: int) -> bool:
    """Whether the row at ``place``, as a page's first, goes on with a speech of the page before."""
    return 0 < place < len(written) and written[place].breaks == "more"


def _in_one_scene(written: Sequence[Row], place: int) -> bool:
    """Whether the rows on both sides of ``place`` are of one scene."""
    return 0 < place < len(written) and written[place].scene == written[place - 1].scene != ""


def _end(written: Sequence[Row], start: int, used: int, room: int) -> int:
    """Where the page that begins with the row at ``start`` ends: before the row that is given."""
    best = 0
    for place in range(start, len(written)):
        row = written[place]
        if place > start and row.breaks != "never" and used + (row.breaks == "more") <= room:
            best = place
        used += 1 + (row.above if used else 0)
        if used > room:
            return best or max(place, start + 1)
    return len(written)


def _placed(written: Sequence[Row]) -> list[tuple[int, Row]]:
    placed: list[tuple[int, Row]] = []
    for row in written:
        line = placed[-1][0] + 1 + row.above if placed else 0
        placed.append((line, row))
    return placed
