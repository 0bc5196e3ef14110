"""A screenplay as a value: scenes of elements, each tied to the evidence that it rests on."""

from typing import Literal

from daemon.contract.values import Frozen

ElementKind = Literal["heading", "action", "dialogue", "camera", "transition"]


class Element(Frozen):
    """One paragraph. ``shot`` and ``cue`` name its evidence (``""``: none); ``start`` is that evidence's time in seconds."""

    kind: ElementKind
    text: str
    who: str = ""  # the speaker of a dialogue
    shot: str = ""
    cue: str = ""
    start: float = 0.0


class Draft(Frozen):
    """What the write stage gives for one chunk. ``engine`` says who wrote it: a model's name, or ``draft``."""

    chunk: int
    start: float
    end: float
    engine: str
    elements: tuple[Element, ...]
    people: dict[str, str] = {}  # voice → name
    places: tuple[str, ...] = ()


class Scene(Frozen):
    """A heading and what happens under it."""

    number: int
    heading: str
    start: float
    elements: tuple[Element, ...]


class Screenplay(Frozen):
    """The whole script. ``notes`` say on the title page what it was written without."""

    title: str
    scenes: tuple[Scene, ...]
    notes: tuple[str, ...] = ()
    language: str | None = None
