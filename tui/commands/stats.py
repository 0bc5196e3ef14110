"""What all the work took."""

import click

from tui.commands.context import Context, as_json, context, everywhere


@click.command()
@as_json
@everywhere
@context
def stats(ctx: Context, as_json: bool) -> None:
    """What each model took in each stage: seconds and tokens a film minute."""
    from tui import script_lines
    from tui.commands import answers

    found = ctx.ask(lambda daemon: daemon.statistics())
    if as_json:
        answers.as_document(found)
    elif found.items:
        answers.table(script_lines.statistics_rows(found))
    else:
        click.echo("nothing was done yet")
