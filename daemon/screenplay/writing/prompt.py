"""What a model is asked: the pages of ``config/prompts``, filled in with the facts of a film.

What is the same for every part of a film comes first, so that Ollama need not read it again; what changes comes last.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from config import pages
from config.rendering import Rendering
from daemon.contract.evidence import Cue
from daemon.contract.values import Frozen
from daemon.screenplay.writing import evidence_lines as lines
from daemon.screenplay.writing.chunks import Chunk
from daemon.screenplay.writing.story import Story

VERSION = 2  # rises when the same evidence is shown in other words, so that what was written before is not taken


class Film(Frozen):
    """What holds for every part: ``duration`` in seconds, ``language`` of the prose, ``seen``: captions tell what the picture shows."""

    title: str
    duration: float
    style: str
    language: str | None = None
    seen: bool = False


class Prompts:
    """The questions about one film. Each text can raise ConfigProblems, where a person's own page cannot be filled in after all."""

    def __init__(self, rendering: Rendering, film: Film) -> None:
        self._rendering = rendering
        self._film = film

    @cached_property
    def system(self) -> str:
        """What stands before every part: the style, and how to answer."""
        told = {"language": _tongue(self._film.language), "seen": self._film.seen}
        style = self._rendering.text(pages.of_style(self._film.style), **told)
        return self._rendering.text("system.md", style=style, **told)

    def part(self, chunk: Chunk, story: Story) -> str:
        """One part: the film, what of the story it may need, and its evidence."""
        near = story.near(chunk)
        return self._rendering.text(
            "chunk.md",
            **self._film_and_people(near),
            places=[lines.quoted(place) for place in near.places],
            start=lines.clock(chunk.start),
            end=lines.clock(chunk.end),
            before=lines.before(chunk),
            evidence=lines.evidence(chunk),
            after=lines.after(chunk),
        )

    @cached_property
    def cast(self) -> str:
        """What stands before the question for the cast."""
        return self._rendering.text("cast.md")

    def speech(self, cues: Sequence[Cue], story: Story) -> str:
        """What is said in a piece of the film, for its cast; ``story`` holds what the pieces before it gave."""
        return self._rendering.text("speech.md", **self._film_and_people(story), lines=[lines.said(cue) for cue in cues])

    def repair(self, errors: Sequence[str]) -> str:
        """What is wrong with an answer, and nothing else."""
        return self._rendering.text("repair.md", errors=[" ".join(error.split()) for error in errors])

    def _film_and_people(self, story: Story) -> dict[str, Any]:
        people = [{"voice": lines.quoted(voice), "name": lines.quoted(name)} for voice, name in story.people.items()]
        return {"title": lines.quoted(self._film.title), "length": lines.clock(self._film.duration), "people": people}


def _tongue(language: str | None) -> str:
    """A code that means something to a model, and nothing else that a file may give as one; English needs no word."""
    return language if language and language != "en" and re.fullmatch(r"[a-z]{2,3}", language) else ""
