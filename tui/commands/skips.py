"""Skips: what is left out of a film, what is suggested, changing it, and teaching the films that follow."""

from typing import TYPE_CHECKING

import click

from tui.commands.context import Context, as_json, context, everywhere
from tui.commands.editing import edit
from tui.commands.jobs import NEGATIVE
from tui.commands.naming import number
from tui.commands.watching import JOB
from tui.failures import Failed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from daemon.contract.skips import FilmSkips, LearnedRanges, NewRange, OwnRange, RangeKind, Suggestion
    from tui.client import Daemon

VIDEO = click.argument("job", metavar="VIDEO")
RANGE = click.argument("range_id", metavar="RANGE")
NOTE = click.option("--note", default="", metavar="TEXT", help="Why, for whoever reads it.")
TIMES = "Times are seconds, m:ss or h:mm:ss.mmm; with a minus they count from the end; `end` is the end."


@click.group()
@everywhere
def skips() -> None:
    """What is left out: see it, change it, teach it, take it back."""


@skips.command("list")
@click.argument("job", metavar="[VIDEO]", required=False)
@as_json
@everywhere
@context
def listed(ctx: Context, job: str | None, as_json: bool) -> None:
    """Show what is left out of a video and what is suggested; without VIDEO, what was learned."""
    from tui import skip_lines
    from tui.commands import answers

    if job is None:
        learned = ctx.ask(lambda daemon: daemon.learned())
        answers.as_document(learned) if as_json else answers.lines(skip_lines.learned_lines(learned))
        return
    found = ctx.ask(lambda daemon: _of(daemon, job))
    answers.as_document(found) if as_json else answers.lines(skip_lines.skip_lines(found))


@skips.command(context_settings=NEGATIVE, help=f"Leave a range out of a video's script.\n\n{TIMES}")
@VIDEO
@click.argument("start")
@click.argument("end")
@NOTE
@as_json
@everywhere
@context
def add(ctx: Context, job: str, start: str, end: str, note: str, as_json: bool) -> None:
    """Leave a range out."""
    _add(ctx, "skip", job, (start, end), note, as_json)


@skips.command(
    context_settings=NEGATIVE, help=f"Never leave this range out by itself. Over an automatic skip it takes that away.\n\n{TIMES}"
)
@VIDEO
@click.argument("start")
@click.argument("end")
@NOTE
@as_json
@everywhere
@context
def keep(ctx: Context, job: str, start: str, end: str, note: str, as_json: bool) -> None:
    """Protect a range."""
    _add(ctx, "keep", job, (start, end), note, as_json)


@skips.command()
@VIDEO
@RANGE
@click.option("--start", metavar="TIME", help="Begins there.")
@click.option("--end", metavar="TIME", help="Ends there.")
@click.option("--note", metavar="TEXT", help="Why; an empty one takes it away.")
@as_json
@everywhere
@context
def change(ctx: Context, job: str, range_id: str, start: str | None, end: str | None, note: str | None, as_json: bool) -> None:
    """Change a range of yours: RANGE is its name in `skips list`, such as skip-1. What is not named stays."""
    from daemon.contract.skips import ChangedRange

    if start is None and end is None and note is None:
        raise click.UsageError("say what changes: --start, --end, --note")

    async def changed(daemon: "Daemon", job_id: int, known: "FilmSkips") -> "FilmSkips":
        times = [None if time is None else await _seconds(daemon, job_id, time) for time in (start, end)]
        wanted = ChangedRange(start=times[0], end=times[1], note=note)
        return await daemon.change_range(job_id, _own(known, range_id).id, wanted, known.version)

    _edit(ctx, job, changed, as_json)


@skips.command()
@VIDEO
@RANGE
@as_json
@everywhere
@context
def remove(ctx: Context, job: str, range_id: str, as_json: bool) -> None:
    """Take a range of yours away. An automatic skip is taken away by `skips keep`."""

    async def removed(daemon: "Daemon", job_id: int, known: "FilmSkips") -> "FilmSkips":
        return await daemon.remove_range(job_id, _own(known, range_id).id, known.version)

    _edit(ctx, job, removed, as_json)


@skips.command(context_settings=NEGATIVE)
@VIDEO
@RANGE
@click.argument("at", metavar="TIME")
@as_json
@everywhere
@context
def split(ctx: Context, job: str, range_id: str, at: str, as_json: bool) -> None:
    """Make two of a range of yours, which meet at TIME."""
    from daemon.contract.skips import SplitRange

    async def made_two(daemon: "Daemon", job_id: int, known: "FilmSkips") -> "FilmSkips":
        wanted = SplitRange(at=await _seconds(daemon, job_id, at))
        return await daemon.split_range(job_id, _own(known, range_id).id, wanted, known.version)

    _edit(ctx, job, made_two, as_json)


