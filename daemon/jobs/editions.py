"""Where versions' documents lie: each under the digest of its bytes, so that equal ones lie there once.

A document that is there is whole.
"""

import os
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

    def path(self, digest: str) -> Path:
        """Where the document lies, or would."""
        return self._root / digest[:2] / digest

    def put(self, content: bytes, name: str = "") -> str:
        """Keeps a document, on the disk for good when this returns; gives its digest: BLAKE2b-128, or ``name``, in hex."""
        digest = name or blake2b(content, digest_size=16).hexdigest()
        path = self.path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _place(path, content)
        return digest

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


def _place(path: Path, content: bytes) -> None:
    begun = path.with_name(f"{path.name}.{uuid4().hex}.part")
    try:
        with begun.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        begun.replace(path)
    finally:
        begun.unlink(missing_ok=True)
    sync(path.parent)
