"""The order of one film: what a person chose for it, where its script goes, and what the files there were when last written."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from config import cutlists, overrides
from config.errors import ConfigProblems
from config.places import Places, mirrored_output
from config.settings import Settings
from daemon.contract.errors import MustWait
from daemon.contract.states import HoldCause
from daemon.contract.values import shown
from daemon.jobs.rows import Facts, JobRow
from daemon.jobs.store import Store
from daemon.stages.recipe import Order
from daemon.worker.basis import Bases


class OverrideRefused(MustWait):
    """A person's choices for a film cannot be read."""

    def __init__(self, problems: ConfigProblems) -> None:
        super().__init__(HoldCause.OVERRIDE, str(problems), "Mend the file.")


class BehindLink(MustWait):
    """A film to which only a symbolic link leads: what lies outside the inbox is not read."""

    def __init__(self, link: Path) -> None:
        message = f"{shown(link)} is a symbolic link, and links are not followed."
        super().__init__(HoldCause.FOLDER, message, "Put the folder or film itself there, or watch where it lies.")


def order_for(source: Path, inbox: Path, settings: Settings, places: Places) -> Order:
    """The order of ``source``, which lies in ``inbox``, as nobody wrote it up before.

    Raises ``OverrideRefused``, and ``OSError`` where the film cannot be reached.
    """
    identity = _identity(source)
    try:
        choices = overrides.read(source, inbox, settings, state_dir=places.state)
    except ConfigProblems as problems:
        raise OverrideRefused(problems) from problems
    return Order(
        source=source,
        identity=identity,
        choices=choices,
        folder=script_folder(source, inbox, choices.settings.output),
        stem=script_stem(source, settings.watch.extensions),
        spare_folder=places.state / "scripts",
        models_dir=places.models,
        cuts=cutlists.read(source),
    )


def is_unchanged(order: Order) -> bool:
    """Whether the film still lies there with the content that the order was taken for. Raises ``OSError`` where nobody can tell."""
    try:
        return _identity(order.source)[:4] == order.identity[:4]  # the time of change tells of new rights and links too
    except FileNotFoundError:
        return False


def _identity(source: Path) -> tuple[int, ...]:
    facts = Facts.of(source.stat())
    return facts.device, facts.inode, facts.size, facts.mtime_ns, facts.ctime_ns


def _check_links(source: Path, inbox: Path) -> None:
    """What was a film when it arrived may have been replaced since; an inbox itself may be a link."""
    for path in (source, *source.parents):
        if path == inbox:
            return
        if path.is_symlink():
            raise BehindLink(path)


def check_ranges(order: Order, duration: float) -> None:
    """Raises ``OverrideRefused``, naming file and line, where a person's range does not lie in a film of ``duration`` seconds."""
    try:
        order.choices.resolve(duration)
    except ConfigProblems as problems:
        raise OverrideRefused(problems) from problems


def script_folder(source: Path, inbox: Path, output: Path | None) -> Path:
    """Next to the film, or in the mirror of the inbox below ``output``."""
    return source.parent if output is None else mirrored_output(source.parent, inbox, output)


def script_stem(source: Path, extensions: tuple[str, ...]) -> str:
    """What the script's files are called: the film's name without its ending, or with it where another film shares the stem."""
    others = (path for path in source.parent.iterdir() if path.stem == source.stem and path != source)
    twins = (path for path in others if path.suffix.lower() in extensions and not path.name.startswith("."))
    return source.name if any(twins) else source.stem


class Orders:
    """Takes the orders of jobs. ``settings`` gives the ones in force, ``stamp`` that of a film's override files."""

    def __init__(self, store: Store, places: Places, settings: Callable[[], Settings], stamp: Callable[[bytes, bytes], str]) -> None:
        self._store = store
        self._places = places
        self._settings = settings
        self._stamp = stamp
        self._bases = Bases(store)

    def __call__(self, job: JobRow) -> Order:
        """The order of a job. Raises ``BehindLink``, and what ``order_for`` raises."""
        stamp = self._stamp(job.path, job.inbox)  # before the files are read, so that a change while reading is seen as one
        source = Path(os.fsdecode(job.path))
        inbox = Path(os.fsdecode(job.inbox)) if job.inbox else source.parent  # a film that was added by hand may lie in none
        _check_links(source, inbox)
        order = order_for(source, inbox, self._settings(), self._places)
        return self._bases.based(replace(order, stamp=stamp), job)
