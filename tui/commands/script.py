"""Scripts: their versions, what is said of them, what is asked for, and what is found in them."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.commands.context import Context, as_json, context, everywhere
from tui.commands.naming import absolute, number
from tui.failures import FAILED, Failed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from daemon.contract.scripts import FoundPage, Judgement, Status, Version, VersionDetail
    from tui.client import Daemon

STATUSES = ("draft", "approved", "rejected", "needs revision")
DAYS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]

VIDEO = click.argument("job", metavar="VIDEO")
VERSION = click.option("--version", "version", type=click.IntRange(1), metavar="N", help="That version. Default: the current one.")
SCENE = click.option("--scene", required=True, metavar="N", help="The scene's number, as it is printed.")
LINE = click.option("--line", type=click.IntRange(1), metavar="N", help="One line of it, as `script show --scene` numbers them.")
LIMIT = click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="At most so many.")


@click.group()
@everywhere
def script() -> None:
    """Work on scripts: versions, scenes, names, approval, search."""


@script.command("list")
@click.option("--style", metavar="STYLE", help="Only scripts in this style.")
@click.option("--status", type=click.Choice(STATUSES), help="Only those that are so.")
@click.option("--inbox", type=click.Path(path_type=Path), metavar="DIR", help="Only films of this inbox.")
@click.option("--since", type=click.DateTime(DAYS), metavar="DAY", help="Written on that day or later.")
@click.option("--until", type=click.DateTime(DAYS), metavar="DAY", help="Written before that day.")
@LIMIT
@click.option("--after", type=click.IntRange(1), metavar="N", help="Go on there.")
@as_json
@everywhere
@context
def listed(
    ctx: Context,
    style: str | None,
    status: str | None,
    inbox: Path | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    after: int | None,
    as_json: bool,
) -> None:
    """List the current script of each film, newest first."""
    from tui import script_lines
    from tui.commands import answers

    wanted: dict[str, Any] = {
        "style": style,
        "status": status,
        "limit": limit,
        "after": after,
        "since": _moment(since),
        "until": _moment(until),
    }
    wanted |= {"inbox": absolute(inbox) if inbox else None}
    page = ctx.ask(lambda daemon: daemon.scripts(**wanted))
    if as_json:
        answers.as_document(page)
        return
    answers.table(script_lines.script_rows(page.items)) if page.items else click.echo("no scripts")
    if page.next:
        click.echo(f"more: reelscribe script list --after {page.next}", err=True)


@script.command()
@VIDEO
@click.option("--deleted", is_flag=True, help="Those that were deleted too.")
@LIMIT
@click.option("--after", type=click.IntRange(1), metavar="N", help="Go on below this version.")
@as_json
@everywhere
@context
def versions(ctx: Context, job: str, deleted: bool, limit: int, after: int | None, as_json: bool) -> None:
    """List the versions of one script, newest first."""
    from tui import script_lines
    from tui.commands import answers

    page = _of(ctx, job, lambda daemon, film: daemon.versions(film, after, limit, deleted=deleted))
    if as_json:
        answers.as_document(page)
        return
    answers.table(script_lines.version_rows(page.items)) if page.items else click.echo("no versions yet")
    if page.next:
        click.echo(f"more: reelscribe script versions {job} --after {page.next}", err=True)


@script.command()
@VIDEO
@VERSION
@click.option("--scene", metavar="N", help="Only this scene, with its lines numbered.")
@as_json
@everywhere
@context
def show(ctx: Context, job: str, version: int | None, scene: str | None, as_json: bool) -> None:
    """Show a version: its text, its numbers, its warnings."""
    from tui import script_lines
    from tui.commands import answers

    found = _of(ctx, job, lambda daemon, film: daemon.version(film, version))
    answers.as_document(found) if as_json else answers.lines(script_lines.version_lines(found, scene))


@script.command()
@VIDEO
@click.argument("old", type=click.IntRange(1))
@click.argument("new", type=click.IntRange(1), required=False)
@as_json
@everywhere
@context
def diff(ctx: Context, job: str, old: int, new: int | None, as_json: bool) -> None:
    """Compare two versions by scene and line; without NEW, the current one."""
    from tui import script_lines
    from tui.commands import answers

    async def asked(daemon: "Daemon") -> Any:
        job_id = await number(daemon, job)
        return await daemon.difference(job_id, old, new or (await daemon.version(job_id)).number)

    found = ctx.ask(asked)
    answers.as_document(found) if as_json else answers.lines(script_lines.difference_lines(found))


@script.command()
@VIDEO
@click.argument("old", metavar="VERSION", type=click.IntRange(1))
@everywhere
@context
def rollback(ctx: Context, job: str, old: int) -> None:
    """Make an old version the current one. It becomes a new version; nothing is lost."""
    made = _of(ctx, job, lambda daemon, film: daemon.roll_back(film, old))
    click.echo(f"version {made.number} has the text of version {old}; it is published by the next run")


@script.command()
@VIDEO
@click.option("--scene", metavar="N", help="The scene's number, as it is printed.")
@click.option("--instructions", default="", metavar="TEXT", help='What you wish of it: "more tension, same words".')
@click.option("--take-back", is_flag=True, help="Leave scenes that wait for it as they are.")
@everywhere
@context
def regenerate(ctx: Context, job: str, scene: str | None, instructions: str, take_back: bool) -> None:
    """Have one scene written again; every other stays as it is, byte for byte."""
    from tui import script_lines
    from tui.commands import answers

    if take_back:
        _of(ctx, job, lambda daemon, film: daemon.take_back(film))
        click.echo("scenes that waited to be written again are left as they are")
        return
    if scene is None:
        raise click.UsageError("name the scene: --scene 12")
    from daemon.contract.scripts import Regenerate

    asked = Regenerate(scene=scene, instructions=instructions)
    found = _of(ctx, job, lambda daemon, film: daemon.regenerate(film, asked))
    answers.lines(script_lines.asked_lines(found))


@script.command()
@VIDEO
@SCENE
@LINE
@everywhere
@context
def lock(ctx: Context, job: str, scene: str, line: int | None) -> None:
    """Lock a scene or a line: no writing touches it."""
    _lock(ctx, job, scene, line, locked=True)


@script.command()
@VIDEO
@SCENE
@LINE
@everywhere
@context
def unlock(ctx: Context, job: str, scene: str, line: int | None) -> None:
    """Free what was locked, also by an edit of yours."""
    _lock(ctx, job, scene, line, locked=False)


@script.command()
@VIDEO
@click.argument("who")
@click.argument("name")
@everywhere
@context
def rename(ctx: Context, job: str, who: str, name: str) -> None:
    """Name a person: WHO is a voice (SPEAKER 1) or the name so far. No model is asked."""
    _name(ctx, job, who, name)


@script.command()
@VIDEO
@click.argument("cue")
@click.argument("name")
@everywhere
@context
def assign(ctx: Context, job: str, cue: str, name: str) -> None:
    """Give one line to a person. CUE is its id (c31): `script show --scene` and `script review` tell it."""
    _name(ctx, job, cue, name)


@script.command()
@VIDEO
@as_json
@everywhere
@context
def review(ctx: Context, job: str, as_json: bool) -> None:
    """List the lines of which nobody can tell who says them."""
    from tui import script_lines
    from tui.commands import answers

    found = _of(ctx, job, lambda daemon, film: daemon.review(film))
    answers.as_document(found) if as_json else answers.lines(script_lines.review_lines(found, job))


def _judging(name: str, status: "Status", sentence: str) -> None:
    @script.command(name, help=sentence)
    @VIDEO
    @VERSION
    @click.option("--by", default="", metavar="NAME", help="Who says so.")
    @click.option("--note", default="", metavar="TEXT", help="Why.")
    @everywhere
    @context
    def judged(ctx: Context, job: str, version: int | None, by: str, note: str) -> None:
        from daemon.contract.scripts import Judgement

        found = ctx.ask(lambda daemon: _judge(daemon, job, version, Judgement(status=status, by=by, note=note)))
        click.echo(f"version {found.number} is {found.status}")


_judging("approve", "approved", "Approve a version.")
_judging("reject", "rejected", "Reject a version.")
_judging("revise", "needs revision", "Note that a version needs revision.")


@script.command()
@click.argument("words", nargs=-1, required=True)
@LIMIT
@click.option("--after", type=click.IntRange(0), default=0, metavar="N", help="Go on there.")
@as_json
@everywhere
@context
def search(ctx: Context, words: tuple[str, ...], limit: int, after: int, as_json: bool) -> None:
    """Find lines in all films: what is said, and what is done."""
    from tui.commands import answers

    page = ctx.ask(lambda daemon: daemon.search(" ".join(words), after, limit))
    if as_json:
        answers.as_document(page)
        return
    _print_found(page)
    if page.next:
        click.echo(f"more: --after {page.next}", err=True)


@script.command()
@VIDEO
@click.option("--format", "formats", required=True, metavar="NAMES", help="Such as pdf,fdx; any that script.formats may name.")
@VERSION
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), metavar="DIR", help="Where. Default: here.")
@everywhere
@context
def export(ctx: Context, job: str, formats: str, version: int | None, out: Path) -> None:
    """Write a version in other formats. No model is asked, and no file is overwritten."""
    from tui.commands import answers

    answers.lines(ctx.ask(lambda daemon: _export(daemon, job, [name for name in formats.split(",") if name], version, out)))


@script.command()
@VIDEO
@VERSION
@click.option("--hard", is_flag=True, help="Destroy it; it cannot be brought back.")
@click.option("--all", "everything", is_flag=True, help="All versions.")
@everywhere
@context
def delete(ctx: Context, job: str, version: int | None, hard: bool, everything: bool) -> None:
    """Delete a version, or all of them. Published files stay where they are."""
    if everything == (version is not None):
        raise click.UsageError("either --version N, or --all")
    _of(ctx, job, lambda daemon, film: daemon.delete_script(film, version, hard=hard))
    what = f"version {version} is" if version else "all versions are"
    click.echo(f"{what} {'destroyed' if hard else f'deleted; `reelscribe script versions {job} --deleted` still lists them'}")


def _of(ctx: Context, job: str, question: "Callable[[Daemon, int], Awaitable[Any]]") -> Any:
    """What the daemon answers to a question about one film, which it is given by its job's number."""

    async def asked(daemon: "Daemon") -> Any:
        return await question(daemon, await number(daemon, job))

    return ctx.ask(asked)


