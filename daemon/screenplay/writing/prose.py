"""What prose may not hold: times, ids, and quotations of what nobody said."""

import re
from collections.abc import Collection, Iterator

from daemon.screenplay.camera import without_camera
from daemon.screenplay.names import ROLES
from daemon.screenplay.writing.words import Said, quoted, spoken, words

LONGEST = 400  # characters of one paragraph
_SHOWN = 60  # characters of a paragraph in a message

_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|a\\s+hundred"
_TIME = re.compile(
    rf"""\b\d{{1,3}}\s*:\s*[0-5]\d(?:\s*[:;.,]\s*\d+)*\b
      | \b\d+(?:[.,]\d+)?[\s-]*(?:ms|msecs?|secs?|seconds?|sek\w*|secondes?|segundos?|secondi|mins?|minutes?|minuten?|minutos?|minuti
          |hours?|hrs?|frames?|fps)\b
      | \b\d+\s*h\s*\d+\b | \b\d+\s*m(?:in)?\s*\d+\s*s?\b | \b\d+[.,]\d+\s*s\b | \b\d{{1,3}}\s+s\b
      | \b(?:at|after|for|until|from|within)\s+\d{{1,3}}s\b
      | \b(?:{_NUMBERS})(?:[\s-]+(?:{_NUMBERS}))?[\s-]+seconds?\b
      | \b(?:minute|second|frame|sekunde|seconde|segundo)\s+\d+\b
      | \btime-?codes?\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NAME = re.compile(r"(?<![.!?…:;][ \"“'‘(])(?<=[\w,;][ ])([A-Z][a-z]{2,})\b")
_ENGLISH = frozenset(
    ("the", "and", "his", "her", "their", "with", "of")
)  # where names alone have capitals; German gives them to every noun
_NOBODY = frozenset(
    """speaker voice monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december christmas easter english french german italian spanish russian chinese japanese american british european
    god mr mrs dr bible internet""".split()  # noqa: SIM905
)
"""Words with a capital that name nobody."""

_LABELS = frozenset(
    """a an the and in of with on it is from medium brightness bright dark camera still measured cut scene may begin begins goes part before
    fade dissolve perhaps inside outside day night left out script handheld pan tilt zoom right up down""".split()  # noqa: SIM905
)
_OURS = frozenset(("measured", "brightness", "perhaps", "cut", "begin", "begins"))
"""Words of the evidence's own lines, and those by which an echo of them is known."""

_SPEAKER = re.compile(r"^([^\W\d_][\w'’.-]*(?: [\w'’.-]+){0,3}) ?(?:\([^)]*\) ?)?: (?=\S)")
_TITLES = frozenset("super title titles caption subtitle text insert chyron card sign".split())  # noqa: SIM905
LEAST_ECHO = 3  # words of a sentence that is taken for a line: fewer stand in any text


def errors(text: str, film: Said, ids: Collection[str] = ()) -> Iterator[str]:
    """What is wrong with a paragraph of prose, in sentences for the model. ``film``: what it says and shows."""
    shown = f"“{text[:_SHOWN]}…”" if len(text) > _SHOWN else f"“{text}”"
    if len(text) > LONGEST:
        yield f"The text {shown} is longer than {LONGEST} characters. Write it shorter."
    if _TIME.search(text):
        yield f"The text {shown} contains a time. Write no times and no numbers of seconds."
    for name in _strangers(text, film):
        yield f"The text {shown} names {name}, of whom nobody speaks. Name only who is named in the evidence."
    for passage in dict.fromkeys(quoted(text)):
        if not film.has_phrase(passage):
            yield f"The text {shown} quotes words that nobody said: “{passage[:_SHOWN]}”. Quote nothing; speech belongs into dialogue."
    if (line := _SPEAKER.match(text)) and _speaks(line[1], film):
        yield f"The text {shown} is a line of speech. Speech belongs into dialogue."
    if not set(ids).isdisjoint(re.findall(r"\w+", text)):
        yield f"The text {shown} names an id. Ids belong into the fields shot, cue and sees."


def without_echoes(text: str, speech: Said, seen: Said) -> str:
    """``text`` without the sentences that only repeat the evidence: how it is written down, or what is said there and not ``seen``."""
    sentences = re.split(r"(?:(?<=[.!?…])|(?<=[.!?…][”\"»]))\s+", text)
    return " ".join(sentence for sentence in sentences if not _is_echo(sentence, speech, seen))


def told(caption: str) -> str:
    """The sentences of a caption that may stand in a script as they are; ``""`` where none may."""
    sentences = re.split(r"(?<=[.!?…])\s+", without_camera(" ".join(caption.split()))[0])
    film, text = spoken([caption]), ""
    for sentence in sentences:
        longer = f"{text} {sentence}".strip()
        text = text if any(errors(longer, film)) else longer
    return text


def _strangers(text: str, film: Said) -> list[str]:
    """Names in English prose that are not in the film."""
    if _ENGLISH.isdisjoint(words(text)):
        return []
    found = dict.fromkeys(match[1] for match in _NAME.finditer(text))
    return [name for name in found if name.lower() not in film.vocabulary | ROLES | _NOBODY and not film.has_words(name)]


def _is_echo(sentence: str, speech: Said, seen: Said) -> bool:
    found = set(words(sentence))
    if found & _OURS and found <= _LABELS:
        return True
    line = _SPEAKER.match(sentence)
    rest = sentence[line.end() :] if line and _speaks(line[1], speech.plus(seen)) else sentence
    long_enough = rest != sentence or len(words(rest)) >= LEAST_ECHO
    return long_enough and speech.has_phrase(rest) and not seen.has_phrase(rest)


def _speaks(label: str, film: Said) -> bool:
    """Whether what stands before a colon is somebody's name."""
    if label.casefold() in _TITLES:
        return False
    return label.isupper() or film.has_name(label, " ".join(ROLES))
