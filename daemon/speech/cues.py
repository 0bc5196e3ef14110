"""From words to cues: one for each sentence, and a new one after a pause. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby

from daemon.contract.evidence import Cue, Word
from daemon.speech.heard import Heard

PAUSE = 0.7  # seconds; within a sentence people pause for 0.2–0.5 s
LONGEST = 15.0  # seconds; speech without punctuation is cut at its widest gap
ENDS = (".", "?", "!", "…", "。", "？", "！")
CLOSING = "\"'”’»)]"
ABBREVIATED = frozenset({"mr.", "mrs.", "ms.", "dr.", "st.", "prof.", "sr.", "jr.", "vs."})


def from_heard(segments: Iterable[Heard]) -> tuple[Cue, ...]:
    """The cues of a film, ``c1`` on, words verbatim."""
    numbers = count(1)
    return tuple(
        _cue(f"c{next(numbers)}", part, language)
        for language, group in groupby(segments, key=lambda segment: segment.language)
        for sentence in _sentences([word for segment in group for word in segment.words if word.text.strip()])
        for part in _shortened(sentence)
    )


def _sentences(words: Sequence[Word]) -> Iterator[list[Word]]:
    sentence: list[Word] = []
    for word in words:
        if sentence and _breaks(sentence[-1], word):
            yield sentence
            sentence = []
        sentence.append(word)
    if sentence:
        yield sentence


def _breaks(before: Word, after: Word) -> bool:
    """Whether a new cue begins between two words."""
    return after.start - before.end >= PAUSE or (_ends(before.text) and not after.text.strip()[:1].islower())


def _ends(text: str) -> bool:
    word = text.strip()
    return word.rstrip(CLOSING).endswith(ENDS) and word.lower() not in ABBREVIATED


def _shortened(words: list[Word]) -> list[list[Word]]:
    """The words in parts of at most ``LONGEST`` seconds, parted at the widest gap near the middle."""
    if words[-1].end - words[0].start <= LONGEST or len(words) < 4:
        return [words]
    inner = range(len(words) // 4 or 1, len(words) - len(words) // 4)
    at = max(inner, key=lambda number: words[number].start - words[number - 1].end)
    return _shortened(words[:at]) + _shortened(words[at:])


def _cue(name: str, words: list[Word], language: str) -> Cue:
    return Cue(
        id=name,
        start=words[0].start,
        end=words[-1].end,
        text="".join(word.text for word in words).strip(),
        words=tuple(word.model_copy(update={"text": word.text.strip()}) for word in words),
        confidence=round(sum(word.confidence for word in words) / len(words), 3),
        language=language,
    )
