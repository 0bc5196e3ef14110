"""Holds a model's answer for one chunk against the evidence. Code decides, not the model.

What is certain is mended: every cue is there once, in order, in its own words and voice; the camera moves as measured; ids that are
not of this chunk go. What only the model can mend is listed as errors to be sent back: prose with times, with ids, or with quotes that
nobody said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from daemon.contract.evidence import Shot
from daemon.screenplay.camera import movement
from daemon.screenplay.chunks import Chunk
from daemon.screenplay.draft import TRANSITIONS, dialogue
from daemon.screenplay.drafts import Beat
from daemon.screenplay.headings import Heading, read, unknown
from daemon.screenplay.names import ROLES
from daemon.screenplay.openings import time_of_day
from daemon.screenplay.words import Said, quoted

LONGEST_PROSE = 400  # characters of one paragraph
LONGEST_NAME = 40

_TIMECODE = re.compile(r"\b\d{1,2}:\d{2}(:\d{2})?([.,]\d+)?\b | \b\d+([.,]\d+)?\s*(s|secs?|seconds)\b", re.IGNORECASE | re.VERBOSE)
_CAMERA = re.compile(
    r"""\b(camera|we|shot)\s+((slowly|quickly)\s+)?(pan|tilt|zoom|track|doll[yi]e?|push|pull|crane|follow|move|drift|glide|circle)(s|es|ing)?\b
      | \b(tracking|dolly|crane)\s+shot\b
      | \bzoom(s|ing)?\s+(in|out)\b""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass
class Grounded:
    """An answer after the check: its elements, and the ``errors`` for which it must be asked again.

    ``mended`` counts what code put right.
    """

    beats: tuple[Beat, ...] = ()
    people: dict[str, str] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    errors: list[str] = field(default_factory=list)
    mended: int = 0


def ground(answer: Any, chunk: Chunk, film: Said) -> Grounded:
    """``answer`` (whatever a model gave, parsed) as elements of a screenplay. Every cue of ``chunk`` comes out once and in order."""
    reading = _Reading(chunk, film)
    placed = list(reading.placed(answer))
    missing = [cue for cue in chunk.cues if cue.id not in reading.used]
    placed = sorted([*placed, *((cue.start, dialogue(cue, chunk)) for cue in missing)], key=lambda pair: pair[0])
    elements, moved = _in_order([element for _, element in placed], chunk)
    return Grounded(
        beats=tuple(elements),
        people=named(answer, {cue.voice for cue in chunk.cues}, film),
        places=places(answer, film),
        errors=reading.errors,
        mended=reading.mended + len(missing) + moved,
    )


def named(answer: Any, voices: set[str], film: Said) -> dict[str, str]:
    """Voice → name. A name was said in the film or is a plain role; no two voices share one, and none is a voice's label."""
    names: dict[str, str] = {}
    for person in items(answer, "people"):
        voice, name = text_of(person, "voice"), " ".join(text_of(person, "name").upper().split())
        fits = 0 < len(name) <= LONGEST_NAME and film.has_name(name, " ".join(ROLES))
        if voice and voice in voices and voice not in names and fits and name not in names.values():
            names[voice] = name
    return names


def places(answer: Any, film: Said) -> tuple[str, ...]:
    """The places that the answer names and the film speaks of, each once."""
    listed = answer.get("places") if isinstance(answer, dict) else None
    found = [" ".join(place.upper().split()) for place in listed if isinstance(place, str)] if isinstance(listed, list) else []
    return tuple(dict.fromkeys(place for place in found if len(place) <= LONGEST_NAME and film.has_words(place)))


def items(answer: Any, key: str) -> list[dict[str, Any]]:
    """The objects in the list ``key`` of an answer, whatever else stands there."""
    listed = answer.get(key) if isinstance(answer, dict) else None
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def text_of(item: dict[str, Any], key: str) -> str:
    """A field as one line of text; ``""`` where there is none."""
    value = item.get(key)
    return " ".join(value.split()) if isinstance(value, str) else ""


def without_camera(text: str) -> tuple[str, bool]:
    """``text`` without the sentences that move the camera, and whether there were any: only a measured movement is written."""
    sentences = re.split(r"(?<=[.!?…])\s+", text)
    left = [sentence for sentence in sentences if not _CAMERA.search(sentence)]
    return " ".join(left), len(left) < len(sentences)


