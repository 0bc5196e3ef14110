"""The lines of an edited scene, each with what it was in the version that was published.

A line that is there as before is that one; one that is gone here and new there, word for word, was moved; a new one in the place of one
that is gone, and much like it, is that one changed. Any other is new.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from daemon.screenplay.formats.paragraphs import paragraphs
from daemon.screenplay.model import Element

ALIKE = 0.4  # of two lines: above it the one is the other, changed

Key = tuple[str, str, bool]
Pair = tuple[Element, Element]
"""An element as it was read back from what was published, and the one of the document that it is."""


def key(element: Element) -> Key:
    """What makes two elements the same one to a reader: its kind as Fountain has it, its text, and whether it is spoken at once."""
    return "action" if element.kind == "shot" else element.kind, element.text, element.dual


def typed(element: Element) -> str:
    """What a person typed, where it is more than spaces."""
    return " ".join(element.typed.split())


def shown(elements: Iterable[Element]) -> list[tuple[Key, str]]:
    """All that a person sees of ``elements`` in the file."""
    return [(key(element), typed(element)) for element in elements]


@dataclass
class Line:
    """One element of the edited script. ``home``: what it is in the version that was published."""

    read: Element
    home: Element | None = None
    touched: bool = True

    def element(self) -> Element:
        """As it goes into the document: locked, where a person had a hand in it."""
        if self.home is None:
            return self.read.model_copy(update={"locked": True})
        if not self.touched:
            return self.home
        kind = self.home.kind if key(self.home)[0] == self.read.kind else self.read.kind
        said = {"kind": kind, "text": self.read.text, "dual": self.read.dual, "typed": self.read.typed, "locked": True}
        return self.home.model_copy(update=said)


@dataclass
class Passage:
    """The lines of one edited scene, what they were before, and what was taken away."""

    lines: list[Line]
    gone: list[Pair] = field(default_factory=list)  # as it was read back, and as it was
    changed: list[tuple[range, list[Pair]]] = field(default_factory=list)

    def elements(self) -> Iterator[Element]:
        """In the order of the file."""
        return (line.element() for line in self.lines)


def paired(base: Sequence[Element], published: Sequence[Element]) -> list[Pair]:
    """Each element as it was read back, with the one of the document that it is."""
    printed: list[Element] = []
    for paragraph in paragraphs(base):
        printed += [paragraph.name] if paragraph.name else []
        printed += paragraph.elements
    if len(printed) == len(published):
        return list(zip(published, printed, strict=True))
    matcher = SequenceMatcher(None, [key(one) for one in published], [key(one) for one in printed], autojunk=False)
    return [(published[a + n], printed[b + n]) for a, b, size in matcher.get_matching_blocks() for n in range(size)]


def passage_of(before: Sequence[Pair], now: Sequence[Element]) -> Passage:
    """``now`` against what stood there; lines that differ have no home yet."""
    passage = Passage([Line(element) for element in now])
    matcher = SequenceMatcher(None, [key(one) for one, _ in before], [key(one) for one in now], autojunk=False)
    for verb, start, end, at, until in matcher.get_opcodes():
        if verb == "equal":
            for (read_back, home), line in zip(before[start:end], passage.lines[at:until], strict=True):
                line.home, line.touched = home, typed(read_back) != typed(line.read)
        else:
            passage.changed.append((range(at, until), list(before[start:end])))
            passage.gone += before[start:end]
    return passage


def find_moved(passages: Sequence[Passage], removed: Iterable[Pair]) -> None:
    """A line that is gone here and new there, word for word, was moved."""
    pool: dict[Key, deque[tuple[Passage | None, Pair]]] = {}
    for passage in passages:
        for pair in passage.gone:
            pool.setdefault(key(pair[0]), deque()).append((passage, pair))
    for pair in removed:
        pool.setdefault(key(pair[0]), deque()).append((None, pair))
    for passage in passages:
        for line in passage.lines:
            if line.home is None and line.read.kind != "character" and (found := pool.get(key(line.read))):
                owner, pair = found.popleft()
                line.home = pair[1]
                _forget(owner, pair)


def _forget(owner: Passage | None, pair: Pair) -> None:
    for _, before in owner.changed if owner else ():
        before[:] = [one for one in before if one is not pair]


def find_changed(passages: Iterable[Passage]) -> None:
    """A new line in the place of one that is gone, and much like it, is that one changed."""
    for passage in passages:
        for places, before in passage.changed:
            left = deque(before)
            for line in (passage.lines[number] for number in places):
                if line.home is None and (home := _like(line.read, left)):
                    line.home = home


def _like(element: Element, left: deque[Pair]) -> Element | None:
    """The first of ``left`` that ``element`` may have been. Takes it, and all before it, away."""
    for number, (read_back, home) in enumerate(left):
        if key(read_back)[0] == element.kind and _ratio(read_back.text, element.text) > (0 if element.kind == "character" else ALIKE):
            for _ in range(number + 1):
                left.popleft()
            return home
    return None


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio() or SequenceMatcher(None, one, other).quick_ratio() / 2
