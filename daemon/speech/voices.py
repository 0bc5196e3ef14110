"""Who says which word, by the voice alone: voiceprints are clustered, and a voice is named only where the sound is clear about it.

Nothing here knows a person. Two people with like voices come out as one or as unclear; one person who whispers and shouts may come out as
two. The limits were chosen on synthetic voices (``tests/daemon/speech/test_voices.py`` holds them on others).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from daemon.contract.evidence import Cue, Span
from daemon.speech import clustering
from daemon.speech.clustering import Heaps, Node, gain, heaps, stacked
from daemon.speech.pieces import RATE, Samples
from daemon.speech.turns import Labels
from daemon.speech.voiceprint import Numbers, Voiceprint, voiceprint

UNIT = 1.2  # seconds of speech that are compared as one
FEWEST = 15  # voiced frames of a unit, 0.3 s
MOST_UNITS = 500  # the longest ones stand for a long film; the rest are told by them
ENOUGH = 120  # voiced frames of a voice, 2.4 s, and
ENOUGH_CUES = 2  # cues that it is heard in
APART = 2.0  # nats a frame: nearer voices are never told apart
HELD, LOOSE = 0.55, 0.4  # of 1: how well cues keep to one side, where the sides are two people, and where they are sounds of one
FEWEST_PAIRS = 6  # stretches that follow each other within a cue; with fewer nobody can say whether cues keep to a side
APART_ALONE, SAME_ALONE = 4.0, 2.0  # nats a frame, where nobody can
FAR = 6.0  # nats a frame: so far apart are only two people, also where every cue is a dialogue
STEADY = 0.2  # frames 20 ms apart are not independent: so much of each counts
SWITCH = 12.0  # nats that another voice within a sentence must bring,
SWITCH_AT_PAUSE = 4.0  # and after a pause or a full stop
PAUSE = 0.15  # seconds
MARGIN = 0.6  # nats a frame by which a voice must fit better than the next,
SURE = 4.0  # and in all
FITS = 1.0  # gain over the penalty: above it the words are rather somebody else's
ROUNDS = 3


class _Words(NamedTuple):
    """The words of a cue, or the cue itself where it has none, with the frames of each."""

    spans: Sequence[Span]
    ends: Sequence[bool]  # whether a sentence ends there
    frames: list[Numbers]

    @property
    def all(self) -> Numbers:
        return np.concatenate(self.frames)


def tell(cues: Sequence[Cue], samples: Samples, count: int | None = None) -> Labels:
    """Whose words they are. ``count``: how many voices there are, where somebody knows."""
    words = [_words(cue, samples) for cue in cues]
    units = [(number, unit) for number, some in enumerate(words) for unit in _units(some)]
    units = [(number, unit) for number, unit in units if len(unit) >= FEWEST]
    long = sorted(range(len(units)), key=lambda number: -len(units[number][1]))[:MOST_UNITS]
    units = [units[number] for number in sorted(long)]
    voices = _voices(units, count) if units else None
    if voices is None:
        return [[None] * len(some.spans) for some in words]
    labels: Labels = []
    for _ in range(ROUNDS):
        labels = [_labels(some, voices) for some in words]
        voices = _learned(words, labels, voices)
    return labels


def _words(cue: Cue, samples: Samples) -> _Words:
    spans: Sequence[Span] = cue.words or [cue]
    start, end = (round(time * RATE) for time in (spans[0].start, spans[-1].end))
    heard = voiceprint(samples[start:end].astype(np.float32) / np.float32(32768), start / RATE)
    ends = [word.text.endswith((".", "?", "!", "…")) for word in cue.words] or [True]
    return _Words(spans, ends, list(_by_word(heard, spans)))


def _by_word(heard: Voiceprint, spans: Sequence[Span]) -> Iterator[Numbers]:
    for span in spans:
        yield heard.frames[np.searchsorted(heard.times, span.start) : np.searchsorted(heard.times, span.end)]


def _units(words: _Words) -> Iterator[Numbers]:
    """A cue in stretches of about ``UNIT`` seconds, parted at words."""
    start, length = words.spans[0].start, words.spans[-1].end - words.spans[0].start
    parts = max(1, round(length / UNIT))
    places = [min(parts - 1, int((span.middle - start) / length * parts)) if length > 0 else 0 for span in words.spans]
    for part in sorted(set(places)):
        yield np.concatenate([frames for frames, place in zip(words.frames, places, strict=True) if place == part])


class _Voices(NamedTuple):
    """One heap a voice, and which of them are clearly one voice each."""

    heaps: Heaps
    clear: list[bool]


def _voices(units: list[tuple[int, Numbers]], count: int | None) -> _Voices | None:
    """None where no voice is heard for long enough."""
    sides = _Sides(units)
    found = [voice for voice in clustering.cut(clustering.tree(sides.piles), sides.enough, sides.two, count) if sides.enough(voice)]
    if not found:
        return None
    clear = [count is not None or sides.one(voice) for voice in found]
    return _Voices(heaps([np.concatenate([units[number][1] for number in voice.members]) for voice in found]), clear)


class _Sides:
    """Whether what was parted by its sound is two people or the sounds of one.

    A person keeps talking for a whole sentence, a vowel does not: where the stretches of one cue mostly lie on one side, the sides are
    people.
    """

    def __init__(self, units: list[tuple[int, Numbers]]) -> None:
        self.piles = heaps([frames for _, frames in units])
        self._cues = [cue for cue, _ in units]

    def enough(self, node: Node) -> bool:
        members = list(node.members)
        return float(self.piles.counts[members].sum()) >= ENOUGH and len({self._cues[number] for number in members}) >= ENOUGH_CUES

    def two(self, fork: Node) -> bool:
        held = self._held(fork)
        return fork.apart >= (APART_ALONE if held is None else APART if held >= HELD else FAR)

    def one(self, voice: Node) -> bool:
        fork = clustering.fork(voice, self.enough)
        if fork is None:
            return True
        held = self._held(fork)
        return fork.apart <= SAME_ALONE if held is None else held <= LOOSE

    def _held(self, fork: Node) -> float | None:
        """Cohen's kappa (1960) of the sides of two stretches of one cue: 1 where cues keep to a side, 0 where it is chance."""
        side = {number: place for place, part in enumerate(fork.parts) for number in part.members}
        pairs = [(side[a], side[b]) for a, b in pairwise(sorted(side)) if self._cues[a] == self._cues[b]]
        if len(pairs) < FEWEST_PAIRS:
            return None
        share = sum(side.values()) / len(side)
        chance = share**2 + (1 - share) ** 2
        return (sum(a == b for a, b in pairs) / len(pairs) - chance) / (1 - chance)


