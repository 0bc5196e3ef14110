"""Holds a model's answer for one chunk against the evidence. Code decides, not the model.

What is certain is mended: every cue is there once, in order, in its own words and voice; the camera moves as measured; ids that are
not of this chunk go; of a shot that nobody looked at only what was measured is told. What only the model can mend is listed as errors
to be sent back: prose that names no evidence, or holds times, ids, or quotes that nobody said.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from daemon.contract.evidence import Caption, Shot, Sound
from daemon.screenplay.camera import agrees, movement, without_camera
from daemon.screenplay.headings import RELATIVE, Heading, read, unknown
from daemon.screenplay.writing import prose
from daemon.screenplay.writing.answers import LONGEST_NAME, items, named, places, text_of
from daemon.screenplay.writing.chunks import Chunk
from daemon.screenplay.writing.draft import TRANSITIONS, dialogue
from daemon.screenplay.writing.drafts import Beat
from daemon.screenplay.writing.measured import bears
from daemon.screenplay.writing.openings import time_of_day
from daemon.screenplay.writing.words import Said, said, spoken, words

LONGEST_PROSE = prose.LONGEST
LONGEST_PLACE = 60  # characters of a place in a heading

__all__ = ["LONGEST_NAME", "LONGEST_PROSE", "Grounded", "ground", "items", "named", "places", "text_of"]

Mending = Literal["inserted", "doubled", "unknown", "moved", "camera", "heading", "empty", "echo", "unseen", "transition"]
"""What code puts right: a cue that was left out, or named twice; an id that is none; the order; a camera movement that was not measured;
a heading's form or place; a text that says nothing, that repeats the evidence, or tells of what nobody saw; a transition that was not
measured."""


@dataclass
class Grounded:
    """An answer after the check: its beats, and the ``errors`` for which it must be asked again.

    ``mendings`` counts what code put right, by kind.
    """

    beats: tuple[Beat, ...] = ()
    people: dict[str, str] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    errors: list[str] = field(default_factory=list)
    mendings: Counter[Mending] = field(default_factory=Counter)

    @property
    def mended(self) -> int:
        """How much code put right."""
        return self.mendings.total()


def ground(answer: Any, chunk: Chunk, film: Said) -> Grounded:
    """``answer`` (whatever a model gave, parsed) as beats. Every cue of ``chunk`` comes out once and in order.

    ``film`` is what is said in the whole film.
    """
    reading = _Reading(chunk, film)
    placed = list(reading.placed(answer))
    missing = [cue for cue in chunk.cues if cue.id not in reading.used]
    placed = sorted([*placed, *(dialogue(cue, chunk) for cue in missing)], key=lambda beat: (beat.start, not reading.heads(beat)))
    beats, moved = _in_order(placed, chunk)
    return Grounded(
        beats=tuple(beats),
        people=named(answer, {cue.voice for cue in chunk.cues}, film),
        places=places(answer, reading.shown),
        errors=list(dict.fromkeys(reading.errors)),
        mendings=reading.mendings + Counter[Mending]({"inserted": len(missing), "moved": moved}),
    )


class _Reading:
    """One pass over an answer's elements. ``shown`` is what the film says and what its captions do."""

    def __init__(self, chunk: Chunk, film: Said) -> None:
        self.chunk = chunk
        self.film = film
        self.seen = spoken(caption.text for caption in chunk.captions)
        self.shown = film.plus(self.seen)
        self.spoken = said(chunk.cues)
        self.near = self.spoken.plus(self.seen)
        self.shots = {shot.id: shot for shot in chunk.shots_in_sight}
        self.cues = {cue.id: cue for cue in chunk.cues}
        sights: tuple[Caption | Sound, ...] = (*chunk.captions, *chunk.sounds)
        self.sights = {sight.id: sight for sight in sights}
        self.used: set[str] = set()
        self.errors: list[str] = []
        self.mendings: Counter[Mending] = Counter()

    def placed(self, answer: Any) -> Iterator[Beat]:
        """The usable beats, each with the time that orders it: a cue's own, else that of what stands before it in its shot."""
        time = spoken = self.chunk.start
        shot = next(iter(self.shots.values()), None)
        for item in items(answer, "elements"):
            shot = self._shot(item) or shot
            for beat in self._beats(item, shot):
                if beat.kind == "dialogue":
                    self.mendings["moved"] += beat.start < spoken
                    time = spoken = beat.start
                elif shot and not shot.start <= time < shot.end:
                    time = max(shot.start, self.chunk.start)
                yield beat.model_copy(update={"start": time})

    def heads(self, beat: Beat) -> bool:
        """Whether a beat is the heading of what begins with its shot, and so stands above all of that."""
        return beat.kind == "heading" and beat.shot in self.shots and beat.start == self.shots[beat.shot].start

    def _shot(self, item: dict[str, Any]) -> Shot | None:
        """The shot of an element: the one that it names, else the one in which its other evidence is."""
        named = self.shots.get(text_of(item, "shot"))
        if named or text_of(item, "kind") == "dialogue":
            return named
        sight = self.sights.get(text_of(item, "sees"))
        if isinstance(sight, Caption):
            return self.shots.get(sight.shot)
        heard = sight or self.cues.get(text_of(item, "cue"))
        time = max(heard.start, self.chunk.start) if heard else None
        return next((shot for shot in self.shots.values() if time is not None and shot.start <= time < shot.end), None)

    def _beats(self, item: dict[str, Any], shot: Shot | None) -> Iterator[Beat]:
        kind, text = text_of(item, "kind"), text_of(item, "text")
        if kind == "dialogue":
            yield from self._dialogue(text_of(item, "cue"))
        elif kind == "heading":
            yield from self._heading(text, shot)
        elif kind == "action":
            yield from self._action(item, text, shot)
        elif kind == "camera":
            yield from self._measured("camera", movement(shot) if shot else "", shot)
        elif kind == "transition":
            yield from self._measured("transition", TRANSITIONS.get(shot.starts_with, "") if shot else "", shot)
        else:
            self.mendings["unknown"] += 1

    def _dialogue(self, name: str) -> Iterator[Beat]:
        if name not in self.cues:
            self.mendings["unknown"] += 1
        elif self._first(name):
            yield dialogue(self.cues[name], self.chunk)
        else:
            self.mendings["doubled"] += 1

    def _measured(self, kind: Literal["camera", "transition"], text: str, shot: Shot | None) -> Iterator[Beat]:
        """Once for a shot, in the chunk in which it begins."""
        if text and shot in self.chunk.beginning and self._first(f"{kind} {shot.id}"):
            yield Beat(kind=kind, text=text, shot=shot.id)
        else:
            self.mendings[kind] += 1

    def _heading(self, text: str, shot: Shot | None) -> Iterator[Beat]:
        """A heading in its proper form, its place one that the film speaks of or shows; else the honest one, where a scene may begin."""
        guess = time_of_day(self._scene(shot))
        heading = read(text)
        if heading is None or len(heading.place) > LONGEST_PLACE or not self.shown.has_words(heading.place):
            heading = unknown(guess)
        time = heading.time if heading.time in RELATIVE or self.near.has_words(heading.time) else guess
        heading = Heading(side=heading.side, place=heading.place, time=time)
        self.mendings["heading"] += str(heading) != text
        if heading.is_unknown and (shot is None or shot.id not in self.chunk.opens):
            return
        sees = () if self.film.has_words(heading.place) else self._showing(heading.place)
        yield Beat(kind="heading", text=str(heading), shot=shot.id if shot else "", sees=sees)

    def _scene(self, shot: Shot | None) -> list[Shot]:
        """The shots from ``shot`` to where the next scene may begin."""
        if shot is None:
            return []
        later = [one for one in self.shots.values() if one.start > shot.start]
        ends = [one.start for one in later if one.id in self.chunk.opens]
        return [shot, *(one for one in later if not ends or one.start < ends[0])]

    def _action(self, item: dict[str, Any], text: str, shot: Shot | None) -> Iterator[Beat]:
        """Prose with the evidence that it names, and the measured movement in the place of one that it claims."""
        told, moving = without_camera(text, shot)
        left = prose.without_echoes(told, self.spoken, self.seen)
        if re.search(r"\w", left):
            yield from self._prose(item, left, shot)
        elif not moving and left == told:
            self.mendings["empty"] += 1
        self.mendings["echo"] += left != told
        if moving and shot and agrees(moving, shot):
            yield from self._measured("camera", movement(shot), shot)
        self.mendings["camera"] += len(moving)

    def _prose(self, item: dict[str, Any], text: str, shot: Shot | None) -> Iterator[Beat]:
        names = {key: text_of(item, key) for key in ("shot", "cue", "sees")}
        known: dict[str, Container[str]] = {"shot": self.shots, "cue": self.cues, "sees": self.sights}
        self.mendings["unknown"] += sum(bool(name) and name not in known[key] for key, name in names.items())
        cue, sight = self.cues.get(names["cue"]), self.sights.get(names["sees"])
        if not (cue or sight or names["shot"] in self.shots):
            self.errors.append(f"The text “{text[:60]}” names no evidence. Name the shot, the cue, or what is seen or heard, by its id.")
            return
        sees = (sight.id,) if sight else self._captions(shot)
        if not (cue or sees or (shot and bears(text, shot, self.chunk))):
            self.mendings["unseen"] += 1
            return
        self.errors += prose.errors(text, self.shown, self.chunk.ids)
        yield Beat(kind="action", text=text, shot=shot.id if shot else "", cue=cue.id if cue else "", sees=sees)

    def _captions(self, shot: Shot | None) -> tuple[str, ...]:
        return tuple(caption.id for caption in self.chunk.captions if shot and caption.shot == shot.id)

    def _showing(self, place: str) -> tuple[str, ...]:
        """The captions that speak of a place."""
        wanted = set(words(place))
        return tuple(caption.id for caption in self.chunk.captions if not wanted.isdisjoint(words(caption.text)))

    def _first(self, mark: str) -> bool:
        if mark in self.used:
            return False
        self.used.add(mark)
        return True


def _in_order(beats: Sequence[Beat], chunk: Chunk) -> tuple[list[Beat], int]:
    """The k-th dialogue says the k-th cue, wherever the model put which. Beside it, how many were moved."""
    waiting = iter(chunk.cues)
    ordered = [dialogue(next(waiting), chunk) if beat.kind == "dialogue" else beat for beat in beats]
    return ordered, sum(mine.cue != theirs.cue for mine, theirs in zip(ordered, beats, strict=True))
