"""What was said in a film, word by word, so that prose can be held against it."""

import re
from collections.abc import Iterable, Iterator

from daemon.contract.evidence import Cue
from daemon.contract.values import Frozen

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_PAIRS = ("“”", '""', "«»", "»«", "„“", "„”", "””", "‹›", "›‹", "「」", "『』", "``", "‚‘", "‚’")
_QUOTED = re.compile("|".join(f"{pair[0]}([^{pair}]*)(?:{pair[1]}|$)" for pair in _PAIRS))
_SINGLE = re.compile(r"(?<!\w)['‘]([^'‘’]*\s[^'‘’]*)['’](?!\w)|(?<!\w)'(\w+[.!?,])'(?!\w)|‘([^‘’]+)’(?!\w)")
_SMALL = {"THE", "A", "AN", "OF", "AT", "IN", "ON", "BY", "NEAR", "AND", "TO", "S"}  # fmt: skip
_COMMON = frozenset(
    """i you he she it we they me him her us them my your his its our their who what where when why how which this that these those here
    there yes no not ok okay oh hey hello hi please thanks thank sorry well so and but or if then now is are was were be am do does did can
    could will would shall should must may might have has had go come get look wait stop run let tell give take say see listen""".split()  # noqa: SIM905
)
"""Words that may stand at the beginning of a sentence and name nobody."""


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

    def plus(self, other: "Said") -> "Said":
        """What either of them holds."""
        return Said(
            vocabulary=self.vocabulary | other.vocabulary, proper=self.proper | other.proper, running=f"{self.running}|{other.running}"
        )

    def has_name(self, text: str, roles: str) -> bool:
        """Whether ``text`` may be a name: each word is one that is never written small in what was said, or one of ``roles``."""
        return _all_in(self.proper | frozenset(words(roles)), text)


def said(cues: Iterable[Cue]) -> Said:
    """What ``cues`` say; a phrase may run from one cue into the next."""
    return spoken(cue.text for cue in cues)


def spoken(texts: Iterable[str]) -> Said:
    """The same of any texts: of what captions say, for one."""
    written = [word for text in texts for word in _WORD.findall(text)]
    running = [_plain(word) for word in written]
    small = {_plain(word) for word in written if word[0].islower()}
    return Said(vocabulary=frozenset(running), proper=frozenset(running) - small - _COMMON, running=f" {' '.join(running)} ")


def words(text: str) -> list[str]:
    """The words of ``text`` without case and marks."""
    return [_plain(word) for word in _WORD.findall(text)]


def _plain(word: str) -> str:
    return word.casefold().replace("’", "'")


def _all_in(known: frozenset[str], text: str) -> bool:
    wanted = [word for word in words(text) if word.upper() not in _SMALL]
    return bool(wanted) and all(word in known for word in wanted)


def quoted(text: str) -> Iterator[str]:
    """The passages of ``text`` in quotation marks, also where the second mark is missing; apostrophes are none."""
    for match in (*_QUOTED.finditer(text), *_SINGLE.finditer(text)):
        passage = next((group for group in match.groups() if group is not None), "")
        if words(passage):
            yield passage
