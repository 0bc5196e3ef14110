"""Running the daemon's program on one film, and showing what it says of its work."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import IO, TYPE_CHECKING

import click

from tui import program
from tui.commands.context import Context
from tui.failures import Failed

if TYPE_CHECKING:
    from daemon.contract.lines import FinishedLine, Line
    from tui.drawing import Drawing

ENDS_WITHIN = 10.0  # seconds that a run has to tidy up after Ctrl-C

Child = subprocess.Popen[bytes]
Show = Callable[[Child], "Line | None"]
"""Shows what a child says as long as it runs; gives the line that ends a run, None where there was none."""


def run(ctx: Context, name: str, arguments: Sequence[str], show: Show) -> "tuple[Line, int]":
    """Runs ``python -m daemon NAME``; gives its last line and its exit code. Raises Failed where it ends without a word."""
    ctx.settings()  # a wrong configuration is said before anything starts
    command = program.command_line(name, *ctx.arguments(), *arguments)
    with tempfile.TemporaryFile() as said, subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=None if ctx.debug else said, env=program.surroundings()
    ) as child:  # fmt: skip
        try:
            end = show(child)
            code = child.wait()
        except BaseException:
            _ended(child)
            raise
        if end is None:
            raise Failed(f"{name} ended with {code} and no result: {_last_line(said)}", "--debug shows all that it said")
    return end, code


def result(end: "Line") -> "FinishedLine":
    """What came of a run. Raises Failed where it was refused."""
    from daemon.contract.lines import FinishedLine, RefusedLine
    from tui.commands import answers

    if isinstance(end, RefusedLine):
        answers.to_stderr(end.detail)
        raise Failed(end.message, end.advice)
    assert isinstance(end, FinishedLine)  # noqa: S101 - nothing else ends a run
    return end


def passed_on(child: Child) -> "Line | None":
    """Hands each line through, for another program to read."""
    end = None
    for raw in child.stdout or ():
        line = _line(raw)
        if line is not None:
            click.echo(raw.rstrip())
        end = line if line is not None and line.kind in ("finished", "refused") else end
    return end


def drawn(child: Child) -> "Line | None":
    """Bars, or plain lines where there is no terminal."""
    from tui.drawing import drawing

    return _drawn(child, drawing())


def drawn_aside(child: Child) -> "Line | None":
    """Bars on stderr, where that is a terminal: stdout is for the result."""
    from tui.drawing import bars, nothing

    return _drawn(child, bars(sys.stderr) if sys.stderr.isatty() else nothing())


def _drawn(child: Child, drawing: "AbstractContextManager[Drawing]") -> "Line | None":
    end = None
    with drawing as drawn:
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


def _line(raw: bytes) -> "Line | None":
    from pydantic import ValidationError

    from daemon.contract.lines import LINE

    try:
        return LINE.validate_json(raw)
    except ValidationError:
        return None


def _ended(child: Child) -> None:
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
