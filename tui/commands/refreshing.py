"""Having scripts written again that would be other ones today."""

from typing import TYPE_CHECKING

import click

from tui.commands.context import Context, context, everywhere
from tui.commands.naming import number
from tui.failures import FAILED, Failed

if TYPE_CHECKING:
    from daemon.contract.jobs import BulkDone
    from tui.client import Daemon


@click.command()
@click.argument("videos", metavar="[VIDEO…]", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All whose script is stale.")
@everywhere
@context
def refresh(ctx: Context, videos: tuple[str, ...], everything: bool) -> None:
    """Write scripts again, as they would be written today. What people edited and locked stays."""
    if bool(videos) == everything:
        raise click.UsageError("name a job, its number or its video's path; or --all")

    async def asked(daemon: "Daemon") -> "BulkDone":
        return await daemon.refresh(None if everything else [await number(daemon, video) for video in videos])

    came_of_it = ctx.ask(asked)
    if everything and not came_of_it.count:
        click.echo("no script is stale")
    else:
        click.echo(f"{came_of_it.count} script{'' if came_of_it.count == 1 else 's'} to be written again")
    for one in came_of_it.refused:
        Failed(f"not job {one.id}: {one.reason}").show()
    if came_of_it.refused:
        click.get_current_context().exit(FAILED)
