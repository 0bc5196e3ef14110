"""A screenplay as a value: scenes of elements, each tied to the evidence that it rests on."""

from typing import Literal

from pydantic import Field

from daemon.contract.values import Frozen

ElementKind = Literal["heading", "action", "dialogue", "camera", "transition", "note"]


class Element(Frozen):
    """One paragraph. ``shot`` and ``cue`` name its evidence (``""``: none); ``start`` is that evidence's time in seconds."""

    kind: ElementKind
    text: str
    who: str = ""  # of a dialogue: in a draft the measured voice, in a screenplay the name that is printed
    shot: str = ""
    cue: str = ""
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
    elements: tuple[Element, ...]
    people: dict[str, str] = Field(default_factory=dict)  # voice → name
    places: tuple[str, ...] = ()
    fallback: str = ""


class Drafts(Frozen):
    """All chunks in order. ``cast`` holds the names that were fixed before the first chunk: voice → name."""

    engine: str
    drafts: tuple[Draft, ...]
    cast: dict[str, str] = Field(default_factory=dict)
    places: tuple[str, ...] = ()


class Scene(Frozen):
    """A heading and what happens under it. ``transition`` stands above the heading: how the film comes here, where measured."""

    number: int
    heading: str
    transition: str = ""
    start: float
    elements: tuple[Element, ...]


class Screenplay(Frozen):
    """The whole script. ``author`` says who wrote it, ``notes`` say on the title page what it was written without."""

    title: str
    author: str = ""
    scenes: tuple[Scene, ...]
    notes: tuple[str, ...] = ()
    language: str | None = None
