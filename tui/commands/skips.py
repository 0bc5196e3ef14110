"""Skips: what is left out of a film, what is suggested, and teaching the films that follow."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.context import Context, as_json, context, everywhere
from tui.commands.naming import absolute, number
from tui.commands.watching import JOB

if TYPE_CHECKING:
    from daemon.contract.skips import FilmSkips, LearnedRanges
    from tui.client import Daemon


@click.group()
@everywhere
def skips() -> None:
    """What is left out: see it, teach it, take it back."""


@skips.command("list")
@click.argument("job", metavar="[JOB]", required=False)
@as_json
@everywhere
@context
def listed(ctx: Context, job: str | None, as_json: bool) -> None:
    """Show what is left out of a video and what is suggested; without JOB, what was learned."""
    from tui import describing
    from tui.commands import answers

    if job is None:
        learned = ctx.ask(lambda daemon: daemon.learned())
        answers.as_document(learned) if as_json else answers.lines(describing.learned_lines(learned))
        return
    found = ctx.ask(lambda daemon: _of(daemon, job))
    answers.as_document(found) if as_json else answers.lines(describing.skip_lines(found))


@skips.command()
@click.argument("video", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@everywhere
@context
def edit(ctx: Context, video: Path) -> None:
    """Open a video's .reelscribe.yaml in your editor; a new one has every key explained."""
    from config.override_files import to_edit
    from daemon.contract.values import shown

    path = to_edit(absolute(video), ctx.settings().watch.extensions)
    if not path.exists():
        from config.template import template

        path.write_text(template(video), encoding="utf-8")
    click.echo(shown(path))
    click.edit(filename=str(path))


@skips.command()
@JOB
@as_json
@everywhere
@context
def learn(ctx: Context, job: str, as_json: bool) -> None:
    """Have films that follow leave out what you left out of this one.

    Every range under skips: in the video's .reelscribe.yaml is known by its sound from here on, and left out wherever it is heard again:
    an advert, a sponsor's message, the title music. Films that are written already stay as they are.
    """
    from tui import describing
    from tui.commands import answers

    found = ctx.ask(lambda daemon: _learn(daemon, job))
    answers.as_document(found) if as_json else answers.lines(describing.learned_lines(found))


@skips.command()
@click.argument("learned_id", metavar="ID", type=click.IntRange(1))
@everywhere
@context
def forget(ctx: Context, learned_id: int) -> None:
    """Take a learned range back. Scripts that are written stay as they are."""
    ctx.ask(lambda daemon: daemon.forget(learned_id))
    click.echo(f"learned range {learned_id} is forgotten")


async def _of(daemon: "Daemon", job: str) -> "FilmSkips":
    return await daemon.skips(await number(daemon, job))


async def _learn(daemon: "Daemon", job: str) -> "LearnedRanges":
    return await daemon.learn(await number(daemon, job))
