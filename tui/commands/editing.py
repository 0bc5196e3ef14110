"""A film's own file in a person's editor, as visudo does it: a copy is edited, and takes the file's place only once it can be used."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from tui.commands.context import Context, context, everywhere
from tui.commands.naming import absolute
from tui.failures import FAILED, Failed

if TYPE_CHECKING:
    from config.settings import Settings
    from tui.client import Daemon


class Edited(NamedTuple):
    """The file at ``path``, for the film ``video`` of ``duration`` seconds (None: nobody knows)."""

    path: Path
    video: Path
    duration: float | None


@click.command()
@click.argument("video", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@everywhere
@context
def edit(ctx: Context, video: Path) -> None:
    """Open a video's .reelscribe.yaml in your editor; a new one has every key explained.

    It is looked at when you save: what cannot be used is named with its line, and nothing is written until it can.
    """
    settings = ctx.settings()
    edited = _found(ctx, absolute(video), settings)
    with tempfile.TemporaryDirectory(prefix="reelscribe-") as folder:
        copy = Path(folder, edited.path.name)
        before = _content(edited)
        copy.write_bytes(before)
        if _until_it_fits(copy, edited, settings):
            _take_over(copy, edited, before)


def _found(ctx: Context, video: Path, settings: "Settings") -> Edited:
    """Where the file lies: where the daemon reads it, or next to the film."""
    from config.override_files import to_edit

    known, duration = _asked(ctx, video)
    path = known if known and known.is_file() else to_edit(video, settings.watch.extensions)
    folder = path if path.exists() else path.parent
    if not os.access(folder, os.W_OK):
        advice = "`reelscribe skips add` has the daemon write it where it can"
        raise Failed(f"{path} cannot be written", advice)
    return Edited(path, video, duration)


def _asked(ctx: Context, video: Path) -> tuple[Path | None, float | None]:
    """What the daemon knows of the film, if there is one that does: its file, and how long it is."""
    from daemon.contract.errors import ReelscribeError

    async def asked(daemon: "Daemon") -> tuple[Path | None, float | None]:
        job = await daemon.job_of(video)
        if job is None:
            return None, None
        file = (await daemon.skips(job.id)).file
        return Path(file) if file else None, (await daemon.timeline(job.id)).duration or None

    try:
        return ctx.ask(asked)
    except ReelscribeError:
        return None, None


def _content(edited: Edited) -> bytes:
    from config import documents, files
    from config.template import template

    content = files.content(edited.path, documents.LARGEST)
    return template(edited.video).encode() if content is None else content


def _until_it_fits(copy: Path, edited: Edited, settings: "Settings") -> bool:
    """Has the copy edited, again and again where it must be; whether it may take the file's place."""
    while True:
        click.edit(filename=str(copy))
        wrong = _problems(copy, edited, settings)
        if not wrong:
            return True
        for line in wrong:
            click.echo(line, err=True)
        if not _again():
            Failed("nothing was written", f"{edited.path} is as it was").show()
            click.get_current_context().exit(FAILED)


def _problems(copy: Path, edited: Edited, settings: "Settings") -> list[str]:
    from config.overrides import problems_in

    return [str(problem) for problem in problems_in(copy.read_bytes(), str(edited.path), settings, edited.duration)]


def _again() -> bool:
    """Whether to edit once more; who is not there to answer drops it."""
    try:
        return bool(click.prompt("(e)dit again, (x) drop your changes", type=click.Choice(["e", "x"]), default="e", err=True) == "e")
    except click.Abort:
        return False


def _take_over(copy: Path, edited: Edited, before: bytes) -> None:
    """Puts the copy in the file's place, unless nothing changed, or somebody else changed the file meanwhile."""
    from config.override_writing import save
    from daemon.contract.values import shown

    if copy.read_bytes() == before:
        click.echo(f"nothing was changed in {shown(edited.path)}")
        return
    text = copy.read_text(encoding="utf-8-sig")
    if _content(edited) != before:
        advice = f"what you wrote lies in {shown(_put_aside(text))}"
        raise Failed(f"somebody changed {shown(edited.path)} meanwhile; it stays as it is", advice)
    save(edited.path, text, edited.video)
    click.echo(shown(edited.path))


def _put_aside(text: str) -> Path:
    handle, name = tempfile.mkstemp(prefix="reelscribe-", suffix=".yaml")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return Path(name)
