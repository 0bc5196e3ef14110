"""What a writer gives, chunk by chunk: beats that refer to the evidence by its ids. ``continuity`` makes a screenplay of them."""

from typing import Literal

from pydantic import Field

from daemon.contract.values import Frozen

DRAFT = "draft"  # what a chunk's ``engine`` says when no model wrote it

BeatKind = Literal["heading", "action", "dialogue", "camera", "transition", "note"]


class Beat(Frozen):
    """The smallest thing that happens.

    ``shot`` and ``cue`` name its evidence (``""``: none), ``sees`` captions and sounds; ``start`` is that evidence's time in seconds.
    """

    kind: BeatKind
    text: str
    who: str = ""  # of a dialogue: the measured voice
    shot: str = ""
    cue: str = ""
    sees: tuple[str, ...] = ()
    start: float = 0.0


class Draft(Frozen):
    """What the write stage gives for one chunk.

    ``engine`` says who wrote it: a model's name, or ``draft``. ``fallback`` says why the draft writer did it where a model was
    asked (``""``: it was not).
    """

    chunk: int
    start: float
    end: float
    engine: str
    beats: tuple[Beat, ...]
    people: dict[str, str] = Field(default_factory=dict)  # voice → name
    places: tuple[str, ...] = ()
    fallback: str = ""


class Drafts(Frozen):
    """All chunks in order. ``cast`` holds the names that were fixed before the first chunk: voice → name.

    ``language`` is that of the prose; None: the one that is spoken.
    """

    engine: str
    drafts: tuple[Draft, ...]
    cast: dict[str, str] = Field(default_factory=dict)
    places: tuple[str, ...] = ()
    language: str | None = None