def _labels(words: _Words, voices: _Voices) -> list[int | None]:
    """The likeliest voice of each word, where it is clear."""
    scores = np.array([_likelihood(frames, voices.heaps) for frames in words.frames])
    path = _path(STEADY * scores, words)
    labels: list[int | None] = [None] * len(path)
    start = 0
    for place in range(1, len(path) + 1):
        if place == len(path) or path[place] != path[start]:
            frames = np.concatenate(words.frames[start:place])
            sure = _sure(frames, scores[start:place].sum(axis=0), path[start], voices)
            labels[start:place] = [path[start] if sure else None] * (place - start)
            start = place
    return _filled(labels)


def _likelihood(frames: Numbers, piles: Heaps) -> Numbers:
    """Log-likelihood of the frames under each voice's Gaussian [k], but for a constant."""
    away = frames[None] - piles.means()[:, None]
    spread = piles.covariances()
    distance = (away * np.linalg.solve(spread, away.transpose(0, 2, 1)).transpose(0, 2, 1)).sum(axis=2)
    fit: Numbers = -0.5 * (distance + np.linalg.slogdet(spread)[1][:, None]).sum(axis=1)
    return fit


def _path(scores: Numbers, words: _Words) -> list[int]:
    """The best way through a cue, where every change of voice must pay (Viterbi, 1967). ``scores`` [words, voices]."""
    best, came = scores[0], []
    for place in range(1, len(scores)):
        pause = words.ends[place - 1] or words.spans[place].start - words.spans[place - 1].end >= PAUSE
        switch = best.max() - (SWITCH_AT_PAUSE if pause else SWITCH)
        came.append(np.where(best >= switch, np.arange(len(best)), best.argmax()))
        best = np.maximum(best, switch) + scores[place]
    path = [int(best.argmax())]
    for before in reversed(came):
        path.append(int(before[path[-1]]))
    return path[::-1]


def _sure(frames: Numbers, scores: Numbers, voice: int, voices: _Voices) -> bool:
    """Whether words are clearly that voice's: it is one voice, they fit it, and no other nearly as well."""
    if not voices.clear[voice] or not len(frames):
        return False
    others = np.delete(scores, voice)
    margin = float(scores[voice] - others.max()) if len(others) else np.inf
    fits = len(frames) < FEWEST or gain(heaps([frames]), voices.heaps.pick([voice]))[0][0] <= FITS
    return bool(fits and margin >= MARGIN * len(frames) and STEADY * margin >= SURE)


def _filled(labels: list[int | None]) -> list[int | None]:
    """Unclear words go with the only voice of their cue."""
    heard = {label for label in labels if label is not None}
    return [*heard] * len(labels) if len(heard) == 1 and labels.count(None) * 2 < len(labels) else labels


def _learned(words: Sequence[_Words], labels: Labels, voices: _Voices) -> _Voices:
    """The voices anew, of all the words that are clearly theirs."""
    own: list[list[Numbers]] = [[] for _ in voices.clear]
    for some, named in zip(words, labels, strict=True):
        for frames, label in zip(some.frames, named, strict=True):
            if label is not None:
                own[label].append(frames)
    learned = [
        heaps([np.concatenate(frames)]) if sum(map(len, frames)) >= ENOUGH else voices.heaps.pick([voice])
        for voice, frames in enumerate(own)
    ]
    return voices._replace(heaps=stacked(learned))
