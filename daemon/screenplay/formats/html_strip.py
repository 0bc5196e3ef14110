"""The film as a strip: where each scene, shot and voice lies, and what is left out. Places in percent of its length."""

from collections.abc import Iterable, Iterator

from daemon.contract.evidence import Cue, Span
from daemon.contract.values import Frozen
from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.paragraphs import one_line
from daemon.screenplay.model import Scene

HUES = 8  # colours that voices have; more voices share them
BREATH = 0.6  # seconds between two cues of one voice that are drawn as one
NAMED = 2.4  # percent that a scene must have for its number to find room
THINNEST = 0.08  # percent; anything shorter could not be seen
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000)  # seconds between two times on the scale
TIMES = 10  # on the scale, at most


class Bar(Frozen):
    """One block. ``x`` and ``width`` in percent, with two decimals; ``kind`` is its class, ``link`` what it leads to."""

    x: str
    width: str
    kind: str
    title: str
    label: str = ""
    link: str = ""


class Tick(Frozen):
    """A time on the scale."""

    x: str
    seconds: float


class Strip(Frozen):
    """All that is drawn, row by row."""

    scenes: tuple[Bar, ...]
    shots: tuple[Bar, ...]
    voices: tuple[Bar, ...]
    silence: tuple[Bar, ...]
    black: tuple[Bar, ...]
    skips: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


def strip(edition: Edition) -> Strip:
    """Of the whole film, what is left out included."""
    film, length = edition.analysis, edition.analysis.duration or 1.0
    colours = hues(edition)
    return Strip(
        scenes=tuple(_scenes(edition.screenplay.scenes, length)),
        shots=tuple(_bar(shot, length, f"shot{number % 2}", shot.id) for number, shot in enumerate(film.shots)),
        voices=tuple(_bar(cue, length, colours.get(cue.voice, "v"), cue.voice or "speech") for cue in _joined(edition.transcript.cues)),
        silence=tuple(_bar(span, length, "silence", "silence") for span in film.silence),
        black=tuple(_bar(span, length, "black", "black") for span in film.black),
        skips=tuple(_bar(skip, length, "skipped", f"left out: {skip.reason}") for skip in edition.plan.skips),
        ticks=tuple(_ticks(film.duration)),
    )


def hues(edition: Edition) -> dict[str, str]:
    """Measured voice → its colour's class, in the order in which they are heard."""
    voices = dict.fromkeys(cue.voice for cue in edition.transcript.cues if cue.voice)
    return {voice: f"v{number % HUES}" for number, voice in enumerate(voices)}


def _scenes(scenes: Iterable[Scene], length: float) -> Iterator[Bar]:
    for number, scene in enumerate(scenes):
        if scene.end > scene.start:
            span = Span(start=scene.start, end=scene.end)
            label = one_line(scene.number) if 100 * span.length / length >= NAMED else ""
            bar = _bar(span, length, f"scene{number % 2}", f"{scene.number} {one_line(scene.heading.text)}")
            yield bar.model_copy(update={"label": label, "link": scene.id})


def _bar(span: Span, length: float, kind: str, title: str) -> Bar:
    return Bar(x=f"{100 * span.start / length:.2f}", width=f"{max(THINNEST, 100 * span.length / length):.2f}", kind=kind, title=title)


def _joined(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Speech without the pauses for breath."""
    open_cue: Cue | None = None
    for cue in cues:
        if open_cue and cue.voice == open_cue.voice and cue.start - open_cue.end < BREATH:
            open_cue = open_cue.model_copy(update={"end": max(open_cue.end, cue.end)})
            continue
        if open_cue:
            yield open_cue
        open_cue = cue
    if open_cue:
        yield open_cue


def _ticks(duration: float) -> Iterator[Tick]:
    step = next((step for step in STEPS if duration / step <= TIMES), STEPS[-1])
    for number in range(int(duration // step) + 1):
        if number * step <= 0.96 * duration:
            yield Tick(x=f"{100 * number * step / (duration or 1):.2f}", seconds=number * step)
