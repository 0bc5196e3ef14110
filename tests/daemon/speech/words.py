"""Builders of heard speech, and the word error rate."""

import re
from collections.abc import Sequence

from daemon.contract.evidence import Word
from daemon.speech.heard import Heard


def said(
    text: str, start: float = 0, *, pace: float = 0.3, confidence: float = 0.9,
    log_probability: float = -0.2, no_speech: float = 0,
) -> Heard:  # fmt: skip
    """``text`` spoken from ``start`` on, one word each ``pace`` seconds."""
    words = tuple(
        Word(start=round(start + n * pace, 3), end=round(start + (n + 1) * pace, 3), text=f" {word}", confidence=confidence)
        for n, word in enumerate(text.split())
    )
    return Heard(words, log_probability, no_speech)


def error_rate(expected: str, found: str) -> float:
    """Word error rate: the fewest words changed, left out or put in, as a share of those expected."""
    truth, heard = (re.findall(r"\w+", text.lower()) for text in (expected, found))
    return _distance(truth, heard) / len(truth)


def _distance(one: Sequence[str], other: Sequence[str]) -> int:
    row = list(range(len(other) + 1))
    for n, left in enumerate(one, 1):
        above, row[0] = row[0], n
        for m, right in enumerate(other, 1):
            above, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, above + (left != right))
    return row[-1]
