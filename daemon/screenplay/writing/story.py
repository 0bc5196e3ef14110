"""The story so far: the names that were chosen for people and places, and which of them a part of the film is shown."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pydantic import Field

from daemon.contract.values import Frozen
from daemon.screenplay.writing.chunks import Chunk
from daemon.screenplay.writing.words import Said, said, words

BUDGET = 300  # tokens of the entries that one part is shown: a twentieth of the usual window
BYTES_A_TOKEN, AROUND = 3, 8  # as capitals take them; bytes beside an entry's own words
LAST_PLACES = 4  # a scene that goes on, or comes back after a cut away

Entry = tuple[Literal["person", "place"], str]


class Story(Frozen):
    """``people``: voice → name, in the order in which they were named. ``places``: the one used last stands last."""

    people: dict[str, str] = Field(default_factory=dict)
    places: tuple[str, ...] = ()

    def plus(self, people: Mapping[str, str], places: Iterable[str]) -> "Story":
        """With what another part added. A name that was chosen stays."""
        used = tuple(dict.fromkeys(places))
        return Story(people={**people, **self.people}, places=(*(place for place in self.places if place not in used), *used))

    def near(self, chunk: Chunk) -> "Story":
        """What of it ``chunk`` may need, within ``BUDGET``.

        That is, as far as there is room: the voices that speak there, the names that are said, the places that are said, the places
        used last. Places come in alphabetical order, so that the text changes only where what it says does.
        """
        kept = frozenset(_afforded(self._wanted(chunk)))
        people = {voice: name for voice, name in self.people.items() if ("person", voice) in kept}
        return Story(people=people, places=tuple(sorted(place for place in self.places if ("place", place) in kept)))

    def _wanted(self, chunk: Chunk) -> Iterator[tuple[Entry, str]]:
        """Entries with their text, the most needed first."""
        cues = (*chunk.cues, *chunk.around_cues)
        spoken, voices = said(cues), {cue.voice for cue in cues}
        in_sight = [voice for voice in self.people if voice in voices]
        named = [voice for voice, name in self.people.items() if voice not in voices and _is_said(name, spoken)]
        yield from ((("person", voice), f"{voice}{self.people[voice]}") for voice in (*in_sight, *named))
        spoken_of = [place for place in self.places if spoken.has_words(place)]
        last = [place for place in reversed(self.places[-LAST_PLACES:]) if place not in spoken_of]
        yield from ((("place", place), place) for place in (*spoken_of, *last))


def _is_said(name: str, spoken: Said) -> bool:
    """Any of its words will do: ANNA MILLER is called Anna."""
    return any(word in spoken.vocabulary for word in words(name))


def _afforded(wanted: Iterable[tuple[Entry, str]]) -> Iterator[Entry]:
    room = BUDGET * BYTES_A_TOKEN
    for entry, text in wanted:
        room -= len(text.encode()) + AROUND
        if room < 0:
            return
        yield entry
