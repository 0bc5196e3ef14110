"""What works on files: each starts ``python -m daemon …``, so that nothing heavy is ever loaded here."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

import click

from tui.commands.context import Context, as_json, context, everywhere
from tui.commands.watching import absolute
from tui.failures import FAILED, Failed

if TYPE_CHECKING:
    from daemon.contract.lines import FinishedLine, Line, RefusedLine
    from tui.drawing import Drawing

ENDS_WITHIN = 10.0  # seconds that a run has to tidy up after Ctrl-C


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
    _run(ctx, "write", [*chosen, str(absolute(video))], as_json)


@click.command(hidden=True)
@click.argument("video", type=click.Path(path_type=Path))
@as_json
@everywhere
@context
def analyse(ctx: Context, video: Path, as_json: bool) -> None:
    """Measure one video: shots, sound, speech."""
    _run(ctx, "analyse", [str(absolute(video))], as_json)


def command_line(*arguments: str) -> list[str]:
    """Our daemon's command, whatever lies in the folder in which somebody stands."""
    return [sys.executable, "-P", "-m", "daemon", *arguments]


def surroundings() -> dict[str, str]:
    """The environment for it: it finds the same packages as we do."""
    ours = str(Path(__file__).parents[2])
    paths = [ours, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def become(*arguments: str) -> NoReturn:
    """Goes on as that program."""
    sys.stdout.flush()
    os.execve(sys.executable, command_line(*arguments), surroundings())  # noqa: S606 – ours


def _run(ctx: Context, name: str, arguments: Sequence[str], as_json: bool) -> None:
    ctx.settings()  # a wrong configuration is said before anything starts
    command = command_line(name, *ctx.arguments(), *arguments)
    with tempfile.TemporaryFile() as said, subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=None if ctx.debug else said, env=surroundings()
    ) as child:  # fmt: skip
        try:
            end = _passed_on(child) if as_json else _drawn(child)
            code = child.wait()
        except BaseException:
            _ended(child)
            raise
        if end is None:
            raise Failed(f"{name} ended with {code} and no result: {_last_line(said)}", "--debug shows all that it said")
    if as_json:
        click.get_current_context().exit(FAILED if code else 0)
    _say(end)


def _passed_on(child: subprocess.Popen[bytes]) -> "Line | None":
    """Hands each line through; gives the last one that ends a run."""
    end = None
    for raw in child.stdout or ():
        line = _line(raw)
        if line is not None:
            click.echo(raw.rstrip())
        end = line if line is not None and line.kind in ("finished", "refused") else end
    return end


def _drawn(child: subprocess.Popen[bytes]) -> "Line | None":
    from tui.drawing import drawing

    end = None
    with drawing() as drawn:
        for raw in child.stdout or ():
            line = _line(raw)
            if line is not None and not _draw(line, drawn):
                end = line
    return end


def _draw(line: "Line", drawn: "Drawing") -> bool:
    """Whether the run goes on after this line."""
    if line.kind == "stage":
        drawn.stage(line.stage, line.cached)
    elif line.kind == "progress":
        drawn.progress(line.stage, line.done / line.total if line.total else 0.0)
    elif line.kind == "note":
        drawn.note(line.text)
    elif line.kind == "finished":
        drawn.done()
    return line.kind not in ("finished", "refused")


def _say(end: "Line | FinishedLine | RefusedLine") -> None:
    from tui.commands import answers

    if end.kind == "refused":
        answers.to_stderr(end.detail)
        raise Failed(end.message, end.advice)
    if end.kind == "finished":
        answers.lines([*end.notes, *(str(file) for file in end.files)])


def _line(raw: bytes) -> "Line | None":
    from pydantic import ValidationError

    from daemon.contract.lines import LINE

    try:
        return LINE.validate_json(raw)
    except ValidationError:
        return None


def _ended(child: subprocess.Popen[bytes]) -> None:
    """Ctrl-C reaches the child too; one that does not end is ended."""
    try:
        child.terminate()
        child.wait(ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        child.kill()


def _last_line(said: IO[bytes]) -> str:
    said.seek(max(0, said.seek(0, os.SEEK_END) - 2000))
    lines = said.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
