"""How answers are printed: lines for people, JSON for scripts."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pydantic import BaseModel

    from daemon.contract.jobs import Job


SHORT = 20  # cells: a column that is no wider stays whole, however narrow the terminal is
COLOURS = {"failed": "red", "held": "yellow", "processing": "cyan", "completed": "green", "approved": "green", "missing": "red"}
"""How words stand out that say how a thing is."""


def as_document(value: "BaseModel") -> None:
    """One JSON document, in ASCII, so that no byte of it can do anything to a terminal."""
    click.echo(json.dumps(value.model_dump(mode="json"), indent=2))


def lines(text: Iterable[str]) -> None:
    """Lines that may hold what somebody else wrote."""
    from tui.wording import plain

    for line in text:
        click.echo(plain(line))


def to_stderr(text: str) -> None:
    """What a tool said before it gave up."""
    from tui.wording import plain

    if text:
        click.echo(plain(text), err=True)


def table(rows: Sequence[Sequence[str]]) -> None:
    """A table, its heading first: drawn to the terminal's width, and plain and whole where it goes into a file or a pipe."""
    from tui.wording import columns, plain

    cells = [[plain(cell).replace("\n", " ") for cell in row] for row in rows]
    if sys.stdout.isatty():
        _drawn(cells)
    else:
        for line in columns(cells):
            click.echo(line)


def _drawn(cells: Sequence[Sequence[str]]) -> None:
    """Short columns stay whole, long ones share what is left."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for heading, *column in zip(*cells, strict=True):
        drawn.add_column(Text(heading), no_wrap=max(map(cell_len, (heading, *column))) <= SHORT)
    for row in cells[1:]:
        drawn.add_row(*(Text(cell, COLOURS.get(cell, ""), no_wrap=True, overflow="ellipsis") for cell in row))
    Console(highlight=False).print(drawn)


def job_rows(jobs: "Sequence[Job]") -> list[list[str]]:
    """The list of jobs, with its heading."""
    return [["JOB", "STATE", "STAGE", "DONE", "NAME", "REASON"], *([*_row(job)] for job in jobs)]


def _row(job: "Job") -> tuple[str, str, str, str, str, str]:
    from tui.describing import remark
    from tui.wording import percent

    done = percent(job.progress) if job.state == "processing" else ""
    return str(job.id), job.state, job.stage or "", done, job.name, remark(job)
