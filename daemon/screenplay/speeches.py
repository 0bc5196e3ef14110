"""Puts spoken lines under names: one name above the lines of one voice in a row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from daemon.screenplay.model import Element, Evidence
from daemon.screenplay.names import UNCLEAR

TOGETHER = 1.0  # seconds by which two people's lines overlap where they speak at the same time

_ENDINGS = (".", "?", "!", "…", "”", '"')  # of a sentence


def speeches(elements: Iterable[Element], names: Mapping[str, str]) -> Iterator[Element]:
    """``elements`` with a ``character`` above each speech. ``names``: the voice of a ``dialogue`` → the name that is printed."""
    lines: list[Element] = []
    before: Sequence[Element] = ()  # the speech that stands right above
    for element in elements:
        if lines and not (element.kind == "dialogue" and _goes_on(lines, element, names)):
            yield from (speech := _speech(lines, names, before))
            before, lines = speech, []
        if element.kind == "dialogue":
            lines.append(element)
        else:
            before = ()
            yield element
    if lines:
        yield from _speech(lines, names, before)


def goes_on(name: str, text: str) -> bool:
    """Whether what ``name`` says next is one speech with ``text``: of a voice that is not clear the next sentence may be anybody's."""
    return name != UNCLEAR or not text.rstrip().endswith(_ENDINGS)


def together(line: Element, other: Element) -> bool:
    """Whether two lines are spoken at the same time."""
    return min(line.evidence.end, other.evidence.end) - max(line.evidence.start, other.evidence.start) > TOGETHER


def above(lines: Sequence[Element], name: str, voice: str, *, dual: bool = False) -> Element:
    """The ``character`` element of ``lines``."""
    evidence = Evidence(
        shots=tuple(dict.fromkeys(shot for line in lines for shot in line.evidence.shots)),
        cues=tuple(cue for line in lines for cue in line.evidence.cues),
        start=min(line.evidence.start for line in lines),
        end=max(line.evidence.end for line in lines),
    )
    return Element(kind="character", text=name, voice=voice, evidence=evidence, dual=dual)


def _goes_on(lines: Sequence[Element], element: Element, names: Mapping[str, str]) -> bool:
    return element.voice == lines[-1].voice and goes_on(_name(element, names), lines[-1].text)


def _speech(lines: Sequence[Element], names: Mapping[str, str], before: Sequence[Element]) -> list[Element]:
    voice = lines[0].voice
    dual = bool(before and not before[0].dual and voice and before[0].voice and together(before[-1], lines[0]))
    plain = [line.model_copy(update={"voice": ""}) for line in lines]
    return [above(lines, _name(lines[0], names), voice, dual=dual), *plain]


def _name(line: Element, names: Mapping[str, str]) -> str:
    return names.get(line.voice) or line.voice or UNCLEAR
