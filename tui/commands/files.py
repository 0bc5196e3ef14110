"""What works on files: each starts the daemon's own program, so that nothing heavy is ever loaded here."""

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.context import Context, context, everywhere
from tui.commands.naming import absolute
from tui.commands.running import drawn, drawn_aside, passed_on, result, run
from tui.failures import FAILED
from tui.program import become

if TYPE_CHECKING:
    from daemon.contract.lines import Line

FORMATS = ("json", "csv", "edl", "otio", "html")


@click.command()
@everywhere
@context
def serve(ctx: Context) -> None:
    """Run the daemon in this terminal; Ctrl-C ends it."""
    become("serve", *ctx.arguments(), *(["--socket", str(ctx.socket)] if ctx.socket else []))


@click.command()
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Leave the film and its script there.")
@everywhere
@context
def demo(ctx: Context, keep: Path | None) -> None:
    """See it work: a short film with speech, a private daemon, a script."""
    import asyncio

    from tui.demo import demo as shown_to_work

    asyncio.run(shown_to_work(keep))


@click.command()
@click.argument("video", type=click.Path(path_type=Path))
@click.option("--draft", is_flag=True, help="No language model: the built-in draft writer.")
@click.option("--writer", metavar="MODEL", help="The Ollama model that writes.")
@click.option("--json", "as_json", is_flag=True, help="Progress and result as one JSON document a line.")
@everywhere
@context
def write(ctx: Context, video: Path, draft: bool, writer: str | None, as_json: bool) -> None:
    """Write one video's script here and now, without the daemon."""
    chosen = ["--set=writer.engine=draft"] if draft else []
    chosen += [f"--set=ollama.writer={writer}"] if writer else []
    end, code = run(ctx, "write", [*chosen, str(absolute(video))], passed_on if as_json else drawn)
    if as_json:
        click.get_current_context().exit(FAILED if code else 0)
    _tell(end)


@click.command()
@click.argument("video", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, and no files.")
@click.option("--format", "formats", default="html", metavar="NAMES", help=f"Files to write: {','.join(FORMATS)}. Default: html.")
@click.option("--mode", type=click.Choice(["fast", "exact"]), default="fast", help="exact: look at every picture. Default: fast.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), metavar="DIR", help="Where. Default: here.")
@click.option("--speech", is_flag=True, help="Transcribe too, so that no speech is called an advert.")
@everywhere
@context
def analyse(ctx: Context, video: Path, as_json: bool, formats: str, mode: str, out: Path, speech: bool) -> None:
    """Measure one video: shots, camera, black, silence, what to skip."""
    asked = [f"--mode={mode}", *(["--speech"] if speech else []), str(absolute(video))]
    if not as_json:
        end, _ = run(ctx, "analyse", [f"--format={formats}", f"--out={absolute(out)}", *asked], drawn)
        _tell(end)
        return
    with tempfile.TemporaryDirectory() as folder:
        end, _ = run(ctx, "analyse", ["--format=json", f"--out={folder}", *asked], drawn_aside)
        (document,) = result(end).files
        sys.stdout.buffer.write(document.read_bytes())


def _tell(end: "Line") -> None:
    from tui.commands import answers

    finished = result(end)
    answers.lines([*finished.notes, *(str(file) for file in finished.files)])
