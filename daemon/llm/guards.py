"""Watches an answer while it grows, and the count of a prompt after it: pure rules, no clock, no I/O."""

import re
from collections import Counter
from collections.abc import Iterator

LONGEST_UNIT = 600  # characters: an element of a script that is written again and again is shorter
REPEATS = 4
REPEATED = 120  # characters that a repetition must cover, so that "no, no, no, no!" in a line is none
PROBE = 16  # characters at the end that must have stood there before
TOO_OFTEN = 3  # times that the same three words may not stand in a sentence or two
BLANKS = 100  # the grammar behind a schema lets 22 through in one gap
CHARS_PER_TOKEN = 16  # longer words in one token are rare


def looping(text: str) -> bool:
    """Whether ``text`` ends in the same stretch at least four times over, for 120 characters or more."""
    return len(text) >= REPEATED and any(_repeated(text, period) for period in _periods(text))


def _periods(text: str) -> Iterator[int]:
    """How far back the last characters stood before: the only lengths that a repeated stretch can have. Mostly there are none."""
    end = text[-PROBE:]
    place = len(text) - PROBE
    while (place := text.rfind(end, max(0, len(text) - PROBE - LONGEST_UNIT), place + PROBE - 1)) >= 0:
        yield len(text) - PROBE - place


def _repeated(text: str, period: int) -> bool:
    return text.endswith(text[-period:] * max(REPEATS, -(-REPEATED // period)))


def repetitive(text: str) -> bool:
    """Whether a short text, such as a caption, says the same again and again: three words or more that stand there three times."""
    words = re.findall(r"\w+", text.casefold())
    runs = Counter(tuple(words[place : place + 3]) for place in range(len(words) - 2))
    return looping(text) or max(runs.values(), default=0) >= TOO_OFTEN


def blank_run(text: str) -> bool:
    """Whether the model writes nothing but white space: JSON without a schema allows any amount of it."""
    return len(text) - len(text.rstrip()) > BLANKS


def too_long(text: str, num_predict: int) -> bool:
    """Whether ``text`` cannot be ``num_predict`` tokens any more: a server that does not keep to its limit."""
    return len(text) > num_predict * CHARS_PER_TOKEN + 1000


def runaway(text: str, num_predict: int) -> str:
    """Why a growing answer must be stopped, as a sentence; ``""`` while it is well."""
    if blank_run(text):
        return "The model writes nothing but white space"
    if looping(text):
        return "The model repeats itself"
    if too_long(text, num_predict):
        return "The answer is longer than was allowed"
    return ""


def prompt_was_cut(counted: int, estimate: int, num_ctx: int, *, learned: bool) -> bool:
    """Whether the server cut the prompt without a word, judged by the tokens that it ``counted``.

    A server of the first era cuts to ``num_ctx``, one of the second to about half of it. Where our ``estimate`` rests on earlier
    replies of the model (``learned``) a count below 60 % of it is an alarm, else one below 40 %. Servers before 0.2 do not count a
    cached prompt: 0 says nothing.
    """
    if counted <= 0:
        return False
    half = num_ctx - (num_ctx - 5) // 2
    return counted >= num_ctx - 1 or (counted == half and estimate > 1.5 * half) or counted < estimate * (0.6 if learned else 0.4)
