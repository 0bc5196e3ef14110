"""Where what a model wrote is kept, piece by piece, so that no piece is asked for twice."""

import os
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class Shelf:
    """A folder of values under their keys. A piece is there whole or not at all; one that cannot be read counts as not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str, model: type[Model]) -> Model | None:
        """The value under ``key``."""
        try:
            return model.model_validate_json(self._path(key).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def put(self, key: str, value: BaseModel) -> None:
        """Keeps ``value``."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(key)
        begun = path.with_suffix(f".{os.getpid()}.part")
        try:
            with begun.open("wb") as file:
                file.write(value.model_dump_json().encode())
                file.flush()
                os.fsync(file.fileno())
            begun.replace(path)
        finally:
            begun.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"
