"""Draws a film's timeline as lines of text, a row for each kind of thing. Pure: a view and a timeline in, lines out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.text import Text

from daemon.contract.evidence import Span
from daemon.contract.skips import OwnRange
from daemon.contract.timeline import Timeline
from tui.timeline.view import View, clock

LABEL = 8  # cells before the axis
YOURS = "yours"  # the row of a person's own ranges, the one before the last
BARS = " ▁▂▃▄▅▆▇█"
QUIETEST, LOUDEST = -50.0, -8.0  # LUFS between which the bars reach

SHOTS = ("grey37", "grey50")  # neighbours differ
SKIP, KEEP, PENDING, SUGGESTED = "red", "green", "yellow", "magenta"


@dataclass(frozen=True)
class Marks:
    """What lies on the film beside what was measured: ``own`` ranges, the one that is ``chosen``, one that is being made, the cursor."""

    cursor: float
    own: tuple[OwnRange, ...] = ()
    suggested: tuple[Span, ...] = ()
    chosen: OwnRange | None = None
    pending: tuple[float, float] | None = None


def strip(timeline: Timeline, view: View, marks: Marks) -> list[Text]:
    """The rows from top to bottom; each is ``LABEL`` and the view's width wide."""
    return marked(measured(timeline, view), view, marks)


def measured(timeline: Timeline, view: View) -> "Measured":
    """The part that stays as it is while a person moves about and makes ranges."""
    dark = _over(_spans(timeline.silence, view, "·", "dim"), _spans(timeline.black, view, "█", "grey70"))
    return {
        "shots": _shots(timeline, view),
        "loud": _loudness(timeline, view),
        "speech": _spans(timeline.speech, view, "▄", "cyan"),
        "dark": dark,
        "skips": _skips(timeline, view),
    }


def marked(film: "Measured", view: View, marks: Marks) -> list[Text]:
    """The rows with the cursor's line through them, the person's own ranges, the axis above and the time below."""
    cursor = view.cell(marks.cursor)
    rows = [_row(label, _under(cells, cursor)) for label, cells in (film | {YOURS: _own(view, marks)}).items()]
    return [_row("", _axis(view)), *rows, _row("", _pointer(view, marks.cursor))]


@dataclass(frozen=True)
class Cell:
    """One character and its colour."""

    char: str = " "
    style: str = ""


EMPTY = Cell()
Measured = dict[str, list[Cell]]
"""Rows by their labels, from top to bottom."""


def _row(label: str, cells: Iterable[Cell]) -> Text:
    text = Text(no_wrap=True, end="").append(f"{label:<{LABEL}}", "dim")
    for style, alike in groupby(cells, lambda cell: cell.style):
        text.append("".join(cell.char for cell in alike), style or None)
    return text


def _axis(view: View) -> list[Cell]:
    cells = [EMPTY] * view.width
    taken = -1
    for tick in view.ticks():
        text = "╷" + clock(tick, tenths=view.step < 0.1)
        at = view.cell(tick)
        if taken < at and at + len(text) <= view.width:
            cells[at : at + len(text)] = [Cell(char, "dim") for char in text]
            taken = at + len(text)
    return cells


def _shots(timeline: Timeline, view: View) -> list[Cell]:
    cells = [EMPTY] * view.width
    for number, shot in enumerate(timeline.shots):
        for at in view.cells(shot.start, shot.end):
            cells[at] = Cell("█", SHOTS[number % 2])
    for shot in timeline.shots[1:]:
        at = view.cell(shot.start)
        if 0 <= at < view.width:
            cells[at] = Cell("▏" if shot.starts_with == "cut" else "◢", f"white on {cells[at].style or 'black'}")
    return cells


def _loudness(timeline: Timeline, view: View) -> list[Cell]:
    if timeline.loudness is None:
        return [EMPTY] * view.width
    values, step = timeline.loudness.values, timeline.loudness.step
    return [Cell(_bar(_loudest(values, step, view.time(at), view.time(at + 1))), "green") for at in range(view.width)]


def _loudest(values: Sequence[float], step: float, start: float, end: float) -> float:
    first = int(start / step)
    return max(values[first : max(first + 1, int(end / step))], default=QUIETEST)


def _bar(level: float) -> str:
    share = (level - QUIETEST) / (LOUDEST - QUIETEST)
    return BARS[round(min(max(share, 0.0), 1.0) * (len(BARS) - 1))]


def _spans(spans: Iterable[Span], view: View, char: str, style: str) -> list[Cell]:
    cells = [EMPTY] * view.width
    for span in spans:
        for at in view.cells(span.start, span.end):
            cells[at] = Cell(char, style)
    return cells


def _skips(timeline: Timeline, view: View) -> list[Cell]:
    return _over(_spans(timeline.skips, view, "▒", SKIP), _spans(timeline.keeps, view, "▔", KEEP))


def _own(view: View, marks: Marks) -> list[Cell]:
    cells = _spans(marks.suggested, view, "?", SUGGESTED)
    for own in marks.own:
        style = SKIP if own.kind == "skip" else KEEP
        cells = _over(cells, _spans([own], view, "█" if own == marks.chosen else "▓", style))
    if marks.pending:
        start, end = sorted(marks.pending)
        cells = _over(cells, _spans([Span(start=start, end=max(end, start + view.step))], view, "▚", PENDING))
    return cells


def _over(below: Sequence[Cell], above: Sequence[Cell]) -> list[Cell]:
    return [top if top is not EMPTY else bottom for bottom, top in zip(below, above, strict=True)]


def _under(cells: Sequence[Cell], cursor: int) -> Iterator[Cell]:
    """The same with the cursor's line through it."""
    for at, cell in enumerate(cells):
        yield (
            cell
            if at != cursor
            else Cell(cell.char if cell.char != " " else "│", f"{cell.style} reverse".strip() if cell.char != " " else "bold")
        )


def _pointer(view: View, time: float) -> list[Cell]:
    cells = [EMPTY] * view.width
    at = min(max(view.cell(time), 0), view.width - 1)
    cells[at] = Cell("▲", "bold")
    text = f" {clock(time)} "
    begin = at + 1 if at + 1 + len(text) <= view.width else at - len(text)
    for offset, char in enumerate(text):
        if 0 <= begin + offset < view.width:
            cells[begin + offset] = Cell(char, "bold")
    return cells
