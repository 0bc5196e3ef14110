"""What works on files, for the command line to start: ``python -m daemon serve | write | film | …``.

``reelscribe`` (``tui.cli``) is what a person types; here is the other side of it.
"""

import argparse
import asyncio
import json
import logging
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from config import places
from config.errors import ConfigProblems
from config.load import load
from config.settings import Settings
from daemon import journal
from daemon.contract.errors import CannotGoOn, CannotStart, ReelscribeError
from daemon.contract.values import shown

CANNOT_START = 78  # EX_CONFIG of sysexits.h: systemd does not start us again
INTERRUPTED = 130  # 128 + SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Gives the exit code: 0, 1 for what went wrong, 78 for a configuration or a state directory that cannot be used, 130 for Ctrl-C."""
    args = _parser().parse_args(arguments)
    journal.set_up()
    # What the libraries tell of every request and every timer is no news to the person who reads the journal.
    for chatty in ("httpx", "httpcore", "apscheduler", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        return INTERRUPTED
    except ConfigProblems as problems:
        print(problems, file=sys.stderr)
        return CANNOT_START
    except ReelscribeError as error:
        print(f"{shown(error.message)}\n{error.advice}".rstrip(), file=sys.stderr)
        return CANNOT_START if isinstance(error, CannotStart) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m daemon", description="What reelscribe starts to work on files.")
    commands = parser.add_subparsers(required=True)
    serve = commands.add_parser("serve", help="watch the inboxes and work, in the foreground")
    serve.set_defaults(run=_serve)
    write = commands.add_parser("write", help="write the script of one film, and tell how far it is, a JSON line each")
    write.add_argument("video", type=Path)
    write.set_defaults(run=_write)
    analyse = commands.add_parser("analyse", help="measure one film, and tell how far it is in the same way")
    analyse.add_argument("video", type=Path)
    analyse.add_argument("--format", default="json", help="files to write, with commas: json, csv, edl, otio, html")
    analyse.add_argument("--mode", choices=("fast", "exact"), default="fast")
    analyse.add_argument("--out", type=Path, default=Path(), help="the folder that they are written to")
    analyse.add_argument("--speech", action="store_true", help="transcribe too")
    analyse.set_defaults(run=_analyse)
    film = commands.add_parser("film", help="make the demo's film, and say which speech model understands it")
    film.add_argument("path", type=Path)
    film.set_defaults(run=_film)
    writer = commands.add_parser("writer", help="say which model writes, and why")
    writer.set_defaults(run=_writer)
    doctor = commands.add_parser("doctor", help="look at all that work depends on, and say it as JSON")
    doctor.add_argument("--speed", action="store_true", help="measure how fast the writer is, too")
    doctor.set_defaults(run=_doctor)
    of_models = commands.add_parser("models", help="speech models").add_subparsers(required=True)
    pull = of_models.add_parser("pull", help="fetch one")
    pull.add_argument("size", nargs="?", help="tiny, base, small, medium, large-v3, ..., or speakers; left out: the one of the settings")
    pull.set_defaults(run=_pull)
    models = of_models.add_parser("list", help="those that are here")
    models.add_argument("--json", action="store_true")
    models.set_defaults(run=_models)
    for command in (serve, write, analyse, writer, doctor, pull, models):
        command.add_argument("--config", type=Path, help="this configuration file, and no other")
        command.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="one setting, such as writer.engine=draft")
    serve.add_argument("--socket", type=Path, help="where the socket is made")
    return parser


def _settings(args: argparse.Namespace) -> Settings:
    wanted: dict[str, object] = {}
    for pair in args.set:
        key, _, value = pair.partition("=")
        section = wanted
        *path, last = key.split(".")
        for name in path:
            section = section.setdefault(name, {})  # type: ignore[assignment]
        section[last] = value
    if getattr(args, "socket", None):
        wanted["socket"] = str(args.socket)
    return load(args.config, os.environ, wanted)


def _serve(args: argparse.Namespace) -> int:
    from daemon.service import Service

    settings = _settings(args)
    asyncio.run(Service(settings, places.find(settings, os.environ), partial(_settings, args)).run())
    return 0


def _write(args: argparse.Namespace) -> int:
    from daemon.oneshot import write

    settings = _settings(args)
    return asyncio.run(write(args.video.absolute(), settings, places.find(settings, os.environ)))


def _analyse(args: argparse.Namespace) -> int:
    from daemon.oneshot import Measuring, analyse
    from daemon.shotlist.formats import FORMATS

    settings = _settings(args)
    formats = tuple(filter(None, args.format.split(",")))
    if unknown := [name for name in formats if name not in FORMATS]:
        raise CannotGoOn(f"no such format: {', '.join(unknown)}", f"There are {', '.join(FORMATS)}.")
    wanted = Measuring(formats, args.mode, args.out, args.speech)
    return asyncio.run(analyse(args.video.absolute(), settings, places.find(settings, os.environ), wanted))


def _writer(args: argparse.Namespace) -> int:
    from daemon.worker.memory.budget import choose_writer

    print(shown(asyncio.run(choose_writer(_settings(args)))[1]))
    return 0


def _doctor(args: argparse.Namespace) -> int:
    from importlib.metadata import version

    from daemon.contract.doctor import Diagnosis
    from daemon.doctor.examine import Patient, examine

    settings = _settings(args)
    found = examine(Patient(settings, places.find(settings, os.environ)), speed=args.speed)
    print(Diagnosis(version=version("reelscribe"), seen_by="command", findings=found).model_dump_json())
    return 0


def _pull(args: argparse.Namespace) -> int:
    from daemon.speech import download, speakers

    settings = _settings(args)
    size = args.size or settings.whisper.model
    models_dir, told = places.find(settings, os.environ).models, Pulling(size)
    folder = download.pull_speakers(models_dir, told) if size == speakers.NAME else download.pull(size, models_dir, told)
    print(f"\n{size} lies in {shown(folder)}")
    return 0


class Pulling:
    """Tells how far a download is, on one line of a terminal and in one line a tenth elsewhere."""

    def __init__(self, size: str) -> None:
        self._size = size
        self._tenth = -1

    def __call__(self, done: int, total: int) -> None:
        """``done`` of ``total`` bytes are there."""
        tenth = 10 * done // (total or 1)
        if sys.stdout.isatty() or tenth != self._tenth:
            self._tenth = tenth
            end = "" if sys.stdout.isatty() else "\n"
            print(f"\r{self._size}: {done / 1e6:.0f} of {total / 1e6:.0f} MB", end=end, flush=True)


def _models(args: argparse.Namespace) -> int:
    from daemon.speech import models, speakers

    settings = _settings(args)
    models_dir = places.find(settings, os.environ).models
    here = models.installed(models_dir)
    voices = speakers.installed(models_dir)
    if args.json:
        listed = [{"size": size, "bytes": known.bytes, "installed": size in here} for size, known in models.SIZES.items()]
        print(json.dumps([*listed, {"size": speakers.NAME, "bytes": speakers.BYTES, "installed": voices}]))
        return 0
    for size in models.SIZES:
        print(f"{size:18} {models.weight(size):>8}  {'here' if size in here else ''}".rstrip())
    print(f"{speakers.NAME:18} {speakers.WEIGHT:>8}  {'here' if voices else ''}".rstrip())
    return 0


def _film(args: argparse.Namespace) -> int:
    from daemon.demo.film import make

    make(args.path)
    print(Path(__file__).with_name("demo") / "asr")
    return 0


if __name__ == "__main__":
    sys.exit(main())
