"""How answers are printed: lines for people, JSON for scripts."""

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pydantic import BaseModel

    from daemon.contract.jobs import Job


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
    """A table, cut to the terminal's width; whole where it goes into a file or a pipe."""
    from tui.wording import columns, plain

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in columns([[plain(cell).replace("\n", " ") for cell in row] for row in rows], width):
        click.echo(line)


def job_rows(jobs: "Sequence[Job]") -> list[list[str]]:
    """The list of jobs, with its heading."""
    return [["JOB", "STATE", "STAGE", "DONE", "NAME", "REASON"], *([*_row(job)] for job in jobs)]


def _row(job: "Job") -> tuple[str, str, str, str, str, str]:
    from tui.wording import percent

    done = percent(job.progress) if job.state == "processing" else ""
    return str(job.id), job.state, job.stage or "", done, job.name, job.reason or job.warning
