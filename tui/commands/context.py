"""What every command may be told (``--config``, ``--socket``, ``--debug``) and what it finds by it."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from config.settings import Settings
    from tui.client import Daemon

Answer = TypeVar("Answer")
Command = Callable[..., Any]


@dataclass
class Context:
    """What was asked for on the command line, before or after the command's name."""

    config: Path | None = None
    socket: Path | None = None
    debug: bool = False

    def settings(self) -> "Settings":
        """Raises ConfigProblems."""
        from config.load import load

        return load(self.config, os.environ)

    def sockets(self) -> tuple[Path, ...]:
        """Where the daemon may answer, in the order in which to try."""
        from config.places import sockets

        return (self.socket,) if self.socket else sockets(self.settings(), os.environ)

    def ask(self, question: "Callable[[Daemon], Awaitable[Answer]]") -> Answer:
        """Asks the daemon. Raises what ``tui.client`` raises."""
        from tui.client import ask

        return ask(self.sockets(), question)

    def arguments(self) -> list[str]:
        """The configuration file for ``python -m daemon``."""
        return ["--config", str(self.config)] if self.config else []


def everywhere(command: Command) -> Command:
    """Adds the options that every command takes."""
    options = (
        click.option("--config", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Use this configuration file.",
                     expose_value=False, callback=_noted),
        click.option("--socket", type=click.Path(path_type=Path), metavar="PATH", help="Where the daemon answers.",
                     expose_value=False, callback=_noted),
        click.option("--debug", is_flag=True, help="Show where an error comes from.", expose_value=False, callback=_noted),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


as_json = click.option("--json", "as_json", is_flag=True, help="The same as JSON, for scripts.")
context = click.make_pass_decorator(Context, ensure=True)


def _noted(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value:
        setattr(ctx.ensure_object(Context), str(parameter.name), value)