def _moment(day: datetime | None) -> str | None:
    """In the time of this place, unless it says another."""
    return None if day is None else day.astimezone().isoformat()


def _lock(ctx: Context, job: str, scene: str, line: int | None, *, locked: bool) -> None:
    from daemon.contract.scripts import Lock

    asked = Lock(scene=scene, line=line, locked=locked)
    made: Version = _of(ctx, job, lambda daemon, film: daemon.lock(film, asked))
    click.echo(f"{made.why} (version {made.number})")


def _name(ctx: Context, job: str, who: str, name: str) -> None:
    from daemon.contract.scripts import Naming
    from tui.commands import answers

    if not name.strip() or not name.isprintable():
        raise click.UsageError("the name should be words on one line")
    asked: Naming = Naming(who=who, name=name)
    named = _of(ctx, job, lambda daemon, film: daemon.name(film, asked))
    answers.lines([f"{who} is {name} from the next run on: written into {named.file}"])


async def _judge(daemon: "Daemon", job: str, version: int | None, judgement: "Judgement") -> "Version":
    job_id = await number(daemon, job)
    current: VersionDetail | None = None if version else await daemon.version(job_id)
    return await daemon.judge(job_id, version or (current.number if current else 0), judgement)


async def _export(daemon: "Daemon", job: str, formats: list[str], version: int | None, out: Path) -> list[str]:
    job_id = await number(daemon, job)
    found = await daemon.version(job_id, version)
    files = []
    for form in formats:
        path = out / f"{Path(found.name).stem}.{form}"
        if path.exists():
            raise Failed(f"{path} is there already", "move it away, or name another folder with --out")
        content = await daemon.export(job_id, found.number, form)
        _write(path, content)
        files.append(str(path))
    return files


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise Failed(f"{path} is there already", "move it away, or name another folder with --out") from None
    except OSError as error:
        raise Failed(f"{path} cannot be written: {error.strerror}", "name another folder with --out") from error


def _print_found(page: "FoundPage") -> None:
    """What was looked for stands out in a terminal."""
    from tui import script_lines
    from tui.wording import plain

    if not page.items:
        click.echo("nothing was found")
        click.get_current_context().exit(FAILED)
    for one in page.items:
        clean = one.model_copy(update={"text": "".join(char if char.isprintable() else " " for char in one.text)})
        line = script_lines.found_line(clean, "\ue000", "\ue001")
        click.echo(plain(line).replace("\\ue000", "\x1b[1m").replace("\\ue001", "\x1b[0m"))
