"""Messages to people: listening for what is worth one, and trying whether they get through."""

import logging
import sys

import click

from tui.commands.context import Context, context, everywhere
from tui.failures import FAILED, Failed

NOBODY = "nobody is to be told"
HOW = "Set notify.urls or notify.command in the configuration."


@click.group()
def notify() -> None:
    """Messages when films are done, fail or wait: to a phone, by mail, to a program."""


@notify.command("test")
@everywhere
@context
def test(ctx: Context) -> None:
    """Send a message every way that the configuration names, and say what became of it."""
    import asyncio

    from tui.notify.sending import Message, send

    settings = ctx.settings().notify
    if not (settings.urls or settings.command):
        raise Failed(NOBODY, HOW)
    text = "This is how Reelscribe tells you about films. You asked for a test."
    became = asyncio.run(send(settings, Message("test", "Reelscribe: a test", text)))
    for way, why in became.items():
        click.echo(f"{way}: {why or 'sent'}")
    if any(became.values()):
        click.get_current_context().exit(FAILED)


@notify.command("serve")
@everywhere
@context
def serve(ctx: Context) -> None:
    """Listen to the daemon and send messages, until stopped."""
    import asyncio

    from tui.notify.serving import serve as serving

    settings = ctx.settings().notify
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for chatty in ("httpx", "httpcore", "apprise"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    if not (settings.urls or settings.command):
        click.echo(f"{NOBODY}. {HOW}")  # no fault: the unit may run before anybody has decided
        return
    asyncio.run(serving(ctx.sockets, settings))
