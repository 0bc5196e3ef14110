"""How text fills the columns of a typed page: what is wide, what takes no room, and where a line ends."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from daemon.screenplay.formats.paragraphs import one_line

_NO_ROOM = ("Mn", "Me", "Cf")  # marks above and below letters, and what joins or parts them
_IDEOGRAPHS = "\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff\uff00-\uffef"  # written without spaces: a line may end after any of them
_CLOSING = "、。，．：；！？」』）】〉》・ー…"  # never begins a line
_WORD = re.compile(rf"( *)([{_IDEOGRAPHS}][{_CLOSING}]*|[^ {_IDEOGRAPHS}]+)")


def tidy(text: str) -> str:
    """``text`` on one line, composed (NFC), so that a letter and its accent are one character where there is such a one."""
    return unicodedata.normalize("NFC", one_line(text))


def columns(text: str) -> int:
    """How many columns ``text`` takes: two for an ideograph, none for a mark on the letter before it."""
    return len(text) if text.isascii() else sum(map(width, text))


@cache
def width(char: str) -> int:
    """0, 1 or 2 columns."""
    if unicodedata.category(char) in _NO_ROOM:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrapped(text: str, room: int) -> list[str]:
    """``text`` in lines of at most ``room`` columns, broken at spaces and between ideographs; a longer word is cut. At least one line."""
    lines, line, used = [], "", 0
    for space, word in _WORD.findall(tidy(text)):
        space_and_word = len(space) + columns(word)
        if line and used + space_and_word <= room:
            line, used = line + space + word, used + space_and_word
            continue
        if line:
            lines.append(line)
        *full, line = _cut(word, room)
        lines += full
        used = columns(line)
    return [*lines, line]


def _cut(word: str, room: int) -> Iterator[str]:
    start = used = 0
    for place, char in enumerate(word):
        used += width(char)
        if used > room:
            yield word[start:place]
            start, used = place, width(char)
    yield word[start:]
