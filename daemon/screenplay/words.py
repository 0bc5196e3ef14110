"""What was said in a film, word by word, so that prose can be held against it."""

import re
from collections.abc import Iterable, Iterator

from daemon.contract.evidence import Cue
from daemon.contract.values import Frozen

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_QUOTED = re.compile(r"“([^”]*)”|\"([^\"]*)\"|«([^»]*)»|„([^“”]*)[“”]|(?<!\w)[‘']([^‘’']*\s[^‘’']*)['’](?!\w)")
_SMALL = {"THE", "A", "AN", "OF", "AT", "IN", "ON", "BY", "NEAR", "AND", "TO", "S"}  # fmt: skip


class Said(Frozen):
    """Everything that was said: ``vocabulary`` its words, ``proper`` those never written small, ``running`` the words in order."""

    vocabulary: frozenset[str]
    proper: frozenset[str]
    running: str

    def has_phrase(self, text: str) -> bool:
        """Whether the words of ``text`` were said in this order without another between them."""
        return f" {' '.join(words(text))} " in self.running

    def has_words(self, text: str) -> bool:
        """Whether each word of ``text`` (small ones aside) was said, in any order."""
        return _all_in(self.vocabulary, text)

    def has_name(self, text: str, roles: str) -> bool:
        """Whether ``text`` may be a name: each word is one that is never written small in what was said, or one of ``roles``."""
        return _all_in(self.proper | frozenset(words(roles)), text)


def said(cues: Iterable[Cue]) -> Said:
    """What ``cues`` say; a phrase may run from one cue into the next."""
    written = [word for cue in cues for word in _WORD.findall(cue.text)]
    running = [_plain(word) for word in written]
    small = {_plain(word) for word in written if word[0].islower()}
    return Said(vocabulary=frozenset(running), proper=frozenset(running) - small, running=f" {' '.join(running)} ")


def words(text: str) -> list[str]:
    """The words of ``text`` without case and marks."""
    return [_plain(word) for word in _WORD.findall(text)]


def _plain(word: str) -> str:
    return word.casefold().replace("’", "'")


def _all_in(known: frozenset[str], text: str) -> bool:
    wanted = [word for word in words(text) if word.upper() not in _SMALL]
    return bool(wanted) and all(word in known for word in wanted)


def quoted(text: str) -> Iterator[str]:
    """The passages of ``text`` in quotation marks; a single word between single marks is taken for an apostrophe's."""
    for match in _QUOTED.finditer(text):
        passage = next(group for group in match.groups() if group is not None)
        if words(passage):
            yield passage
