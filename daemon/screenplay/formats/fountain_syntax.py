r"""What Fountain 1.1 (fountain.io/syntax) takes for what, and how a text is kept from being taken for something else.

Emphasis is escaped with a backslash, as the syntax has it. Where a backslash would show, as before ``[[`` or before a spoken line that
begins with a bracket, an invisible character (word joiner, U+2060) stands between; it is in no text of ours otherwise.
"""

import re

from daemon.screenplay.formats.paragraphs import one_line
from daemon.screenplay.model import Evidence

GUARD = "\u2060"
HEADING = re.compile(r"(?:INT\.?/EXT|INT|EXT|EST|I/E)[. ]", re.IGNORECASE)
PLAIN_TRANSITION = re.compile(r"[A-Z][A-Z ]*TO:")
CENTERED = re.compile(r"\s*>.*<\s*")
APART = re.compile(r"/\*.*?\*/|\[\[(?:(?!\n\n).)*?\]\]", re.DOTALL)  # a boneyard, or a note, which ends at an empty line

_PAIRS = re.compile(r"(?<=\[)\[|(?<=\])\]")  # of a note; those of a boneyard are parted by the escape of their star
_EMPHASIS = re.compile(r"(?<!\\)(\*{1,3}|_)(?=\S)((?:(?!(?<!\\)\1).)+?)(?<=\S)(?<!\\)\1")
_ESCAPED = re.compile(r"\\([*_])")
_FORCED = {"heading": ".", "character": "@", "transition": ">", "dialogue": "~"}
_EVIDENCE = re.compile(r"[ \t]*\[\[((?:[Sckn]\d+[a-z]* ?)*)(\d+:\d\d:\d\d\.\d{3})-(\d+:\d\d:\d\d\.\d{3})\]\]")


def escaped(text: str) -> str:
    """``text`` on one line, as nothing but text."""
    return _PAIRS.sub(lambda match: GUARD + match[0], re.sub(r"([*_])", r"\\\1", one_line(text)))


def plain(written: str) -> str:
    """What the reader of a script sees: no notes, no boneyard, no marks of emphasis, all on one line."""
    text = APART.sub("", written)
    while (without := _EMPHASIS.sub(r"\2", text)) != text:
        text = without
    return one_line(_ESCAPED.sub(r"\1", text))


def bare(kind: str, written: str) -> str:
    """The text of an element of ``kind`` that stands in a file as ``written``, without the marks that say its kind."""
    lines = [APART.sub("", line).strip() for line in APART.sub(_hidden, written).split("\n")]
    if kind == "action":
        return plain("\n".join(_action_line(line) for line in lines))
    if kind == "note":
        return plain(re.sub(r"\A\s*\[\[|\]\]\s*\Z", "", written))
    return plain("\n".join(lines).strip().removeprefix(_FORCED.get(kind, "")))


def noted(evidence: Evidence) -> str:
    """``evidence`` as a note, `` [[S14 c31 0:01:12.300-0:01:18.900]]``; ``""`` where there is none."""
    if evidence == Evidence():
        return ""
    ids = (*evidence.shots, *evidence.cues, *evidence.captions, *evidence.sounds)
    return f" [[{' '.join((*ids, f'{_clock(evidence.start)}-{_clock(evidence.end)}'))}]]"


def without_evidence(written: str) -> tuple[str, Evidence]:
    """``written`` without the notes that ``noted`` makes, and what the first of them says."""
    match = _EVIDENCE.search(written)
    if match is None:
        return written, Evidence()
    ids = match[1].split()
    kinds = {name: tuple(one for one in ids if one[0] == letter) for name, letter in zip(_KINDS, "Sckn", strict=True)}
    evidence = Evidence(**kinds, start=_seconds(match[2]), end=_seconds(match[3]))
    return _EVIDENCE.sub("", written), evidence


_KINDS = ("shots", "cues", "captions", "sounds")


def _hidden(match: re.Match[str]) -> str:
    """What stands apart, on one line, so that it is still found when the lines are looked at one by one."""
    return match[0].replace("\n", " ")


def _action_line(line: str) -> str:
    if CENTERED.fullmatch(line):
        return line.strip()[1:-1]
    return line.removeprefix("!") if line.startswith("!") else line.removeprefix("~")


def _clock(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02}.{whole % 1000:03}"


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.split(":")
    return round(int(hours) * 3600 + int(minutes) * 60 + float(seconds), 3)
