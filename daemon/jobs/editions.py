"""Where versions' documents lie: each under the digest of its bytes, so that equal ones lie there once.

A document that is there is whole.
"""

import os
import shutil
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from pydantic import BaseModel

from daemon.jobs.errors import EditionGone
from daemon.jobs.migrations import sync

Model = TypeVar("Model", bound=BaseModel)


class Editions:
    """The documents in ``root``."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._making = root / "making"

    def path(self, digest: str) -> Path:
        """Where the document lies, or would."""
        return self._root / digest[:2] / digest

    def put(self, content: bytes, name: str = "") -> str:
        """Keeps a document, on the disk for good when this returns; gives its digest: BLAKE2b-128, or ``name``, in hex."""
        digest = name or blake2b(content, digest_size=16).hexdigest()
        path = self.path(digest)
        if not path.exists():
            for folder in (self._root, path.parent, self._making):
                _make(folder)
            _place(self._making / f"{digest}.{uuid4().hex}", path, content)
        return digest

    def clear_making(self) -> None:
        """Throws away what a crash left half written; nobody may be writing."""
        shutil.rmtree(self._making, ignore_errors=True)

    def get(self, digest: str) -> bytes:
        """Raises EditionGone where it was destroyed."""
        try:
            return self.path(digest).read_bytes()
        except FileNotFoundError:
            raise EditionGone(
                "The text of this version is not there any more.", "`reelscribe script versions` lists those that are."
            ) from None

    def read(self, digest: str, model: type[Model]) -> Model:
        """The document as a value. Raises EditionGone."""
        return model.model_validate_json(self.get(digest))

    def drop(self, digest: str) -> None:
        """Destroys a document."""
        with suppress(FileNotFoundError):
            self.path(digest).unlink()


def _make(folder: Path) -> None:
    """A folder that is there for good when this returns."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync(folder.parent)


def _place(begun: Path, path: Path, content: bytes) -> None:
    try:
        with begun.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        begun.replace(path)
    finally:
        begun.unlink(missing_ok=True)
    sync(path.parent)
