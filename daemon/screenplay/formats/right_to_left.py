"""Hebrew and Arabic on a page that is drawn from left to right: in the order in which they are seen, Arabic letters joined.

A small part of the Unicode Bidirectional Algorithm (UAX 9), enough for names and lines with numbers and Latin words between: no nested
directions, no vowel signs that change their place, and the line stands at the left margin.
"""

import re
import unicodedata
from functools import cache
from itertools import groupby

_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_STRONG = {"R": True, "AL": True, "L": False, "EN": False, "AN": False}  # numbers are read from left to right


def visual(line: str) -> str:
    """``line`` as its characters stand on paper, from left to right. One without such letters is given back as it is."""
    if line.isascii() or not any(unicodedata.bidirectional(char) in ("R", "AL") for char in line):
        return line
    joined = _joined(line)
    main = next(_STRONG[kind] for kind in map(unicodedata.bidirectional, joined) if kind in ("R", "AL", "L"))
    runs = [(backwards, "".join(char for char, _ in run)) for backwards, run in groupby(_directed(joined, main), key=lambda pair: pair[1])]
    seen = [_mirrored(text) if backwards else text for backwards, text in runs]
    return "".join(reversed(seen) if main else seen)


def _directed(line: str, main: bool) -> list[tuple[str, bool]]:
    """Each character with whether it is read from right to left: what has no direction takes that of both its neighbours, or the line's."""
    own = [_STRONG.get(unicodedata.bidirectional(char)) for char in line]
    before = _carried(own, main)
    after = reversed(_carried(own[::-1], main))
    return [(char, left if left == right else main) for char, left, right in zip(line, before, after, strict=True)]


def _carried(ways: list[bool | None], first: bool) -> list[bool]:
    """Every direction, or the last one before it; ``first`` before any."""
    found, last = [], first
    for way in ways:
        last = last if way is None else way
        found.append(last)
    return found


def _mirrored(text: str) -> str:
    """``text`` from its end to its beginning; a mark stays behind its letter."""
    letters = re.findall(r".[\u0591-\u05bd\u064b-\u0655]*", text)
    return "".join(reversed(letters)).translate(_MIRRORED)


def _joined(line: str) -> str:
    """Arabic letters in the form that their neighbours ask for."""
    forms = _forms()
    drawn = []
    for place, char in enumerate(line):
        before = forms.get(line[place - 1], {}) if place else {}
        after = forms.get(line[place + 1], {}) if place + 1 < len(line) else {}
        own = forms.get(char, {})
        left, right = "initial" in own and "final" in after, "final" in own and "initial" in before
        name = ("medial" if right else "initial") if left else ("final" if right else "isolated")
        drawn.append(own.get(name, char))
    return "".join(drawn)


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Letter → form → character, from Unicode's Arabic Presentation Forms-B."""
    found: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFBB2), *range(0xFE70, 0xFEFD)):
        form, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        if form and " " not in letters:
            found.setdefault(chr(int(letters, 16)), {})[form.strip("<>")] = chr(code)
    return found
