"""Where stages' results lie: one folder for each, named by its key. A folder that is there is whole."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

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
        folder = self._making / uuid4().hex
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
        if final.exists():
            self.drop(made)
        else:
            made.rename(final)
            _sync(final.parent)
        return final

    def drop(self, made: Path) -> None:
        """Throws away what is not wanted."""
        shutil.rmtree(made, ignore_errors=True)

    def clear_making(self) -> None:
        """Throws away what a crash left half made. Only for whoever owns the state directory."""
        self.drop(self._making)

    def trim(self, now: float, days: float) -> int:
        """Removes what nothing has used for ``days``; gives how many folders and files went."""
        stale = [path for path in self._kept() if now - path.stat().st_mtime > days * DAY]
        for path in stale:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return len(stale)

    def _kept(self) -> Iterator[Path]:
        for stage in Stage:
            if (self.root / stage).is_dir():
                yield from (self.root / stage).iterdir()
        if self.cache.is_dir():
            yield from (path for path in self.cache.rglob("*") if path.is_file())


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
