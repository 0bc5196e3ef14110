"""Setting up: speech models and the configuration."""

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from tui.commands.context import Context, as_json, context, everywhere
from tui.failures import CONFIGURATION
from tui.program import become

if TYPE_CHECKING:
    from config.settings import Settings


HOW_TO_COMPLETE = """Print what completes commands in your shell.

\b
bash  reelscribe completion bash > ~/.local/share/bash-completion/completions/reelscribe
zsh   reelscribe completion zsh > ~/.zfunc/_reelscribe
fish  reelscribe completion fish > ~/.config/fish/completions/reelscribe.fish
"""


@click.group()
def models() -> None:
    """Speech models: which are here, and fetching one."""


@models.command("pull")
@click.argument("name", required=False)
@everywhere
@context
def pull(ctx: Context, name: str | None) -> None:
    """Fetch a speech model: NAME, or the one that the configuration names; `speakers` is what tells voices apart."""
    become("models", "pull", *ctx.arguments(), *([name] if name else []))


@models.command("list")
@as_json
@everywhere
@context
def list_models(ctx: Context, as_json: bool) -> None:
    """The speech models that are here."""
    become("models", "list", *ctx.arguments(), *(["--json"] if as_json else []))


@click.group()
def config() -> None:
    """The configuration: what holds, whether it is right, where it lies."""


@config.command("show")
@as_json
@everywhere
@context
def show(ctx: Context, as_json: bool) -> None:
    """Every setting as it holds, from all files and the environment together."""
    from tui.commands import answers

    settings = ctx.settings()
    if as_json:
        answers.as_document(settings)
    else:
        answers.lines(_as_yaml(settings).splitlines())


@config.command("check")
@as_json
@everywhere
@context
def check(ctx: Context, as_json: bool) -> None:
    """Say everything that is wrong with it, with file and line; exits 78 where something is."""
    from config.errors import ConfigProblems

    try:
        ctx.settings()
    except ConfigProblems as problems:
        if not as_json:
            raise
        click.echo(json.dumps({"problems": [asdict(problem) for problem in problems.problems]}, indent=2))
        click.get_current_context().exit(CONFIGURATION)
    click.echo(json.dumps({"problems": []}) if as_json else "the configuration is fine")


@config.command("path")
@as_json
@everywhere
@context
def path(ctx: Context, as_json: bool) -> None:
    """The files that are read, the strongest last."""
    from config.places import config_files
    from daemon.contract.values import shown

    files = (ctx.config,) if ctx.config else config_files(os.environ)
    if as_json:
        click.echo(json.dumps([{"path": shown(file), "exists": file.exists()} for file in files], indent=2))
        return
    for file in files:
        click.echo(f"{shown(file)}{'' if file.exists() else '  (not there)'}")


@click.command(help=HOW_TO_COMPLETE)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@everywhere
def completion(shell: str) -> None:
    """What completes commands."""
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None  # noqa: S101 - click knows these three
    click.echo(made(click.get_current_context().find_root().command, {}, "reelscribe", "_REELSCRIBE_COMPLETE").source())


def _as_yaml(settings: "Settings") -> str:
    from io import StringIO

    from ruamel.yaml import YAML

    text, yaml = StringIO(), YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.dump(settings.model_dump(mode="json"), text)
    return text.getvalue()
