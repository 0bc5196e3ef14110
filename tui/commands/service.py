"""The hardened service: which folders it sees, and how it is."""

import os
from pathlib import Path

import click

from tui.commands.context import as_json, everywhere
from tui.failures import Failed

FOLDER = click.argument("path", type=click.Path(path_type=Path))
PERSON = click.option("--for", "person", metavar="USER", help="Whose service it is; you, where it is left out.")


@click.group()
def service() -> None:
    """The hardened service: which folders it sees, and how it is."""


@service.command("add-inbox")
@FOLDER
@PERSON
@everywhere
def add_inbox(path: Path, person: str | None) -> None:
    """Let the service see the folder PATH, watch it, and restart the service."""
    from tui.service import Service

    found = Service(_whose(person))
    found.add(path)
    click.echo(f"{path} is an inbox of {found.unit}")


@service.command("remove-inbox")
@FOLDER
@PERSON
@everywhere
def remove_inbox(path: Path, person: str | None) -> None:
    """Shut the folder PATH out and restart the service. Nothing in the folder is touched."""
    from tui.service import Service

    found = Service(_whose(person))
    found.remove(path)
    click.echo(f"{path} is no inbox of {found.unit} any more")


@service.command("status")
@PERSON
@as_json
@everywhere
def status(person: str | None, as_json: bool) -> None:
    """How the service is, as systemd sees it, and the folders that it sees."""
    from daemon.contract.values import shown
    from tui.commands import answers
    from tui.service import Service

    found = Service(_whose(person))
    state, inboxes = found.state(), [shown(inbox) for inbox in found.inboxes()]
    if as_json:
        import json

        click.echo(json.dumps({"unit": found.unit, **state, "inboxes": inboxes}))
        return
    rows = [f"{name}: {value}" for name, value in state.items() if value and value != "[not set]"]
    answers.lines([found.unit, *rows, *(f"inbox: {inbox}" for inbox in inboxes)])


def _whose(person: str | None) -> str:
    """A login name: given, or that of whoever called sudo, or one's own. Raises Failed."""
    found = person or os.environ.get("SUDO_USER") or os.environ.get("USER") or ""
    if not found or "/" in found or found.startswith(("-", ".")):
        raise Failed("say whose service it is", "reelscribe service … --for anna")
    return found
