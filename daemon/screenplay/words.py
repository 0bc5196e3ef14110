"""What was said in a film, word by word, so that prose can be held against it."""

import re
from collections.abc import Iterable, Iterator

from daemon.contract.evidence import Cue
from daemon.contract.values import Frozen

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_QUOTED = re.compile(r"“([^”]*)”|\"([^\"]*)\"|«([^»]*)»|„([^“”]*)[“”]|(?<!\w)[‘']([^‘’']*\s[^‘’']*)['’](?!\w)")
_SMALL = {"THE", "A", "AN", "OF", "AT", "IN", "ON", "BY", "NEAR", "AND", "TO", "S"}  # fmt: skip


class Said(Frozen):
    """Everything that was said: ``vocabulary`` its words, ``running`` the words in order, both without case."""

    vocabulary: frozenset[str]
    running: str

    def has_phrase(self, text: str) -> bool:
        """Whether the words of ``text`` were said in this order without another between them."""
        return f" {' '.join(words(text))} " in self.running

    def has_words(self, text: str, *more: str) -> bool:
        """Whether each word of ``text`` (small ones aside) was said, in any order, or stands in ``more``."""
        known = self.vocabulary | {word for other in more for word in words(other)}
        wanted = [word for word in words(text) if word.upper() not in _SMALL]
        return bool(wanted) and all(word in known for word in wanted)


def said(cues: Iterable[Cue]) -> Said:
    """What ``cues`` say; a phrase may run from one cue into the next."""
    running = [word for cue in cues for word in words(cue.text)]
    return Said(vocabulary=frozenset(running), running=f" {' '.join(running)} ")


def words(text: str) -> list[str]:
    """The words of ``text`` without case and marks."""
    return [word.replace("’", "'") for word in _WORD.findall(text.casefold())]


def quoted(text: str) -> Iterator[str]:
    """The passages of ``text`` in quotation marks; a single word between single marks is taken for an apostrophe's."""
    for match in _QUOTED.finditer(text):
        passage = next(group for group in match.groups() if group is not None)
        if words(passage):
            yield passage
