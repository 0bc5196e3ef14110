"""Whether something heavy may begin: what it needs against what may be used, with the numbers. Pure."""

from daemon.contract.errors import CannotGoOn, MustWait
from daemon.contract.states import HoldCause
from daemon.contract.values import Frozen
from daemon.llm.choice import gib
from daemon.worker.memory.cgroups import Bound


class NeverFits(CannotGoOn):
    """It needs more than may ever be used."""


class NotNow(MustWait):
    """It needs more than is free at present."""

    def __init__(self, message: str) -> None:
        super().__init__(HoldCause.MEMORY, message, "It goes on by itself as soon as there is room.")


class Room(Frozen):
    """Bytes that there are for heavy work.

    ``limit`` holds for the speech model and Ollama together, of which ``resident`` are taken. ``available`` is what the machine has
    free; None: not asked, since a person has said what may be used. ``own``: what the service's own control group allows.
    """

    limit: int
    resident: int = 0
    available: int | None = None
    own: Bound | None = None

    @property
    def most(self) -> int:
        """What a child of ours may ever take."""
        return min(self.limit, self.own.limit) if self.own else self.limit

    def with_resident(self, more: int) -> "Room":
        """The same, with so many bytes more taken."""
        return self.model_copy(update={"resident": self.resident + more})


def check(what: str, need: int, room: Room, advice: str = "") -> None:
    """Raises NeverFits, with ``advice``, and NotNow, each with the numbers."""
    if need > room.most:
        raise NeverFits(f"{what} needs about {gib(need)} of memory, and {gib(room.most)} may be used", advice)
    if need > room.limit - room.resident:
        raise NotNow(f"{what} needs about {gib(need)} of memory; of {gib(room.limit)} that may be used {gib(room.resident)} are taken")
    free = min(size for size in (room.available, room.own.free if room.own else None, need) if size is not None)
    if need > free:
        raise NotNow(f"{what} needs about {gib(need)} of memory, and {gib(free)} is free")
