"""What a person changes on a timeline, as values that know their way back. Pure.

Ranges go by where they lie, not by their number in the file, which every edit may change.
"""

from dataclasses import dataclass
from typing import TypeAlias

from daemon.contract.skips import OwnRange, RangeKind

CLOSE = 0.002  # seconds: times are kept to the millisecond


@dataclass(frozen=True)
class Place:
    """Where a range lies and what it does."""

    kind: RangeKind
    start: float
    end: float
    note: str = ""

    @classmethod
    def of(cls, own: OwnRange) -> "Place":
        """Of a range that is written down."""
        return cls(own.kind, own.start, own.end, own.note)

    def among(self, own: tuple[OwnRange, ...]) -> OwnRange | None:
        """The range that lies there."""
        return next((one for one in own if self._is(one)), None)

    def _is(self, one: OwnRange) -> bool:
        return one.kind == self.kind and abs(one.start - self.start) < CLOSE and abs(one.end - self.end) < CLOSE


@dataclass(frozen=True)
class Add:
    """A new range."""

    place: Place

    def back(self) -> "Remove":
        """What undoes it."""
        return Remove(self.place)


@dataclass(frozen=True)
class Remove:
    """A range goes."""

    place: Place

    def back(self) -> "Add":
        """What undoes it."""
        return Add(self.place)


@dataclass(frozen=True)
class Change:
    """A range begins or ends elsewhere."""

    old: Place
    new: Place

    def back(self) -> "Change":
        """What undoes it."""
        return Change(self.new, self.old)


@dataclass(frozen=True)
class Split:
    """One range becomes two that meet at ``at``."""

    place: Place
    at: float

    def back(self) -> "Join":
        """What undoes it."""
        return Join(self.place, self.at)


@dataclass(frozen=True)
class Join:
    """Two ranges that meet at ``at`` become one again."""

    place: Place
    at: float

    def back(self) -> "Split":
        """What undoes it."""
        return Split(self.place, self.at)

    @property
    def halves(self) -> tuple[Place, Place]:
        """The two."""
        kind, note = self.place.kind, self.place.note
        return Place(kind, self.place.start, self.at, note), Place(kind, self.at, self.place.end, note)


Edit: TypeAlias = Add | Remove | Change | Split | Join
