"""What a speech model heard, before anyone has judged it. Times in film seconds."""

from typing import NamedTuple

from daemon.contract.evidence import Span, Word


class Heard(NamedTuple):
    """One segment. Words keep their leading space, so that joined they are the text.

    The figures are Whisper's own, of the window of up to 30 s that the segment is in: ``log_probability`` is the mean over tokens,
    ``no_speech`` 0–1. ``language`` is ``""`` where it is the film's.
    """

    words: tuple[Word, ...]
    log_probability: float
    no_speech: float
    language: str = ""

    @property
    def text(self) -> str:
        """What was said, verbatim."""
        return "".join(word.text for word in self.words).strip()

    @property
    def start(self) -> float:
        """Where its first word begins."""
        return self.words[0].start

    @property
    def end(self) -> float:
        """Where its last word ends."""
        return self.words[-1].end


def overlap(one: Span | Heard, other: Span) -> float:
    """How long both last, in seconds."""
    return max(0.0, min(one.end, other.end) - max(one.start, other.start))
