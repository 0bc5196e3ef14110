"""Guards against what Whisper makes up: pure rules over what was heard, each with a reason that a person can read.

The limits in the first line are those of OpenAI's own decoder (``whisper/transcribe.py``). It decodes again where they are passed, and
keeps the text even if no try was good; here such text goes.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from daemon.contract.evidence import Span
from daemon.speech.heard import Heard, overlap
from daemon.speech.madeup import by_a_channel, by_a_subtitler, plain

NO_SPEECH, LOG_PROBABILITY, COMPRESSION = 0.6, -1.0, 2.4
FASTEST = 12.0  # words a second; the fastest speakers on record reach about 11
SILENT = 0.8  # share of a segment that lies in measured silence
SURE = 0.8  # mean confidence of words that are believed even there: a whisper in a quietly recorded film
VOICELESS = 0.5  # share of a segment in which voice activity detection hears nobody
# Signs against a line that channels end with, each weaker than what makes other text go
HARDLY_SPEECH, HARDLY_LIKELY, HARDLY_SURE = 0.3, -0.7, 0.6
SAME_IN_A_ROW = 4  # segments; three times the same sentence may be said, and is kept
_LOOP = re.compile(r"\b(\w+(?: \w+){1,7})(?: \1){3}\b|\b(\w+)(?: \2){9}\b")  # a phrase four times on end, or a word ten times


class Dropped(NamedTuple):
    """A segment that is left out, and why."""

    heard: Heard
    reason: str


def sift(heard: Iterable[Heard], silence: Sequence[Span], speech: Sequence[Span] | None = None) -> tuple[list[Heard], list[Dropped]]:
    """What is believed, and what is not, both in order.

    ``silence`` was measured in the sound itself, ``speech`` is where somebody has a voice; None where nobody looked for it.
    """
    kept: list[Heard] = []
    dropped: list[Dropped] = []
    for _, group in groupby((segment for segment in heard if segment.text), key=lambda segment: plain(segment.text)):
        for segment, reason in _judged(list(group), silence, speech):
            if reason:
                dropped.append(Dropped(segment, reason))
            else:
                kept.append(segment)
    return kept, dropped


def _judged(same: list[Heard], silence: Sequence[Span], speech: Sequence[Span] | None) -> Iterator[tuple[Heard, str]]:
    """Segments in a row that say the same, each with the reason against it, or an empty one."""
    stuck = len(same) >= SAME_IN_A_ROW and len(same[0].words) > 1
    for number, segment in enumerate(same):
        again = f"the same words {len(same)} times in a row" if stuck and number else ""
        yield segment, again or doubt(segment, silence, speech)


def doubt(segment: Heard, silence: Sequence[Span], speech: Sequence[Span] | None = None) -> str:
    """Why a segment is not believed; empty where it is."""
    rules = (
        (segment.no_speech > NO_SPEECH and segment.log_probability < LOG_PROBABILITY, "most likely nobody speaks"),
        (_loops(segment.text), "it repeats itself"),
        (_silent(segment, silence), "the sound is silent there"),
        (_too_fast(segment), "nobody speaks that fast"),
        (by_a_subtitler(segment.text), "a subtitler's line, not speech"),
        (by_a_channel(segment.text) and _weak(segment, silence, speech), "a line that is often made up, and hardly heard"),
    )
    return next((reason for applies, reason in rules if applies), "")


def _loops(text: str) -> bool:
    """Whisper's own ratio is that of a whole window, so it is taken again of this text alone."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) > COMPRESSION or bool(_LOOP.search(plain(text)))


def _silent(segment: Heard, silence: Sequence[Span]) -> bool:
    return _confidence(segment) < SURE and _share(segment, silence) >= SILENT


def _weak(segment: Heard, silence: Sequence[Span], speech: Sequence[Span] | None) -> bool:
    """Whether anything at all speaks against it."""
    return (
        segment.no_speech > HARDLY_SPEECH
        or segment.log_probability < HARDLY_LIKELY
        or _confidence(segment) < HARDLY_SURE
        or _share(segment, silence) >= VOICELESS
        or (speech is not None and _share(segment, speech) < VOICELESS)
    )


def _confidence(segment: Heard) -> float:
    return sum(word.confidence for word in segment.words) / len(segment.words)


def _share(segment: Heard, spans: Sequence[Span]) -> float:
    """Of its length, how much lies in ``spans``."""
    length = segment.end - segment.start
    return sum(overlap(segment, span) for span in spans) / length if length > 0 else 0.0


def _too_fast(segment: Heard) -> bool:
    return len(segment.words) >= 4 and len(segment.words) > FASTEST * (segment.end - segment.start)
