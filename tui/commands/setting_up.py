"""Setting up: speech models and the configuration."""

import os
from typing import TYPE_CHECKING

import click

from tui.commands.context import Context, as_json, context, everywhere
from tui.program import become

if TYPE_CHECKING:
    from config.settings import Settings


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
@everywhere
@context
def check(ctx: Context) -> None:
    """Say everything that is wrong with it, with file and line; exits 78 where something is."""
    ctx.settings()
    click.echo("the configuration is fine")


@config.command("path")
@everywhere
@context
def path(ctx: Context) -> None:
    """The files that are read, the strongest last."""
    from config.places import config_files
    from daemon.contract.values import shown

    for file in (ctx.config,) if ctx.config else config_files(os.environ):
        click.echo(f"{shown(file)}{'' if file.exists() else '  (not there)'}")


def _as_yaml(settings: "Settings") -> str:
    from io import StringIO

    from ruamel.yaml import YAML

    text, yaml = StringIO(), YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.dump(settings.model_dump(mode="json"), text)
    return text.getvalue()
