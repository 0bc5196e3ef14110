"""Makes one screenplay of the chunks: seams joined, scenes found and numbered, one spelling for each person and place."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from daemon.contract.evidence import Analysis, Shot, SkipPlan, Transcript
from daemon.screenplay import headings
from daemon.screenplay.kept import Kept, kept
from daemon.screenplay.model import Draft, Drafts, Element, Scene, Screenplay
from daemon.screenplay.names import names, renamed
from daemon.screenplay.openings import time_of_day
from daemon.screenplay.silences import with_silences
from daemon.screenplay.title_page import author, notes

SHORTEST_SCENE = 1.0  # seconds that a scene needs where nothing is said or done in it


@dataclass
class _Run:
    """A scene while it is being put together."""

    heading: Element
    transition: str = ""
    elements: list[Element] = field(default_factory=list)


def screenplay(
    drafts: Drafts, analysis: Analysis, transcript: Transcript, plan: SkipPlan, *, title: str, characters: Mapping[str, str]
) -> Screenplay:  # fmt: skip
    """The whole script. ``characters`` are a person's names: voice, or the name so far → the name that is printed."""
    left = kept(analysis, transcript, plan)
    final = names(drafts, left.cues, characters)
    elements = [element for draft in drafts.drafts for element in _marked(draft, renamed(draft, drafts, final))]
    scenes = _scenes(list(_one_spelling(elements)), left, analysis.duration)
    return Screenplay(
        title=title,
        author=author(drafts),
        scenes=scenes,
        notes=notes(drafts, scenes, analysis, left, plan),
        language=transcript.language,
    )


def title_of(name: str) -> str:
    """A file's name as a title: ``night_train`` becomes ``Night Train``."""
    text = " ".join(re.sub(r"[._]+|(?<=\w)-(?=\w)", " ", name).split()) or name
    return text if any(letter.isupper() for letter in text) else " ".join(word[:1].upper() + word[1:] for word in text.split(" "))


def _marked(draft: Draft, elements: Sequence[Element]) -> Iterator[Element]:
    """Says where the draft writer took over from a model: below the heading, where the chunk begins with one."""
    above = 0
    while above < len(elements) and elements[above].kind in ("transition", "heading"):
        above += 1
    yield from elements[:above]
    if draft.fallback:
        yield Element(kind="note", text="Draft: the model's answer for this part could not be used.", start=draft.start)
    yield from elements[above:]


def _one_spelling(elements: Iterable[Element]) -> Iterator[Element]:
    """Each place as it was spelled first."""
    spellings: list[str] = []
    for element in elements:
        heading = headings.read(element.text) if element.kind == "heading" else None
        if heading is None:
            yield element
            continue
        place = next((known for known in spellings if headings.same_place(known, heading.place)), heading.place)
        spellings += [] if place in spellings else [place]
        yield element.model_copy(update={"text": str(heading.model_copy(update={"place": place}))})


def _scenes(elements: Sequence[Element], left: Kept, duration: float) -> tuple[Scene, ...]:
    runs = _runs(elements, left.shots)
    ends = [*(run.heading.start for run in runs[1:]), duration]
    return tuple(_scene(number, run, end, left) for number, (run, end) in enumerate(zip(runs, ends, strict=False), 1))


def _scene(number: int, run: _Run, end: float, left: Kept) -> Scene:
    heading = headings.read(run.heading.text)
    if heading and heading.is_unknown:
        heading = heading.model_copy(update={"place": f"{heading.place} {number}"})
    return Scene(
        number=number,
        heading=str(heading or run.heading.text),
        transition=run.transition,
        start=run.heading.start,
        elements=with_silences(run.elements, run.heading.start, end, left),
    )


def _runs(elements: Sequence[Element], shots: Sequence[Shot]) -> list[_Run]:
    """Cut at headings. A heading that says what already holds begins nothing, and one under which nothing happens is no scene."""
    runs: list[_Run] = []
    above: list[Element] = []  # what stands before the first heading
    for element in elements:
        if element.kind == "heading" and not (runs and _holds(runs[-1], element)):
            transition = _lifted(runs[-1].elements if runs else above)
            if runs and not runs[-1].elements and element.start - runs[-1].heading.start < SHORTEST_SCENE:
                transition = runs.pop().transition or transition
            runs.append(_Run(element, transition))
        elif element.kind != "heading":
            (runs[-1].elements if runs else above).append(element)
    if above:
        runs.insert(0, _Run(_first_heading(shots), elements=above))
    return runs


def _holds(run: _Run, element: Element) -> bool:
    """Whether the heading says where the script is already. Of a place that nothing shows, nothing says that it is the same one."""
    heading = headings.read(element.text)
    return run.heading.text == element.text and not (heading and heading.is_unknown)


def _lifted(elements: list[Element]) -> str:
    """Takes the transition off the end of a scene: it stands above the next heading."""
    return elements.pop().text if elements and elements[-1].kind == "transition" else ""


def _first_heading(shots: Sequence[Shot]) -> Element:
    return Element(kind="heading", text=str(headings.unknown(time_of_day(shots[:1]))), start=shots[0].start if shots else 0.0)
