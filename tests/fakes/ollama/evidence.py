"""What a prompt says, as far as this server understands it: its words, and the stretch of it that speaks of an id."""

import re
from collections.abc import Collection, Sequence
from functools import cached_property

WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)?")
MOVEMENT = re.compile(r"\b(?:camera )?(?:pan|tilt|zoom|handheld)\w*\b[^,.;:()\n]*", re.IGNORECASE)
SPOKEN = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”")
SEEN = re.compile(r"\bsees:[^\n]*")
FACT = re.compile(r"(?m)^[^\w\n]*[A-Za-z]{1,2}\d+[a-z]?\b[^\n]*\"[^\n]*")


class Evidence:
    """A prompt's text with the ids that a schema names."""

    def __init__(self, text: str, ids: Collection[str] = ()) -> None:
        self.text = text
        self._ids = ids

    @cached_property
    def words(self) -> list[str]:
        """Every word that is quoted beside an id: what is said and seen, from the last to the first. Where nothing is, every word.

        Backwards, so that no sentence of them is a line of the film. A schema that is repeated in the prompt says nothing of the film.
        """
        lines = [line for line in self.text.splitlines() if '{"' not in line]
        facts = " ".join(quote for fact in FACT.findall("\n".join(lines)) for quote in SPOKEN.findall(fact))
        return WORD.findall(facts)[::-1] or WORD.findall(MOVEMENT.sub(" ", "\n".join(lines))) or ["word"]

    def in_order(self, ids: Sequence[str]) -> list[str]:
        """``ids`` as the prompt speaks of them one after another; those that it does not name come last, as they were."""
        return sorted(ids, key=lambda name: self._places.get(name, len(self.text)))

    def about(self, name: str) -> str:
        """The stretch that speaks of ``name``: to the next id or the line's end, with the indented lines below it."""
        if name not in self._places:
            return ""
        start = self._places[name] + len(name)
        ends = [place for place in self._places.values() if place > start]
        line = re.compile(r"\n(?![ \t])").search(self.text, start)
        return self.text[start : min([*ends, line.start() if line else len(self.text)])]

    def unspoken(self, name: str) -> list[str]:
        """The words about ``name`` without those that somebody says, and without the camera's movement, which is no action.

        Of what was seen, what it shows.
        """
        if seen := SEEN.search(self.about(name)):
            return WORD.findall(seen.group().partition(":")[2])
        return WORD.findall(MOVEMENT.sub(" ", SPOKEN.sub(" ", self.about(name))))

    @cached_property
    def _places(self) -> dict[str, int]:
        found = {name: self._place(name) for name in self._ids if name}
        return {name: place for name, place in found.items() if place is not None}

    def _place(self, name: str) -> int | None:
        """Where the evidence for an id stands: the begin of a line rather than a mention, and never in a schema's quotes."""
        word = re.escape(name)
        at_line = re.search(rf"(?m)^[^\w\n\"]*({word})(?![\w\"])", self.text)
        match = at_line or re.search(rf"(?<![\w\"])({word})(?![\w\"])", self.text)
        return match.start(1) if match else None
