"""Where a line of subtitles may end: between words, and between characters in scripts that write none (UAX #14, in short)."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from daemon.contract.evidence import Cue, Word
from daemon.screenplay.formats.measure import columns
from daemon.screenplay.formats.paragraphs import one_line

WIDTH = 42  # characters a line holds; a wide one (東) counts as two

_ENDS = tuple(".?!…。？！؟۔।॥။។")  # of a sentence
_PAUSES = tuple(",;:、，；：،؛—–")
_CLOSING = "\"'”’»)]」』）"
_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff]"
)
_CLINGS = frozenset("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶะาำๅๆຽະາຳ")  # to what stands before
_LEADS = frozenset("เแโใไເແໂໃໄ")  # vowels that are written before their consonant


class Piece(NamedTuple):
    """What is never broken, with the film seconds in which it is said. ``space``: one stands before it."""

    text: str
    space: bool
    start: float
    end: float

    @property
    def width(self) -> int:
        """With the space before it."""
        return columns(self.text) + self.space


class _Said(NamedTuple):
    """From character ``at`` (spaces do not count) on, ``length`` characters are said from ``start`` to ``end``."""

    at: int
    length: int
    start: float
    end: float

    def moment(self, offset: int) -> float:
        return self.start + (self.end - self.start) * (offset - self.at) / self.length


def pieces(cue: Cue) -> list[Piece]:
    """The cue's text, all of it, in order. Where words have times, those are its times; else they are spread by length."""
    found: list[Piece] = []
    text = one_line(cue.text)
    said = _said(cue, text.replace(" ", ""))
    starts = [one.at for one in said]
    begins = frozenset(starts)
    offset = 0
    for token in text.split():
        for number, part in enumerate(part for piece in _parted(token, offset, begins) for part in _short(piece)):
            first = said[bisect_right(starts, offset) - 1]
            last = said[bisect_right(starts, offset + len(part) - 1) - 1]
            found.append(Piece(part, bool(found) and not number, first.moment(offset), last.moment(offset + len(part))))
            offset += len(part)
    return found


def ending(piece: Piece) -> int:
    """How well a line ends behind the piece: 2 with a sentence, 1 with a part of one, 0 in the middle."""
    bare = piece.text.rstrip(_CLOSING)
    return 2 if bare.endswith(_ENDS) else 1 if bare.endswith(_PAUSES) else 0


def joined(parts: Sequence[Piece]) -> str:
    """As they stand on a line."""
    return "".join(f"{' ' if part.space and number else ''}{part.text}" for number, part in enumerate(parts))


def _said(cue: Cue, text: str) -> list[_Said]:
    """By its words, where these are its text."""
    words = [(word, one_line(word.text).replace(" ", "")) for word in cue.words]
    spoken = [(word, plain) for word, plain in words if plain]
    if not text or "".join(plain for _, plain in spoken) != text:
        return [_Said(0, max(1, len(text)), cue.start, max(cue.start, cue.end))]
    offsets = accumulate((len(plain) for _, plain in spoken[:-1]), initial=0)
    spans = _in_order([word for word, _ in spoken], cue)
    return [_Said(at, len(plain), *span) for at, (_, plain), span in zip(offsets, spoken, spans, strict=True)]


def _in_order(words: Sequence[Word], cue: Cue) -> Iterator[tuple[float, float]]:
    """Their times, none before the one before it, none outside the cue."""
    before = cue.start
    for word in words:
        start = min(max(before, word.start), max(cue.start, cue.end))
        before = min(max(start, word.end), max(cue.start, cue.end))
        yield start, before


def _parted(token: str, offset: int, begins: Container[int]) -> Iterator[str]:
    """What stands between two spaces, at every place where it may be broken."""
    part, at = "", offset
    for cluster in _clusters(token):
        if part and _breaks(part[-1], cluster[0], at in begins):
            yield part
            part = ""
        part += cluster
        at += len(cluster)
    yield part


def _clusters(text: str) -> Iterator[str]:
    """Characters with the marks that belong to them."""
    cluster = ""
    for char in text:
        if cluster and not (unicodedata.category(char).startswith("M") or "\u200d" in (char, cluster[-1])):
            yield cluster
            cluster = ""
        cluster += char
    yield cluster


def _breaks(before: str, after: str, word_begins: bool) -> bool:
    """Whether a line may end between two characters without a space. In Thai and its like words are told by their times alone."""
    spaceless = _SPACELESS.match(before) or _SPACELESS.match(after)
    if not spaceless or after in _CLINGS or before in _LEADS:
        return False
    if unicodedata.category(after) in ("Pe", "Pf", "Po", "Lm") or unicodedata.category(before) in ("Ps", "Pi"):
        return False
    return word_begins or not _is_joined(before, after)


def _is_joined(before: str, after: str) -> bool:
    """Thai, Lao, Burmese, Khmer: words of several characters that nothing parts."""
    return all("\u0e00" <= char <= "\u17ff" for char in (before, after))


def _short(part: str) -> Iterator[str]:
    """A word that is longer than a line is broken all the same."""
    line = ""
    for cluster in _clusters(part):
        if line and columns(line + cluster) > WIDTH:
            yield line
            line = ""
        line += cluster
    yield line
