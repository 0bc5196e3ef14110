"""Looking at a film: its timeline in the terminal, and the picture of a shot."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.context import Context, as_json, context, everywhere
from tui.commands.naming import number
from tui.failures import Failed

if TYPE_CHECKING:
    from daemon.contract.skips import FilmSkips
    from daemon.contract.timeline import Timeline
    from tui.client import Daemon

VIDEO = click.argument("job", metavar="VIDEO")
LEGEND = "dark: black █ silence ·   skips: left out ▒ kept ▔   yours ▓ suggested ?"


@click.command()
@VIDEO
@click.option("--from", "start", metavar="TIME", help="Begin there: seconds, m:ss or h:mm:ss.")
@click.option("--to", "end", metavar="TIME", help="End there.")
@click.option("--width", type=click.IntRange(40, 1000), metavar="N", help="So many characters wide. Default: the terminal's width.")
@as_json
@everywhere
@context
def timeline(ctx: Context, job: str, start: str | None, end: str | None, width: int | None, as_json: bool) -> None:
    """Show a video on a time axis: shots, loudness, speech, black, silence, skips."""
    from tui.commands import answers

    async def asked(daemon: "Daemon") -> "tuple[Timeline, FilmSkips]":
        job_id = await number(daemon, job)
        return await daemon.timeline(job_id), await daemon.skips(job_id)

    film, skips = ctx.ask(asked)
    if as_json:
        answers.as_document(film)
    elif not film.duration:
        click.echo("nothing was measured yet")
    else:
        _draw(film, skips, (_seconds(start, film, 0.0), _seconds(end, film, film.duration)), width)


@click.command()
@VIDEO
@click.argument("shot", metavar="N", type=click.IntRange(1))
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="There; - is stdout. Default: VIDEO.shot-N.jpg, here.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@everywhere
@context
def keyframe(ctx: Context, job: str, shot: int, out: Path | None, force: bool) -> None:
    """Save the sharpest picture of a shot, as JPEG. Shots are counted from 1."""
    from daemon.contract.values import shown

    async def asked(daemon: "Daemon") -> tuple[str, bytes]:
        job_id = await number(daemon, job)
        return Path((await daemon.job(job_id)).name).stem, await daemon.still(job_id, shot)

    stem, picture = ctx.ask(asked)
    place = out or Path(f"{stem}.shot-{shot}.jpg")
    if place == Path("-"):
        sys.stdout.buffer.write(picture)
        return
    try:
        with place.open("wb" if force else "xb") as file:
            file.write(picture)
    except FileExistsError:
        raise Failed(f"{shown(place)} is there already", "--force replaces it") from None
    click.echo(shown(place))


def _draw(film: "Timeline", skips: "FilmSkips", seen: tuple[float, float], width: int | None) -> None:
    """The strip as the monitor draws it, with nothing under a cursor."""
    from rich.console import Console

    from tui.timeline.strip import LABEL, Marks, strip
    from tui.timeline.view import View

    start, end = seen
    if start >= end:
        raise Failed("the stretch ends before it begins")
    console = Console(width=width, highlight=False)
    view = View(film.duration, max(1, console.width - LABEL), start, end)
    nowhere = 2 * film.duration + end
    *rows, _ = strip(film, view, Marks(nowhere, own=skips.own, suggested=skips.suggestions))
    for row in rows:
        console.print(row, soft_wrap=True, end="\n")
    console.print(LEGEND, style="dim")


def _seconds(written: str | None, film: "Timeline", otherwise: float) -> float:
    from config.times import parse

    if written is None:
        return otherwise
    try:
        return min(max(parse(written).resolve(film.duration), 0.0), film.duration)
    except ValueError as error:
        raise Failed(str(error)) from error
