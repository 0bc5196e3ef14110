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

NO_SPEECH, LOG_PROBABILITY, COMPRESSION = 0.6, -1.0, 2.4
FASTEST = 12.0  # words a second; the fastest speakers on record reach about 11
SILENT = 0.8  # share of a segment that lies in measured silence
SURE = 0.8  # mean confidence of words that are believed even there: a whisper in a quietly recorded film
SAME_IN_A_ROW = 4  # segments; three times the same sentence may be said, and is kept
_LOOP = re.compile(r"\b(\w+(?: \w+){1,7})(?: \1){3}\b|\b(\w+)(?: \2){9}\b")  # a phrase four times on end, or a word ten times

# Lines of subtitlers that Whisper learned with its subtitles. Nobody says them in a film.
_SUBTITLERS = re.compile(
    r".*\bamara\.org\b.*|(subtitles|captions|captioning) by .*|untertitel(ung)? (der|des|von|im auftrag) .*", re.IGNORECASE
)


class Dropped(NamedTuple):
    """A segment that is left out, and why."""

    heard: Heard
    reason: str


def sift(heard: Iterable[Heard], silence: Sequence[Span]) -> tuple[list[Heard], list[Dropped]]:
    """What is believed, and what is not, both in order; ``silence`` was measured in the sound itself."""
    kept: list[Heard] = []
    dropped: list[Dropped] = []
    for _, group in groupby((segment for segment in heard if segment.text), key=lambda segment: _plain(segment.text)):
        for segment, reason in _judged(list(group), silence):
            if reason:
                dropped.append(Dropped(segment, reason))
            else:
                kept.append(segment)
    return kept, dropped


def _judged(same: list[Heard], silence: Sequence[Span]) -> Iterator[tuple[Heard, str]]:
    """Segments in a row that say the same, each with the reason against it, or an empty one."""
    stuck = len(same) >= SAME_IN_A_ROW and len(same[0].words) > 1
    for number, segment in enumerate(same):
        again = f"the same words {len(same)} times in a row" if stuck and number else ""
        yield segment, again or doubt(segment, silence)


def doubt(segment: Heard, silence: Sequence[Span]) -> str:
    """Why a segment is not believed; empty where it is."""
    rules = (
        (segment.no_speech > NO_SPEECH and segment.log_probability < LOG_PROBABILITY, "most likely nobody speaks"),
        (_loops(segment.text), "it repeats itself"),
        (_silent(segment, silence), "the sound is silent there"),
        (_too_fast(segment), "nobody speaks that fast"),
        (bool(_SUBTITLERS.fullmatch(segment.text)), "a subtitler's line, not speech"),
    )
    return next((reason for applies, reason in rules if applies), "")


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _loops(text: str) -> bool:
    """Whisper's own ratio is that of a whole window, so it is taken again of this text alone."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) > COMPRESSION or bool(_LOOP.search(_plain(text)))


def _silent(segment: Heard, silence: Sequence[Span]) -> bool:
    length = segment.end - segment.start
    confidence = sum(word.confidence for word in segment.words) / len(segment.words)
    return confidence < SURE and length > 0 and sum(overlap(segment, quiet) for quiet in silence) >= SILENT * length


def _too_fast(segment: Heard) -> bool:
    return len(segment.words) >= 4 and len(segment.words) > FASTEST * (segment.end - segment.start)
