"""How far a film is, drawn: bars in a terminal, plain lines everywhere else."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol, TextIO

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from daemon.contract.states import Stage
from tui.wording import percent, plain

STEP = 0.25  # a plain line each quarter of a stage


class Drawing(Protocol):
    """What a run shows of itself."""

    def stage(self, stage: Stage, cached: bool = False) -> None:
        """A stage begins, or its result was there already."""

    def progress(self, stage: Stage, fraction: float) -> None:
        """How far it is, 0–1."""

    def note(self, text: str) -> None:
        """A line to read."""

    def done(self) -> None:
        """The last stage that began is through."""


class Bars:
    """A bar a stage."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[Stage, TaskID] = {}
        self._last: Stage | None = None

    def stage(self, stage: Stage, cached: bool = False) -> None:
        """Fills the bar before this one, and starts this one."""
        self.done()
        self._show(stage, 1.0 if cached else 0.0, "kept from before" if cached else "")
        self._last = stage

    def progress(self, stage: Stage, fraction: float) -> None:
        """Moves the bar."""
        if stage != self._last:
            self.stage(stage)
        self._show(stage, min(fraction, 0.999))

    def note(self, text: str) -> None:
        """Above the bars."""
        self._bars.console.print(escape(plain(text)), highlight=False)

    def done(self) -> None:
        """Fills the last bar."""
        if self._last is not None:
            self._show(self._last, 1.0)

    def _show(self, stage: Stage, fraction: float, remark: str = "") -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=1.0, remark=remark)
        self._bars.update(self._tasks[stage], completed=fraction)


class Lines:
    """A line a quarter of a stage, for a log or a pipe."""

    def __init__(self) -> None:
        self._next = 0.0
        self._last: Stage | None = None

    def stage(self, stage: Stage, cached: bool = False) -> None:
        """Says the stage's name."""
        self._last, self._next = stage, STEP
        click.echo(f"{stage}: kept from before" if cached else f"{stage}")

    def progress(self, stage: Stage, fraction: float) -> None:
        """Says each quarter once."""
        if stage != self._last:
            self.stage(stage)
        if fraction >= self._next:
            click.echo(f"{stage}: {percent(fraction)}")
            self._next = (fraction // STEP + 1) * STEP

    def note(self, text: str) -> None:
        """As it is."""
        click.echo(plain(text))

    def done(self) -> None:
        """The next line says it."""


class Nothing:
    """No sign of life."""

    def stage(self, stage: Stage, cached: bool = False) -> None:
        """Is not shown."""

    def progress(self, stage: Stage, fraction: float) -> None:
        """Is not shown."""

    def note(self, text: str) -> None:
        """Is not shown."""

    def done(self) -> None:
        """Is not shown."""


@contextmanager
def drawing() -> Generator[Drawing]:
    """Bars where stdout is a terminal that can draw them."""
    console = Console(file=sys.stdout)
    if not console.is_terminal or console.is_dumb_terminal:
        yield Lines()
        return
    with bars(sys.stdout) as drawn:
        yield drawn


@contextmanager
def bars(stream: TextIO) -> Generator[Drawing]:
    """Bars on this terminal."""
    shape = (
        TextColumn("{task.description:>10}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[remark]}"),
    )
    with Progress(*shape, console=Console(file=stream)) as drawn:
        yield Bars(drawn)


@contextmanager
def nothing() -> Generator[Drawing]:
    """For a result that is all that may be seen."""
    yield Nothing()
