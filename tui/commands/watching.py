"""Looking: the monitor, the state of things, jobs one by one, and why a file is where it is."""

import gc
import socket
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui import terminal
from tui.commands.context import Context, as_json, context, everywhere
from tui.commands.naming import absolute, number
from tui.failures import FAILED, Failed

if TYPE_CHECKING:
    from daemon.contract.jobs import JobDetail
    from daemon.contract.status import Status
    from tui.client import Daemon

DAYS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
JOB = click.argument("job", metavar="JOB")
SINCE = click.option("--since", type=click.DateTime(DAYS), metavar="DAY", help="Films that failed before that day are left out.")


@click.command()
@click.option("--serve", is_flag=True, help="Offer it to a browser on this machine.")
@click.option("--port", type=click.IntRange(1, 65535), default=8642, show_default=True, help="Where, with --serve.")
@everywhere
@context
def tui(ctx: Context, serve: bool, port: int) -> None:
    """Open the monitor: all jobs, live."""
    gc.disable()  # all that is loaded for the monitor stays: looking through it meanwhile takes a tenth of the time to the first picture
    if serve:
        ctx.settings()
        _serve(ctx, port)
        return
    with terminal.asked() as answer:
        ctx.settings()
        from tui.app import Monitor

        monitor = Monitor(ctx.sockets, answer())
    gc.freeze()
    gc.enable()
    monitor.run()


@click.command()
@click.option("--check", is_flag=True, help="Only what a person should look at, a line for each cause; exits 1 where there is any.")
@SINCE
@as_json
@everywhere
@context
def status(ctx: Context, check: bool, since: datetime | None, as_json: bool) -> None:
    """What the daemon does, and what it waits for."""
    if check:
        _check(ctx, since, as_json)
        return
    if since:
        raise click.UsageError("--since goes with --check")
    from daemon.contract.values import shown
    from tui import describing
    from tui.commands import answers

    async def asked(daemon: "Daemon") -> "tuple[str, Status]":
        found = await daemon.status()
        return shown(daemon.socket), found

    socket, found = ctx.ask(asked)
    if as_json:
        answers.as_document(found)
    else:
        answers.lines(describing.status_lines(found, socket))


@click.command()
@JOB
@click.option("--stages", is_flag=True, help="Only the stages of the last run: what was done, and what was reused.")
@as_json
@everywhere
@context
def show(ctx: Context, job: str, stages: bool, as_json: bool) -> None:
    """Everything about one job. JOB is its number or its video's path."""
    from tui import describing, script_lines
    from tui.commands import answers

    found = ctx.ask(lambda daemon: _detail(daemon, job))
    if as_json:
        answers.as_document(found)
    elif stages:
        answers.table(script_lines.stage_rows(found))
    else:
        answers.lines(describing.detail_lines(found))


@click.command()
@JOB
@click.option("--json", "as_json", is_flag=True, help="What happens to it, one JSON document a line; the last is the job as it ended.")
@everywhere
@context
def watch(ctx: Context, job: str, as_json: bool) -> None:
    """Watch one job until it ends, and exit by its outcome.

    Exits 0 when its script is there, 1 when it failed, 4 when it was cancelled, or is ignored.
    """
    from tui.commands.following import OUTCOMES, told, watched

    state = ctx.ask(lambda daemon: told(daemon, job) if as_json else watched(daemon, job))
    click.get_current_context().exit(OUTCOMES[state])


@click.command()
@JOB
@click.option("--follow", is_flag=True, help="Go on with what happens, until Ctrl-C.")
@click.option("--after", type=click.IntRange(0), default=0, metavar="ID", help="Begin after that event.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document a line.")
@everywhere
@context
def log(ctx: Context, job: str, follow: bool, after: int, as_json: bool) -> None:
    """What happened to one job, oldest first."""
    from tui.commands.following import logged

    ctx.ask(lambda daemon: logged(daemon, job, after, follow=follow, as_json=as_json))


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@as_json
@everywhere
@context
def why(ctx: Context, path: Path, as_json: bool) -> None:
    """Why a file is taken, waits, is left alone, or was never seen."""
    from tui import describing
    from tui.commands import answers

    found = ctx.ask(lambda daemon: daemon.why(absolute(path)))
    if as_json:
        answers.as_document(found)
    else:
        answers.lines(describing.why_lines(found))


def _serve(ctx: Context, port: int) -> None:
    from tui.web import HOST, serve

    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError as error:
            raise Failed(f"port {port} of {HOST} cannot be had: {error.strerror}", "name another one: --port") from error
    click.echo(f"the monitor is at http://{HOST}:{port} for browsers on this machine, until Ctrl-C")
    serve([*ctx.arguments(), *(["--socket", str(ctx.socket)] if ctx.socket else [])], port)


def _check(ctx: Context, since: datetime | None, as_json: bool) -> None:
    """Says what a person should look at."""
    from tui import describing
    from tui.commands import answers

    found = ctx.ask(lambda daemon: daemon.alerts(since.astimezone() if since else None))
    answers.as_document(found) if as_json else answers.lines(describing.alert_lines(found))
    if found.items:
        click.get_current_context().exit(FAILED)


async def _detail(daemon: "Daemon", job: str) -> "JobDetail":
    return await daemon.job(await number(daemon, job))
