"""Small screenplays to work on, and random ones."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from daemon.screenplay.model import Element, Evidence, Scene, Screenplay, TitlePage


def action(text: str, start: float = 0.0, shot: str = "", **more: Any) -> Element:
    return Element(kind="action", text=text, evidence=Evidence(shots=(shot,) if shot else (), start=start, end=start + 1), **more)


def speech(who: str, *lines: tuple[str, str], start: float = 0.0, locked: bool = False) -> tuple[Element, ...]:
    """``lines``: cue and words; the voice is the name."""
    said = [
        Element(kind="dialogue", text=text, evidence=Evidence(cues=(cue,), start=start + at, end=start + at + 1), locked=locked)
        for at, (cue, text) in enumerate(lines)
    ]
    evidence = Evidence(cues=tuple(cue for cue, _ in lines), start=start, end=start + len(lines))
    return Element(kind="character", text=who, voice=who, evidence=evidence, locked=locked), *said


def scene(shot: int, *elements: Element, number: str = "", place: str = "TRAIN", **more: Any) -> Scene:
    heading = Element(kind="heading", text=f"INT. {place} - NIGHT", evidence=Evidence(start=float(shot), end=float(shot)))
    fields = {"id": f"scene-S{shot}", "number": number or str(shot), "start": float(shot), "end": shot + 1.0, "heading": heading}
    return Scene.model_validate({**fields, "elements": elements, **more})


def script(*scenes: Scene, title: str = "Night Train", **more: Any) -> Screenplay:
    return Screenplay(title_page=TitlePage(title=title, author="Reelscribe"), scenes=scenes, language="en", **more)


def texts(screenplay: Screenplay) -> list[str]:
    return [element.text for scene in screenplay.scenes for element in scene.elements]


@st.composite
def screenplays(draw: st.DrawFn, shots: Sequence[int] = tuple(range(1, 9))) -> Screenplay:
    """Some of the film's scenes, in the film's order, each with one of a few texts."""
    there = sorted(draw(st.sets(st.sampled_from(shots))))
    words = st.sampled_from(("Rain.", "Steam.", "A whistle."))
    scenes = [scene(shot, action(draw(words), shot, f"S{shot}"), number=str(number)) for number, shot in enumerate(there, 1)]
    return script(*scenes)
