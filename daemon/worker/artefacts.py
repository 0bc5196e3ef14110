"""Where stages' results lie: one folder for each, named by its key. A folder that is there is whole."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import psutil

from daemon.contract.states import Stage

DAY = 86_400  # seconds
SOUND = "audio.s16"
GONE = "audio.gone"
PART = ".part"  # of a name in the cache: NAME.PROCESS.part is being written


class Kept(NamedTuple):
    """Something that is kept: where, how many bytes, and when it was last used (unix seconds)."""

    path: Path
    size: int
    used: float


class Artefacts:
    """The results kept in ``root``. A result is made aside and takes its name in one step, once it is on the disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._making = root / "making"
        self.cache = root / "cache"

    def folder(self, stage: Stage, key: str) -> Path:
        """Where the artefact lies, or would."""
        return self.root / stage / key

    def has(self, stage: Stage, key: str) -> bool:
        """Whether the artefact is there; marks it as used, so that trimming leaves it."""
        try:
            os.utime(self.folder(stage, key))
        except FileNotFoundError:
            return False
        return True

    def begin(self) -> Path:
        """A new, empty folder to make an artefact in."""
        self.cache.mkdir(parents=True, exist_ok=True)
        folder = self._aside()
        folder.mkdir(parents=True)
        return folder

    def keep(self, made: Path, stage: Stage, key: str, instead: bool = False) -> Path:
        """Gives what was made its name. Where one is there already, that equal result stands, or goes (``instead``)."""
        for path in (*made.rglob("*"), made):
            if path.is_file() or path.is_dir():
                _sync(path)
        final = self.folder(stage, key)
        final.parent.mkdir(parents=True, exist_ok=True)
        if instead:
            self._take_away(final)
        try:
            made.rename(final)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
            self.drop(made)  # another process may have been quicker
        else:
            _sync(final.parent)
        return final

    def drop(self, made: Path) -> None:
        """Throws away what is not wanted."""
        shutil.rmtree(made, ignore_errors=True)

    def _take_away(self, kept: Path) -> None:
        """Removes a result, where there is one. It loses its name first: who is cut short leaves no half of it."""
        gone = self._aside()
        try:
            gone.parent.mkdir(parents=True, exist_ok=True)
            kept.rename(gone)
        except OSError:  # a disk so full that it has no room for a name
            gone = kept
        self.drop(gone)

    def _aside(self) -> Path:
        return self._making / f"{os.getpid()}-{uuid4().hex}"

    def clear_making(self) -> None:
        """Throws away what a crash left half made, and nothing that a process which still runs is making."""
        others = {str(number) for number in psutil.pids()} - {str(os.getpid())}
        for folder in _in(self._making):
            if folder.name.partition("-")[0] not in others:
                self.drop(folder)
        for file in self.cache.rglob(f"*{PART}"):
            if file.stem.rpartition(".")[2] not in others:
                file.unlink(missing_ok=True)

    def has_lost_its_sound(self, key: str) -> bool:
        """Whether the sound of an analysis was removed to make room."""
        return (self.folder(Stage.ANALYSE, key) / GONE).exists()

    def sounds(self) -> Iterator[Kept]:
        """The sounds of films, which the speech model hears."""
        for folder in _in(self.root / Stage.ANALYSE):
            with suppress(FileNotFoundError):
                yield Kept(folder / SOUND, (folder / SOUND).stat().st_size, folder.stat().st_mtime)

    def results(self) -> Iterator[Kept]:
        """The results of stages."""
        for folder in (folder for stage in Stage for folder in _in(self.root / stage)):
            with suppress(FileNotFoundError):
                yield Kept(folder, _weight(folder), folder.stat().st_mtime)

    def shelf(self) -> Iterator[Kept]:
        """What outlives one result: the files of the cache."""
        for file in _files(self.cache):
            with suppress(FileNotFoundError):
                yield Kept(file, file.stat().st_size, file.stat().st_mtime)

    def weight(self) -> int:
        """Bytes of the whole state directory."""
        return _weight(self.root.parent)

    def remove(self, kept: Kept) -> bool:
        """Removes a piece; whether it is gone. An analysis without its sound says so, since it cannot be listened to any more."""
        if kept.path.name == SOUND and kept.path.parent.parent.name == Stage.ANALYSE:
            (kept.path.parent / GONE).touch()
            kept.path.unlink(missing_ok=True)
            os.utime(kept.path.parent, (kept.used, kept.used))  # to remove something of it is not to use it
        elif kept.path.is_dir():
            self._take_away(kept.path)
        else:
            kept.path.unlink(missing_ok=True)
        return not kept.path.exists()


def _in(folder: Path) -> tuple[Path, ...]:
    return tuple(folder.iterdir()) if folder.is_dir() else ()


def _weight(folder: Path) -> int:
    total = 0
    for file in _files(folder):
        with suppress(FileNotFoundError):
            total += file.lstat().st_size
    return total


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
