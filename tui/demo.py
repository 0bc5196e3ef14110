"""The demo: a short film with real speech, dropped slowly into a private daemon's inbox, and the screenplay that comes of it."""

import asyncio
import json
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import click

from daemon.contract.states import JobState
from tui.client import Daemon, NoDaemon
from tui.commands.following import watched
from tui.failures import Failed
from tui.program import command_line, surroundings

FILM = "Night Train.mp4"
SETTLE = 2  # seconds; the film rests this long before it is taken
COPIED_IN = 4.0  # seconds: slow enough for settling to be seen
PIECES = 8
STARTS_WITHIN = 30.0  # seconds
LOOK_EVERY = 0.1
SHORT = "/tmp"  # noqa: S108 – a socket's path has 107 bytes at most, so it lies in no folder that a person names


async def demo(keep: Path | None) -> None:
    """Runs it; film and script stay in ``keep``, or go with the temporary folder."""
    with _folder(keep) as folder, tempfile.TemporaryDirectory(prefix="reelscribe-", dir=SHORT) as short:
        socket = Path(short, "reelscribe.sock")
        click.echo(f"Making a film of 40 s in {folder} ...")
        film = folder / FILM
        speech_model = _run("film", str(film)).strip()
        config = _configuration(folder, socket, speech_model)
        click.echo(f"Writer: {_run('writer', '--config', str(config)).strip()}")
        async with _private_daemon(folder, socket, config) as daemon:
            target = folder / "inbox" / FILM
            click.echo(f"Copying it slowly into {target.parent} ...")
            await asyncio.gather(_copy_slowly(film, target), _tell_arrival(daemon, target))
            if not await watched(daemon, str(target)):
                raise Failed("the demo's film could not be written up", f"look into {folder / 'daemon.log'} (with --keep FOLDER it stays)")
        click.echo(f"\n{'─' * 72}\n{target.with_suffix('.fountain').read_text()}{'─' * 72}")


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="reelscribe-demo-") as folder:
        yield Path(folder)


def _run(*arguments: str) -> str:
    """What one of the daemon's commands prints."""
    done = subprocess.run(command_line(*arguments), env=surroundings(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"python -m daemon {arguments[0]} failed", done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "")
    return done.stdout


def _configuration(folder: Path, socket: Path, speech_model: str) -> Path:
    """A configuration of its own: whatever is set on this machine stays out of it, but for where Ollama is by default."""
    (folder / "inbox").mkdir(exist_ok=True)
    path = folder / "config.yaml"
    settings = {
        "inboxes": [{"path": str(folder / "inbox")}],
        "settle": SETTLE,
        "state_dir": str(folder / "state"),
        "socket": str(socket),
        "whisper": {"model": speech_model},
        "writer": {"engine": "ollama", "fallback": "draft"},
    }
    path.write_text(json.dumps(settings, indent=2))  # JSON is YAML too
    return path


@asynccontextmanager
async def _private_daemon(folder: Path, socket: Path, config: Path) -> AsyncIterator[Daemon]:
    with (folder / "daemon.log").open("w") as log:
        process = subprocess.Popen(command_line("serve", "--config", str(config)), env=surroundings(), stdout=log, stderr=log)
    try:
        await _answers(socket, process)
        async with Daemon((socket,)) as daemon:
            yield daemon
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait)


async def _answers(socket: Path, process: "subprocess.Popen[bytes]") -> None:
    """Returns once the daemon does."""
    async with asyncio.timeout(STARTS_WITHIN):
        while process.poll() is None:
            try:
                async with Daemon((socket,)) as daemon:
                    await daemon.health()
            except NoDaemon:
                await asyncio.sleep(LOOK_EVERY)
            else:
                return
    raise Failed("the demo's daemon did not start", "with --keep FOLDER its log stays: FOLDER/daemon.log")


async def _copy_slowly(source: Path, target: Path) -> None:
    content = source.read_bytes()
    piece = len(content) // PIECES + 1
    with target.open("wb") as file:
        for start in range(0, len(content), piece):
            file.write(content[start : start + piece])
            file.flush()
            await asyncio.sleep(COPIED_IN / PIECES)


async def _tell_arrival(daemon: Daemon, target: Path) -> None:
    """Says what becomes of the film, whenever that changes, until it is taken."""
    said = ""
    while True:
        why = await daemon.why(target)
        if why.job and why.job.state is not JobState.ARRIVING:
            return
        if why.answer != said and why.job:
            said = why.answer
            click.echo(f"  {said}")
        await asyncio.sleep(LOOK_EVERY * 5)