def prose_errors(text: str, film: Said) -> Iterator[str]:
    """What is wrong with a paragraph of prose, in sentences for the model."""
    shown = f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"
    if len(text) > LONGEST_PROSE:
        yield f"The text {shown} is longer than {LONGEST_PROSE} characters. Write it shorter."
    if _TIMECODE.search(text):
        yield f"The text {shown} contains a time. Write no times and no numbers of seconds."
    for passage in quoted(text):
        if not film.has_phrase(passage):
            yield f"The text {shown} quotes words that nobody said: “{passage[:60]}”. Quote nothing; speech goes into dialogue elements."


class _Reading:
    """One pass over an answer's elements."""

    def __init__(self, chunk: Chunk, film: Said) -> None:
        self.chunk = chunk
        self.film = film
        self.shots = {shot.id: shot for shot in chunk.shots_in_sight}
        self.cues = {cue.id: cue for cue in chunk.cues}
        self.used: set[str] = set()
        self.errors: list[str] = []
        self.mended = 0

    def placed(self, answer: Any) -> Iterator[tuple[float, Beat]]:
        """The usable elements, each with the time that orders it: a cue's own, else that of what stands before it in its shot."""
        time, shot = self.chunk.start, next(iter(self.shots.values()), None)
        for item in items(answer, "elements"):
            shot = self.shots.get(text_of(item, "shot"), shot)
            element = self._dialogue(item) if text_of(item, "kind") == "dialogue" else self._picture(item, shot)
            if element is None:
                self.mended += 1
            elif element.kind == "dialogue":
                time = element.start
                yield time, element
            else:
                time = time if shot is None or shot.start <= time < shot.end else shot.start
                yield time, element.model_copy(update={"start": time})

    def _dialogue(self, item: dict[str, Any]) -> Beat | None:
        cue = self.cues.get(text_of(item, "cue"))
        return dialogue(cue, self.chunk) if cue and self._first(cue.id) else None

    def _picture(self, item: dict[str, Any], shot: Shot | None) -> Beat | None:
        kind, text = text_of(item, "kind"), text_of(item, "text")
        if kind == "heading":
            return self._heading(text, shot)
        if kind == "action":
            return self._action(text, shot)
        if kind == "camera" and shot:
            return self._measured("camera", movement(shot), shot)
        if kind == "transition" and shot:
            return self._measured("transition", TRANSITIONS.get(shot.starts_with, ""), shot)
        return None

    def _measured(self, kind: Literal["camera", "transition"], text: str, shot: Shot) -> Beat | None:
        """Once for a shot, in the chunk in which it begins."""
        here = text and shot in self.chunk.beginning and self._first(f"{kind} {shot.id}")
        return Beat(kind=kind, text=text, shot=shot.id) if here else None

    def _heading(self, text: str, shot: Shot | None) -> Beat:
        """A heading in its proper form, its place one that the film speaks of; else the honest one."""
        guess = time_of_day([shot] if shot else [])
        heading = read(text)
        if heading is None or not self.film.has_words(heading.place):
            heading = unknown(guess)
        heading = heading if heading.time else Heading(side=heading.side, place=heading.place, time=guess)
        self.mended += str(heading) != text
        return Beat(kind="heading", text=str(heading), shot=shot.id if shot else "")

    def _action(self, text: str, shot: Shot | None) -> Beat | None:
        text, moves = without_camera(text)
        if not re.search(r"\w", text):
            return self._measured("camera", movement(shot), shot) if moves and shot else None
        self.mended += moves
        self.errors += prose_errors(text, self.film)
        if self.chunk.ids & set(re.findall(r"\w+", text)):
            self.errors.append(f"The text “{text[:60]}” names an id. Ids belong into the fields shot and cue.")
        return Beat(kind="action", text=text, shot=shot.id if shot else "")

    def _first(self, mark: str) -> bool:
        if mark in self.used:
            return False
        self.used.add(mark)
        return True


def _in_order(elements: Sequence[Beat], chunk: Chunk) -> tuple[list[Beat], int]:
    """The k-th dialogue says the k-th cue, wherever the model put which. Beside it, how many were moved."""
    waiting = iter(chunk.cues)
    ordered = [dialogue(next(waiting), chunk) if element.kind == "dialogue" else element for element in elements]
    return ordered, sum(mine.cue != theirs.cue for mine, theirs in zip(ordered, elements, strict=True))