@skips.command()
@VIDEO
@click.argument("numbers", metavar="[NUMBER…]", nargs=-1, type=click.IntRange(1))
@click.option("--all", "everything", is_flag=True, help="Everything that is suggested.")
@as_json
@everywhere
@context
def accept(ctx: Context, job: str, numbers: tuple[int, ...], everything: bool, as_json: bool) -> None:
    """Leave out what is suggested: NUMBER as `skips list` counts them."""
    if bool(numbers) == everything:
        raise click.UsageError("name what `skips list` suggests by its number, or --all")

    async def accepted(daemon: "Daemon", job_id: int, known: "FilmSkips") -> "FilmSkips":
        if everything and not known.suggestions:
            raise Failed("nothing is suggested")
        wanted = [_suggested(known, each) for each in numbers] if numbers else known.suggestions
        for one in wanted:
            known = await daemon.add_range(job_id, _taken(one), known.version)
        return known

    _edit(ctx, job, accepted, as_json)


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
    from tui import skip_lines
    from tui.commands import answers

    found = ctx.ask(lambda daemon: _learn(daemon, job))
    answers.as_document(found) if as_json else answers.lines(skip_lines.learned_lines(found))


@skips.command()
@click.argument("learned_id", metavar="ID", type=click.IntRange(1))
@everywhere
@context
def forget(ctx: Context, learned_id: int) -> None:
    """Take a learned range back. Scripts that are written stay as they are."""
    ctx.ask(lambda daemon: daemon.forget(learned_id))
    click.echo(f"learned range {learned_id} is forgotten")


skips.add_command(edit)


def _add(ctx: Context, kind: "RangeKind", job: str, times: tuple[str, str], note: str, as_json: bool) -> None:
    from daemon.contract.skips import NewRange

    async def added(daemon: "Daemon", job_id: int, known: "FilmSkips") -> "FilmSkips":
        start, end = [await _seconds(daemon, job_id, time) for time in times]
        return await daemon.add_range(job_id, NewRange(kind=kind, start=start, end=end, note=note), known.version)

    _edit(ctx, job, added, as_json)


def _edit(ctx: Context, job: str, change: "Callable[[Daemon, int, FilmSkips], Awaitable[FilmSkips]]", as_json: bool) -> None:
    """Changes what is written down as it stands at this moment, and shows what is written down then."""
    from tui import skip_lines
    from tui.commands import answers

    async def asked(daemon: "Daemon") -> "FilmSkips":
        job_id = await number(daemon, job)
        return await change(daemon, job_id, await daemon.skips(job_id))

    found = ctx.ask(asked)
    if as_json:
        answers.as_document(found)
        return
    answers.lines([*skip_lines.own_lines(found.own), f"written to {found.file}" if found.file else "nothing is written down any more"])


async def _seconds(daemon: "Daemon", job_id: int, written: str) -> float:
    """A time as a person writes it; the film's length is asked for only where it counts from the end."""
    from config.times import parse

    try:
        time = parse(written)
    except ValueError as error:
        raise Failed(str(error)) from error
    if not time.from_end:
        return time.seconds
    duration = (await daemon.timeline(job_id)).duration
    if not duration:
        raise Failed("nobody knows yet how long the film is", "write the time from its start, or wait until it was looked at")
    return max(0.0, time.resolve(duration))


def _own(known: "FilmSkips", range_id: str) -> "OwnRange":
    found = next((own for own in known.own if own.id == range_id), None)
    if found is None:
        there = ", ".join(own.id for own in known.own)
        raise Failed(f"there is no range {range_id}", f"there is {there}" if there else "nothing is written down for this film")
    return found


def _suggested(known: "FilmSkips", wanted: int) -> "Suggestion":
    if wanted > len(known.suggestions):
        raise Failed(f"there is no suggestion {wanted}", "`reelscribe skips list VIDEO` counts them")
    return known.suggestions[wanted - 1]


def _taken(one: "Suggestion") -> "NewRange":
    from daemon.contract.skips import NewRange

    return NewRange(start=one.start, end=one.end, note=one.note or one.reason)


async def _of(daemon: "Daemon", job: str) -> "FilmSkips":
    return await daemon.skips(await number(daemon, job))


async def _learn(daemon: "Daemon", job: str) -> "LearnedRanges":
    return await daemon.learn(await number(daemon, job))
