"""Jobs: listing them, adding to them, and moving them on."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.context import Context, as_json, context, everywhere
from tui.commands.naming import absolute, number
from tui.commands.watching import JOBS
from tui.failures import FAILED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from daemon.contract.jobs import Job, JobPage
    from daemon.contract.states import JobState
    from tui.client import Action, Daemon

STATES = ("arriving", "pending", "processing", "held", "paused", "completed", "failed", "cancelled", "ignored")


@click.group(invoke_without_command=True)
@click.option("--state", type=click.Choice(STATES), metavar="STATE", help=f"Only jobs that are {', '.join(STATES)}.")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="At most so many.")
@click.option("--after", type=click.IntRange(1), metavar="JOB", help="Go on below this job.")
@as_json
@everywhere
@context
def jobs(ctx: Context, state: str | None, limit: int, after: int | None, as_json: bool) -> None:
    """List jobs, newest first."""
    if click.get_current_context().invoked_subcommand is None:
        _list(ctx, state, limit, after, as_json)


@jobs.command("rm")
@JOBS
@everywhere
@context
def remove(ctx: Context, jobs: tuple[str, ...]) -> None:
    """Forget jobs and what was kept for them. No video and no script is deleted."""

    async def removed(daemon: "Daemon", job: str) -> str:
        job_id = await number(daemon, job)
        await daemon.delete(job_id)
        return f"job {job_id} is forgotten"

    _each(ctx, jobs, removed)


@click.command()
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@as_json
@everywhere
@context
def add(ctx: Context, paths: tuple[Path, ...], as_json: bool) -> None:
    """Take videos that lie outside every inbox, or that were passed over."""
    from tui.commands import answers

    found: JobPage = ctx.ask(lambda daemon: daemon.add([absolute(path) for path in paths]))
    if as_json:
        answers.as_document(found)
    else:
        answers.table(answers.job_rows(found.items))


@click.command()
@JOBS
@everywhere
@context
def retry(ctx: Context, jobs: tuple[str, ...]) -> None:
    """Run jobs again that failed or ended."""
    _act(ctx, jobs, "retry")


@click.command()
@JOBS
@everywhere
@context
def cancel(ctx: Context, jobs: tuple[str, ...]) -> None:
    """End jobs; `retry` brings them back."""
    _act(ctx, jobs, "cancel")


@click.command()
@JOBS
@everywhere
@context
def pause(ctx: Context, jobs: tuple[str, ...]) -> None:
    """Stop jobs until they are resumed. What is done is kept."""
    _act(ctx, jobs, "pause")


@click.command()
@JOBS
@click.option("--all", "everything", is_flag=True, help="Every paused job.")
@click.option("--inbox", type=click.Path(path_type=Path), metavar="DIR", help="Every paused job of this inbox.")
@everywhere
@context
def resume(ctx: Context, jobs: tuple[str, ...], everything: bool, inbox: Path | None) -> None:
    """Let paused jobs wait their turn again."""
    if not everything and inbox is None:
        _act(ctx, jobs, "resume")
        return
    from tui.wording import many

    if jobs:
        raise click.UsageError("either JOB…, or --all, or --inbox DIR")
    count = ctx.ask(lambda daemon: daemon.resume_all(None if inbox is None else absolute(inbox)))
    click.echo(f"{many(count, 'job')} resumed")


def _list(ctx: Context, state: str | None, limit: int, after: int | None, as_json: bool) -> None:
    from tui.commands import answers

    found = ctx.ask(lambda daemon: daemon.jobs(after, limit, _state(state)))
    if as_json:
        answers.as_document(found)
    elif found.items:
        answers.table(answers.job_rows(found.items))
    else:
        click.echo("no jobs" if state is None else f"no job is {state}")
    if found.next and not as_json:
        click.echo(f"more: reelscribe jobs --after {found.next}", err=True)


def _state(state: str | None) -> "JobState | None":
    from daemon.contract.states import JobState

    return None if state is None else JobState(state)


def _act(ctx: Context, jobs: tuple[str, ...], action: "Action") -> None:
    async def acted(daemon: "Daemon", job: str) -> str:
        found: Job = await daemon.act(await number(daemon, job), action)
        return f"job {found.id} is {found.state}: {found.name}"

    _each(ctx, jobs, acted)


def _each(ctx: Context, jobs: tuple[str, ...], act: "Callable[[Daemon, str], Awaitable[str]]") -> None:
    """Does the same to every job, however many of them refuse."""
    from daemon.contract.errors import ReelscribeError
    from tui.client import NoDaemon
    from tui.commands import answers
    from tui.failures import Failed, told

    if not jobs:
        raise click.UsageError("name a job: its number or its video's path")

    async def all_of_them(daemon: "Daemon") -> list[Failed]:
        refused = []
        for job in jobs:
            try:
                answers.lines([await act(daemon, job)])
            except NoDaemon:
                raise
            except (ReelscribeError, Failed) as error:
                refused.append(error if isinstance(error, Failed) else told(error))
        return refused

    refused = ctx.ask(all_of_them)
    for error in refused:
        error.show()
    if refused:
        click.get_current_context().exit(FAILED)
