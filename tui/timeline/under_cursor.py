"""What lies under the cursor: the shot, the scene, the range and the words there. Pure."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from rich.text import Text

from daemon.contract.evidence import Skip, Span
from daemon.contract.skips import FilmSkips
from daemon.contract.timeline import Timeline
from tui.timeline.view import clock
from tui.wording import percent, plain

NEAR = 8.0  # seconds around the cursor whose words are shown

Stretch = TypeVar("Stretch", bound=Span)


def at(spans: Sequence[Stretch], time: float) -> Stretch | None:
    """The first of ``spans`` that holds ``time``."""
    return next((span for span in spans if span.start <= time < span.end), None)


def automatic(skips: FilmSkips, time: float) -> Skip | None:
    """The skip there that no person made."""
    skip = at(skips.skips, time)
    return skip if skip and skip.reason != "manual" else None


def shot_number(timeline: Timeline, time: float) -> int:
    """The number, from 1, of the shot there; 0 where there is none."""
    return next((number for number, shot in enumerate(timeline.shots, 1) if shot.start <= time < shot.end), 0)


def about(timeline: Timeline, skips: FilmSkips, time: float) -> Text:
    """Some lines about that moment."""
    return Text("\n").join(_lines(timeline, skips, time))


def _lines(timeline: Timeline, skips: FilmSkips, time: float) -> Iterator[Text]:
    if scene := at(timeline.scenes, time):
        yield Text(f"{scene.number}  {plain(scene.heading)}", "bold")
    if shot := at(timeline.shots, time):
        camera = f"  {shot.camera}" if shot.camera else ""
        yield Text(f"shot {shot.id.removeprefix('S')}  {clock(shot.start)}–{clock(shot.end)}{camera}", "dim")
    yield from _ranges(skips, time)
    for cue in timeline.speech:
        if cue.start < time + NEAR and cue.end > time - NEAR:
            there = cue.start <= time < cue.end
            yield Text(f"{clock(cue.start)}  {plain(cue.voice or 'VOICE')}: {plain(cue.text)}", "" if there else "dim")


def _ranges(skips: FilmSkips, time: float) -> Iterator[Text]:
    if own := at(skips.own, time):
        what = "you leave out" if own.kind == "skip" else "you keep"
        yield Text(f"{what} {_range(own, own.note)}", "red" if own.kind == "skip" else "green")
    if skip := automatic(skips, time):
        yield Text(f"left out {_range(skip, skip.note)}: {skip.reason}, {percent(skip.confidence)} sure", "red")
    if suggested := at(skips.suggestions, time):
        origin = f", found by {plain(suggested.origin)}" if suggested.origin else ""
        yield Text(f"suggested {_range(suggested, suggested.note)}: {suggested.reason}{origin}; enter leaves it out", "magenta")


def _range(span: Span, note: str) -> str:
    return f"{clock(span.start)}–{clock(span.end)}" + (f" ({plain(note)})" if note else "")
