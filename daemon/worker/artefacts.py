"""Where stages' results lie: one folder for each, named by its key. A folder that is there is whole."""

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psutil

from daemon.contract.states import Stage

DAY = 86_400  # seconds


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
        folder = self._making / f"{os.getpid()}-{uuid4().hex}"
        folder.mkdir(parents=True)
        return folder

    def keep(self, made: Path, stage: Stage, key: str, instead: bool = False) -> Path:
        """Gives what was made its name. Where one is there already, that equal result stands, or goes (``instead``)."""
        for file in _files(made):
            _sync(file)
        _sync(made)
        final = self.folder(stage, key)
        final.parent.mkdir(parents=True, exist_ok=True)
        if instead:
            self.drop(final)
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

    def clear_making(self) -> None:
        """Throws away what a crash left half made, and nothing that a process which still runs is making."""
        others = {str(number) for number in psutil.pids()} - {str(os.getpid())}
        for folder in _in(self._making):
            if folder.name.partition("-")[0] not in others:
                self.drop(folder)

    def trim(self, now: float, days: float) -> int:
        """Removes what nothing has used for ``days``; gives how many folders and files went."""
        return sum(_removed(path) for path in tuple(self._kept()) if now - _last_used(path, now) > days * DAY)

    def _kept(self) -> Iterator[Path]:
        for stage in Stage:
            yield from _in(self.root / stage)
        yield from _files(self.cache)


def _in(folder: Path) -> tuple[Path, ...]:
    return tuple(folder.iterdir()) if folder.is_dir() else ()


def _last_used(path: Path, now: float) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # somebody else has removed it
        return now


def _removed(path: Path) -> bool:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    return not path.exists()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
