"""A screenplay laid along its film: which scene holds when, who speaks when. What a person wrote and that has no time is left out."""

from collections.abc import Iterator, Sequence

from daemon.contract.evidence import Cue, Skip, Span
from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.paragraphs import one_line, paragraphs
from daemon.screenplay.model import Scene, Screenplay
from daemon.screenplay.names import UNCLEAR
from daemon.screenplay.writing.kept import without


class Placed(Span):
    """A scene of the film, from where the one before it ends at the latest."""

    scene: Scene

    @property
    def title(self) -> str:
        """Its heading, on one line."""
        return one_line(self.scene.heading.text)

    @property
    def numbered(self) -> str:
        """The same with the scene's number before it."""
        return one_line(f"{self.scene.number} {self.scene.heading.text}")


class Speech(Span):
    """What one person says in one go; ``who`` is as printed."""

    who: str
    cues: tuple[str, ...]


def placed(screenplay: Screenplay) -> list[Placed]:
    """The scenes in the order of time, without overlap."""
    found: list[Placed] = []
    for scene in sorted(screenplay.scenes, key=lambda scene: (scene.start, scene.end)):
        start = max(scene.start, found[-1].end if found else 0.0)
        if scene.end > start:
            found.append(Placed(start=start, end=scene.end, scene=scene))
    return found


def pieces(scene: Placed, skips: Sequence[Skip]) -> list[Span]:
    """What the skips leave of a scene."""
    return without(scene, skips)


def speeches(scene: Scene) -> Iterator[Speech]:
    """In the order in which they stand."""
    for paragraph in paragraphs(scene.elements):
        timed = [line.evidence for line in paragraph.elements if line.evidence.end > line.evidence.start]
        if paragraph.kind == "dialogue" and timed:
            cues = tuple(cue for evidence in timed for cue in evidence.cues)
            yield Speech(start=min(one.start for one in timed), end=max(one.end for one in timed), who=paragraph.who, cues=cues)


def speakers(edition: Edition) -> dict[str, str]:
    """Id of a cue → the name that is printed for who says it; ``""`` where nobody can tell.

    A cue that the script leaves out is given its voice's name, where that voice speaks elsewhere in it.
    """
    printed = {cue: speech.who for scene in edition.screenplay.scenes for speech in speeches(scene) for cue in speech.cues}
    voices = {cue.voice: printed[cue.id] for cue in edition.transcript.cues if cue.voice and cue.id in printed}
    return {cue.id: _clear(printed.get(cue.id, voices.get(cue.voice, cue.voice)), cue) for cue in edition.transcript.cues}


def _clear(name: str, cue: Cue) -> str:
    """A name that stands for anybody is none."""
    return "" if name == UNCLEAR and not cue.voice else name
