"""The script in the order in which it is read: scenes with their paragraphs, the pictures that belong beside each, and what is left out."""

from collections import deque
from collections.abc import Iterator, Sequence

from daemon.contract.evidence import Cue, Skip
from daemon.contract.values import Frozen
from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.html_stills import Still, stills, thinned
from daemon.screenplay.formats.html_strip import hues
from daemon.screenplay.formats.paragraphs import Paragraph, paragraphs
from daemon.screenplay.formats.rows import sung_or_centred
from daemon.screenplay.model import Element, Scene

MOST_BESIDE = 6  # pictures beside one paragraph


class Part(Frozen):
    """A paragraph, or a range that is left out (``skip``, with what is said in it)."""

    kind: str
    lines: tuple[Element, ...] = ()
    who: str = ""
    hue: str = "v"
    dual: bool = False
    stills: tuple[Still, ...] = ()
    skip: Skip | None = None
    said: tuple[Cue, ...] = ()


class Section(Frozen):
    """A scene; or, without one, what stands between scenes."""

    scene: Scene | None
    parts: tuple[Part, ...]


def contents(edition: Edition) -> list[Section]:
    """All sections, each range that is left out at its place."""
    shown = _Shown(edition)
    found = [Section(scene=None, parts=tuple(shown.parts(edition.screenplay.preamble, 0.0, 0.0)))]
    for scene in edition.screenplay.scenes:
        if left_out := tuple(shown.left_out(scene.start)):
            found.append(Section(scene=None, parts=left_out))
        found.append(Section(scene=scene, parts=tuple(shown.parts(scene.elements, scene.start, scene.end))))
    found.append(Section(scene=None, parts=tuple(shown.left_out(float("inf")))))
    return [section for section in found if section.scene or section.parts]


def short_clock(seconds: float) -> str:
    """``m:ss``, or ``h:mm:ss`` from an hour on, rounded to the second."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}" if whole >= 3600 else f"{whole // 60}:{whole % 60:02}"


class _Shown:
    """Walks through the film beside the script: skips and stills are shown once, in order, where the script comes to them."""

    def __init__(self, edition: Edition) -> None:
        self._cues = edition.transcript.cues
        self._voices = {cue.id: cue.voice for cue in self._cues}
        self._hues = hues(edition)
        self._skips = deque(edition.plan.skips)
        self._stills = deque(stills(edition, [shot for shot in edition.analysis.shots if not _within(shot.middle, edition.plan.skips)]))

    def parts(self, elements: Sequence[Element], start: float, end: float) -> Iterator[Part]:
        """The paragraphs of one scene; its stills alone where it has none."""
        found = [paragraph for paragraph in paragraphs(elements) if paragraph.kind != "fountain" or sung_or_centred(paragraph.text)]
        times = _times(found, start)
        for paragraph, begins, after in zip(found, times, [*times, end][1:], strict=True):
            yield from self.left_out(begins)
            yield self._paragraph(paragraph, after)
        if beside := self._beside(end):
            yield Part(kind="action", stills=beside)

    def left_out(self, until: float) -> Iterator[Part]:
        """The skips that begin up to a time and were not shown yet."""
        while self._skips and self._skips[0].start <= until:
            skip = self._skips.popleft()
            yield Part(kind="skip", skip=skip, said=tuple(cue for cue in self._cues if skip.start <= cue.middle < skip.end))

    def _beside(self, until: float) -> tuple[Still, ...]:
        """The stills from before a time that were not shown yet."""
        found = []
        while self._stills and self._stills[0].time < until:
            found.append(self._stills.popleft())
        return tuple(thinned(found, MOST_BESIDE))

    def _paragraph(self, paragraph: Paragraph, after: float) -> Part:
        kind, lines = paragraph.kind, paragraph.elements
        if kind == "fountain" and (own := sung_or_centred(paragraph.text)):
            return Part(kind=own[0], lines=tuple(lines[0].model_copy(update={"text": text}) for text in own[1]), stills=self._beside(after))
        voice = next((self._voices.get(cue, "") for line in lines for cue in line.evidence.cues), "")
        hue = self._hues.get(voice, "v")
        return Part(kind=kind, lines=lines, who=paragraph.who, hue=hue, dual=paragraph.dual, stills=self._beside(after))


def _times(found: Sequence[Paragraph], start: float) -> list[float]:
    """When each paragraph begins; one without a time of its own does so with the one before, and none before that."""
    times = []
    for paragraph in found:
        own = [line.evidence.start for line in paragraph.elements if line.evidence.end > 0]
        start = max(start, own[0]) if own else start
        times.append(start)
    return times


def _within(time: float, skips: Sequence[Skip]) -> bool:
    return any(skip.start <= time < skip.end for skip in skips)
