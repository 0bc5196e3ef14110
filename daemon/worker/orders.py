"""The order of one film: what a person chose for it, where its script goes, and what the files there were when last written."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from config import overrides
from config.errors import ConfigProblems
from config.places import Places
from config.settings import Settings
from daemon.contract.errors import MustWait
from daemon.contract.states import HoldCause
from daemon.jobs.rows import Facts, JobRow
from daemon.jobs.store import Store
from daemon.stages.recipe import Order


class OverrideRefused(MustWait):
    """A person's choices for a film cannot be read."""

    def __init__(self, problems: ConfigProblems) -> None:
        super().__init__(HoldCause.OVERRIDE, str(problems), "Mend the file; the job goes on by itself.")


def order_for(source: Path, inbox: Path, settings: Settings, places: Places, known: Mapping[bytes, str], stamp: str = "") -> Order:
    """The order of ``source``, which lies in ``inbox``. ``known`` is what was last written, path → SHA-256.

    Raises ``OverrideRefused``, and ``OSError`` where the film cannot be reached.
    """
    stat = source.stat()
    facts = Facts.of(stat)
    try:
        choices = overrides.read(source, inbox, settings, state_dir=places.state)
    except ConfigProblems as problems:
        raise OverrideRefused(problems) from problems
    folder = script_folder(source, inbox, choices.settings.output)
    return Order(
        source=source,
        identity=(facts.device, facts.inode, facts.size, facts.mtime_ns, facts.ctime_ns),
        choices=choices,
        stamp=stamp,
        folder=folder,
        stem=script_stem(source, settings.watch.extensions),
        spare_folder=places.state / "scripts" / source.parent.relative_to(source.anchor),
        models_dir=places.models,
        known={os.fsdecode(os.path.basename(path)): digest for path, digest in known.items() if os.path.dirname(path) == os.fsencode(folder)},
    )


def script_folder(source: Path, inbox: Path, output: Path | None) -> Path:
    """Next to the film, or in the mirror of the inbox below ``output``."""
    if output is None:
        return source.parent
    return output / (source.parent.relative_to(inbox) if source.is_relative_to(inbox) else "")


def script_stem(source: Path, extensions: tuple[str, ...]) -> str:
    """What the script's files are called: the film's name without its ending, or with it where another film shares the stem."""
    twins = (
        name for name in os.listdir(source.parent) if name != source.name and Path(name).stem == source.stem and _is_film(name, extensions)
    )
    return source.name if any(twins) else source.stem


def _is_film(name: str, extensions: tuple[str, ...]) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in extensions


class Orders:
    """Takes the orders of jobs. ``settings`` gives the ones in force, ``stamp`` that of a film's override files."""

    def __init__(self, store: Store, places: Places, settings: Callable[[], Settings], stamp: Callable[[Path, Path], str]) -> None:
        self._store = store
        self._places = places
        self._settings = settings
        self._stamp = stamp

    def __call__(self, job: JobRow) -> Order:
        """The order of a job. Raises what ``order_for`` raises."""
        source, inbox = Path(os.fsdecode(job.path)), Path(os.fsdecode(job.inbox))
        stamp = self._stamp(source, inbox)  # before the files are read, so that a change while reading is seen as one
        return order_for(source, inbox, self._settings(), self._places, self._store.written(job.id), stamp)
