"""How the daemon itself is: what the doctor finds, what it watches, its numbers, what happens."""

import subprocess
import sys
from typing import TYPE_CHECKING

import click

from tui import program
from tui.commands.context import Context, as_json, context, everywhere
from tui.failures import CONFIGURATION, FAILED, Failed

if TYPE_CHECKING:
    from daemon.contract.doctor import Diagnosis
    from daemon.contract.events import Event


@click.command()
@click.option("--speed", is_flag=True, help="Measure how fast the writer is, too: its model is loaded for that.")
@as_json
@everywhere
@context
def doctor(ctx: Context, speed: bool, as_json: bool) -> None:
    """Look at all that work depends on, and say how to mend it. Exits 1 where something prevents it.

    The daemon looks, where one answers: as a service it sees other folders than you, and has other rights.
    """
    from tui import describing
    from tui.client import NoDaemon
    from tui.commands import answers

    try:
        found = ctx.ask(lambda daemon: daemon.doctor(speed=speed))
    except NoDaemon:
        found = _looked_from_here(ctx, speed)
    answers.as_document(found) if as_json else answers.lines(describing.diagnosis_lines(found))
    if any(finding.verdict == "bad" for finding in found.findings):
        click.get_current_context().exit(FAILED)


@click.command()
@as_json
@everywhere
@context
def inboxes(ctx: Context, as_json: bool) -> None:
    """List the folders that are watched, and how."""
    from tui.commands import answers

    found = ctx.ask(lambda daemon: daemon.inboxes())
    if as_json:
        answers.as_document(found)
    elif found.root:
        answers.table([["INBOX", "WATCHED BY", "NOTE"], *([one.path, one.watched, one.note] for one in found.root)])
    else:
        click.echo("no folder is watched; name one in the configuration: inboxes: ~/Videos/inbox")


@click.command()
@everywhere
@context
def metrics(ctx: Context) -> None:
    """Print the daemon's numbers, as Prometheus reads them."""
    click.echo(ctx.ask(lambda daemon: daemon.metrics()), nl=False)


@click.command()
@click.option("--since", type=click.IntRange(0), metavar="ID", help="Begin after that event. Default: with what happens from now on.")
@click.option("--count", type=click.IntRange(1), metavar="N", help="End after so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document a line.")
@everywhere
@context
def events(ctx: Context, since: int | None, count: int | None, as_json: bool) -> None:
    """Print what happens, as it happens.

    Until Ctrl-C; also through restarts of the daemon.
    """
    import asyncio

    asyncio.run(_follow(ctx, since, count, as_json))


async def _follow(ctx: Context, since: int | None, count: int | None, as_json: bool) -> None:
    from contextlib import aclosing

    from daemon.contract.events import Event
    from tui.client import NoDaemon
    from tui.following import Lost, follow

    seen = 0
    async with aclosing(follow(ctx.sockets, since)) as happened:
        async for what in happened:
            if isinstance(what, Lost):
                if not isinstance(what.error, NoDaemon) or not seen:
                    raise what.error
                Failed(what.error.message, "it is called again").show()
            elif isinstance(what, Event):
                _say(what, as_json)
                seen += 1
            if seen == count:
                return


def _say(event: "Event", as_json: bool) -> None:
    import json

    from tui import describing
    from tui.commands import answers

    if as_json:
        click.echo(json.dumps(event.model_dump(mode="json")))
    else:
        answers.lines([describing.event_line(event)])
    sys.stdout.flush()


def _looked_from_here(ctx: Context, speed: bool) -> "Diagnosis":
    """What our daemon's program finds where no daemon runs."""
    from pydantic import ValidationError

    from daemon.contract.doctor import Diagnosis

    ctx.settings()  # a wrong configuration is said before anything starts
    command = program.command_line("doctor", *ctx.arguments(), *(["--speed"] if speed else []))
    errors = None if ctx.debug else subprocess.PIPE
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, env=program.surroundings(), check=False)
    try:
        return Diagnosis.model_validate_json(done.stdout)
    except ValidationError as error:
        said = (done.stderr or b"").decode(errors="replace").strip().rpartition("\n")[2]
        code = CONFIGURATION if done.returncode == CONFIGURATION else FAILED
        raise Failed(f"the doctor ended with {done.returncode}: {said or 'it said nothing'}", "--debug shows all of it", code) from error
