"""Cues by the people who speak them: parted at the word where the voice changes, and numbered in order. Pure."""

from collections.abc import Iterator, Sequence
from itertools import count, groupby, pairwise

from daemon.contract.evidence import Cue, Span, Word

Labels = list[list[int | None]]
"""Cue by cue, word by word: the number of a voice, None where it is not clear. A cue without words has one label."""

FRAGMENT = 2  # words; so few unclear ones between two voices go with what came before them
NAME = "SPEAKER {}"


class Turn(Span):
    """Somebody speaks. ``voice`` is a number, ``confidence`` -1 to 1 where it is known."""

    voice: int
    confidence: float = 1.0


def told(cues: Sequence[Cue], labels: Labels) -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """The cues with their voices, ids anew from ``c1``, and the ids of those whose voice is not clear.

    Voices are called SPEAKER 1, 2, … in the order in which they are first heard.
    """
    parts = [part for cue, own in zip(cues, labels, strict=True) for part in _parted(cue, own)]
    heard = list(dict.fromkeys(voice for _, voice in parts if voice is not None))
    names: dict[int | None, str] = {voice: NAME.format(number) for number, voice in enumerate(heard, 1)}
    named = [
        part.model_copy(update={"id": f"c{n}", "voice": names.get(voice, "")}) for n, (part, voice) in zip(count(1), parts, strict=False)
    ]
    return tuple(named), tuple(cue.id for cue in named if not cue.voice)


def by_words(cues: Sequence[Cue], turns: Sequence[Turn]) -> Labels:
    """Whose words they are, where somebody else measured the turns: the one who speaks most of a word, and nobody where two do."""
    turns = sorted(turns, key=lambda turn: turn.start)
    return [[_speaker(span, turns) for span in cue.words or [cue]] for cue in cues]


def _speaker(span: Span, turns: Sequence[Turn]) -> int | None:
    shares: dict[int, float] = {}
    for turn in turns:
        if turn.start >= span.end:
            break
        if turn.end > span.start and turn.confidence >= 0:
            shares[turn.voice] = shares.get(turn.voice, 0.0) + min(turn.end, span.end) - max(turn.start, span.start)
    ranked = sorted(shares.values(), reverse=True)
    if not ranked or ranked[0] < span.length / 2 or (len(ranked) > 1 and ranked[1] > ranked[0] / 2):
        return None
    return max(shares, key=lambda voice: shares[voice])


def _parted(cue: Cue, labels: list[int | None]) -> Iterator[tuple[Cue, int | None]]:
    """The cue, or its parts where it has several voices; each with the voice."""
    if len({label for label in labels if label is not None}) < 2:
        yield cue, _voice(labels)
        return
    runs = _runs(labels)
    starts = [sum(length for _, length in runs[:place]) for place in range(len(runs) + 1)]
    texts = _texts(cue, starts)
    for (voice, _), (start, end), text in zip(runs, pairwise(starts), texts, strict=True):
        yield _part(cue, cue.words[start:end], text), voice


def _voice(labels: list[int | None]) -> int | None:
    """The one voice of a cue, where it says at least half of its words."""
    heard = [label for label in labels if label is not None]
    return heard[0] if len(heard) * 2 >= len(labels) and heard else None


def _runs(labels: list[int | None]) -> list[tuple[int | None, int]]:
    """``(voice, words)`` one after the other; a fragment goes with its neighbour."""
    runs: list[tuple[int | None, int]] = []
    for voice, group in groupby(labels):
        length = len(list(group))
        if runs and (voice == runs[-1][0] or (voice is None and length <= FRAGMENT)):
            runs[-1] = runs[-1][0], runs[-1][1] + length
        elif runs and runs[-1][0] is None and runs[-1][1] <= FRAGMENT:
            runs[-1] = voice, runs[-1][1] + length
        else:
            runs.append((voice, length))
    return runs


def _texts(cue: Cue, starts: Sequence[int]) -> list[str]:
    """The cue's own text, parted before the words that begin a turn."""
    places, place = [], 0
    for word in cue.words:
        place = max(place, cue.text.find(word.text, place))
        places.append(place)
        place += len(word.text)
    cuts = [0, *(places[start] for start in starts[1:-1]), len(cue.text)]
    return [cue.text[start:end].strip() for start, end in pairwise(cuts)]


def _part(cue: Cue, words: Sequence[Word], text: str) -> Cue:
    confidence = round(sum(word.confidence for word in words) / len(words), 3)
    span = {"start": words[0].start, "end": words[-1].end}
    return cue.model_copy(update={**span, "text": text, "words": tuple(words), "confidence": confidence})
