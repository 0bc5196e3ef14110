"""Jobs: listing them, adding to them, and moving them on."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.commands.choosing import Chosen, conditions, done, many
from tui.commands.context import Context, as_json, context, everywhere
from tui.commands.naming import absolute, number
from tui.failures import FAILED, Failed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from daemon.contract.jobs import BulkAction, BulkDone, Job, JobPage, JobSort
    from daemon.contract.states import JobState
    from tui.client import Action, Daemon

SORTS = ("newest", "oldest", "changed", "queue", "name")
PAST = {"retry": "to be run again", "cancel": "cancelled", "pause": "paused", "resume": "resumed", "prioritise": "moved in the line",
        "delete": "forgotten"}  # fmt: skip
NEGATIVE = {"ignore_unknown_options": True}  # -5 is a number, not an option


@click.group(invoke_without_command=True)
@conditions
@click.option("--sort", type=click.Choice(SORTS), default="newest", show_default=True, help="queue: the order in which they are taken.")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="At most so many.")
@click.option("--after", type=click.IntRange(1), metavar="JOB", help="Go on below this job.")
@as_json
@everywhere
@context
def jobs(
    ctx: Context, state: str | None, inbox: Path | None, text: str, sort: "JobSort", limit: int, after: int | None, as_json: bool
) -> None:
    """List jobs, newest first."""
    current = click.get_current_context()
    if current.invoked_subcommand is not None:
        return
    from tui.commands import answers

    asked: dict[str, Any] = {"inbox": absolute(inbox) if inbox else None, "text": text, "sort": sort}
    found = ctx.ask(lambda daemon: daemon.jobs(after, limit, _state(state), **asked))
    if as_json:
        answers.as_document(found)
    elif found.items:
        answers.table(answers.job_rows(found.items))
    else:
        click.echo("no jobs" if state is None else f"no job is {state}")
    if found.next and not as_json:
        click.echo(f"more: reelscribe jobs {_again(current)}--after {found.next}", err=True)


@jobs.command("rm")
@many
@everywhere
@context
def remove(ctx: Context, chosen: Chosen) -> None:
    """Forget jobs and what was kept for them.

    No video and no script is deleted. A video that lies in an inbox is left alone until it changes, or until `reelscribe add` names it.
    """

    async def removed(daemon: "Daemon", job: str) -> str:
        job_id = await number(daemon, job)
        await daemon.delete(job_id)
        return f"job {job_id} is forgotten"

    _on_all(ctx, chosen, "delete", removed)


@click.command()
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@as_json
@everywhere
@context
def add(ctx: Context, paths: tuple[Path, ...], as_json: bool) -> None:
    """Take videos that lie in no inbox, or that were passed over."""
    from tui.commands import answers

    found: JobPage = ctx.ask(lambda daemon: daemon.add([absolute(path) for path in paths]))
    if as_json:
        answers.as_document(found)
    else:
        answers.table(answers.job_rows(found.items))


@click.command()
@many
@everywhere
@context
def retry(ctx: Context, chosen: Chosen) -> None:
    """Run jobs again that failed or ended. --all: those that failed."""
    _act(ctx, chosen, "retry")


@click.command()
@many
@everywhere
@context
def cancel(ctx: Context, chosen: Chosen) -> None:
    """End jobs; `retry` brings them back. --all: those that wait or run."""
    _act(ctx, chosen, "cancel")


@click.command()
@many
@everywhere
@context
def pause(ctx: Context, chosen: Chosen) -> None:
    """Stop jobs until they are resumed. What is done is kept."""
    _act(ctx, chosen, "pause")


@click.command()
@many
@everywhere
@context
def resume(ctx: Context, chosen: Chosen) -> None:
    """Let paused jobs wait their turn again."""
    from daemon.contract.jobs import BulkDone

    if chosen.by_filter and not chosen.text and chosen.state in (None, "paused"):  # the daemon does all of them in one go
        inbox = absolute(chosen.inbox) if chosen.inbox else None
        _tell("resume", BulkDone(count=ctx.ask(lambda daemon: daemon.resume_all(inbox))))
    else:
        _act(ctx, chosen, "resume")


@click.command(context_settings=NEGATIVE)
@many
@click.argument("priority", metavar="N", type=click.IntRange(-1000, 1000))
@everywhere
@context
def prioritise(ctx: Context, chosen: Chosen, priority: int) -> None:
    """Put jobs before or behind others.

    Higher goes first; what nobody chose has 0. What runs goes on.
    """
    if unknown := next((job for job in chosen.jobs if job.startswith("--")), None):
        raise click.NoSuchOption(unknown)

    async def moved(daemon: "Daemon", job: str) -> str:
        found: Job = await daemon.prioritise(await number(daemon, job), priority)
        return f"job {found.id} has priority {found.priority}: {found.name}"

    _on_all(ctx, chosen, "prioritise", moved, priority)


def _again(current: click.Context) -> str:
    """The conditions as they were typed, for the next page."""
    import shlex

    given = {name: value for name, value in current.params.items() if name in ("state", "inbox", "text", "limit", "sort") and value}
    defaults = {"limit": 50, "sort": "newest"}
    return "".join(f"--{name} {shlex.quote(str(value))} " for name, value in given.items() if defaults.get(name) != value)


def _state(state: str | None) -> "JobState | None":
    from daemon.contract.states import JobState

    return None if state is None else JobState(state)


def _act(ctx: Context, chosen: Chosen, action: "Action") -> None:
    async def acted(daemon: "Daemon", job: str) -> str:
        found: Job = await daemon.act(await number(daemon, job), action)
        return f"job {found.id} is {found.state}: {found.name}"

    _on_all(ctx, chosen, action, acted)


def _on_all(ctx: Context, chosen: Chosen, action: "BulkAction", act: "Callable[[Daemon, str], Awaitable[str]]", priority: int = 0) -> None:
    """Does it to each job that is named, or to all that the conditions leave."""
    if chosen.by_filter:
        _tell(action, ctx.ask(lambda daemon: done(daemon, chosen, action, priority)))
    else:
        _each(ctx, chosen.jobs, act)


def _tell(action: str, came_of_it: "BulkDone | None") -> None:
    """How many, and those with which it could not be done."""
    from tui.wording import many as counted

    done_with = came_of_it.count if came_of_it else 0
    click.echo(f"{counted(done_with, 'job')} {PAST[action]}")
    for one in came_of_it.refused if came_of_it else ():
        Failed(f"not job {one.id}: {one.reason}").show()
    if came_of_it and came_of_it.refused:
        click.get_current_context().exit(FAILED)


def _each(ctx: Context, jobs: tuple[str, ...], act: "Callable[[Daemon, str], Awaitable[str]]") -> None:
    """Does the same to every job, however many of them refuse."""
    from daemon.contract.errors import ReelscribeError
    from tui.client import NoDaemon
    from tui.commands import answers
    from tui.failures import told

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
