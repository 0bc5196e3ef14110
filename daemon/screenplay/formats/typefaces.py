"""The fonts that a script is set in, embedded in its PDF, and which of them has a character.

Courier for Latin letters; for a word that has others, DejaVu Sans Mono (Greek, Cyrillic, Armenian, Georgian, Arabic), DejaVu Sans
(Vietnamese, Hebrew) and Droid Sans Fallback (Chinese, Japanese, Korean). Everything stands in the columns of Courier. What none of them
has, such as Thai, Devanagari or a pictograph, is drawn as ``▯``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.screenplay.formats.measure import columns, width
from daemon.screenplay.formats.rows import Style

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).with_name("fonts")
COURIER: dict[Style, str] = {
    "plain": "ReelscribeCourier-Regular",
    "italic": "ReelscribeCourier-Italic",
}
MONO = "DejaVuSansMono"
MONOSPACED = (MONO, *COURIER.values())
OTHERS = (MONO, "DejaVuSans", "DroidSansFallback")
MISSING = "▯"


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one font. ``column`` is counted from the line's first, ``cells`` is the room that it has. ``apart``: one letter with its
    marks, which the font does not set in the columns by itself.
    """

    column: int
    cells: int
    text: str
    font: str
    apart: bool = False


def runs(text: str, style: Style = "plain") -> Iterator[Run]:
    """``text`` divided by the font that it is drawn in."""
    column = 0
    for (name, apart), drawn in groupby(_drawn(text, style), key=lambda pair: (pair[1], len(pair[0]) > 1 or pair[1] not in MONOSPACED)):
        letters = [letter for letter, _ in drawn]
        for piece in letters if apart else ["".join(letters)]:
            cells = columns(piece)
            yield Run(column, cells, piece, name, apart)
            column += cells


def missing(texts: Iterable[str]) -> tuple[str, ...]:
    """The characters of ``texts`` that no font has, in order."""
    seen = {char for text in texts for char in text if width(char)}
    return tuple(sorted(char for char in seen if not char.isspace() and _font_of(char, (COURIER["plain"], *OTHERS)) is None))


@cache
def font(name: str) -> "TTFont":
    """A font, known to reportlab by its name. Raises OSError where its file is gone."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    loaded = TTFont(name, str(FOLDER / f"{name}.ttf"))
    pdfmetrics.registerFont(loaded)
    return loaded


def _drawn(text: str, style: Style) -> Iterator[tuple[str, str]]:
    """Each letter with the marks on it, and its font. A word stays in one font where one has all of it."""
    for word, letters in groupby(_letters(text), key=lambda letter: letter != " "):
        part = list(letters)
        chain = (COURIER[style], *OTHERS)
        whole = next((name for name in chain[:3] if all(_has(name, char) for letter in part for char in letter)), None)
        for letter in part:
            if whole or not word:
                yield letter, whole or chain[0]
                continue
            name = _font_of(letter[0], chain)
            if name is None:
                yield from ((MISSING, MONO) for _ in range(columns(letter)))
                continue
            yield "".join(char for char in letter if _has(name, char)), name


def _letters(text: str) -> Iterator[str]:
    """Characters, each with the marks that stand on it; what is not seen is left out."""
    letter = ""
    for char in text:
        if width(char):
            if letter:
                yield letter
            letter = char
        elif letter and _font_of(char, (COURIER["plain"], MONO)):
            letter += char
    if letter:
        yield letter


def _font_of(char: str, chain: Iterable[str]) -> str | None:
    return next((name for name in chain if _has(name, char)), None)


def _has(name: str, char: str) -> bool:
    return ord(char) in _characters(name)


@cache
def _characters(name: str) -> dict[int, Any]:
    loaded: dict[int, Any] = font(name).face.charToGlyph
    return loaded
