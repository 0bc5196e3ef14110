"""How every value that crosses an edge is made: frozen, unknown keys refused, paths as bytes."""

import os
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator


class Frozen(BaseModel):
    """A value: cannot change, takes no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def packed(path: bytes | str | Path) -> str:
    """A path or file name as JSON can carry it whatever its bytes: base64."""
    return b64encode(os.fsencode(path)).decode()


def unpacked(text: str) -> Path:
    """The path that ``packed`` made ``text`` from. Raises ValueError where no file can have it."""
    raw = b64decode(text, validate=True)
    if not raw or b"\0" in raw:
        raise ValueError("no file has such a path")
    return Path(os.fsdecode(raw))


def _path(value: object) -> Path:
    if isinstance(value, str):
        return unpacked(value)
    if isinstance(value, Path):
        return value
    raise ValueError("a path is base64 of its bytes")


RawPath = Annotated[
    Path,
    PlainValidator(_path, json_schema_input_type=str),  # a Before one would be followed by pydantic's own, which takes text alone in JSON
    PlainSerializer(packed, return_type=str, when_used="json"),
]
"""A path that survives JSON whatever its bytes: a ``Path`` in Python, base64 of its bytes on the wire."""


def shown(path: bytes | str | Path) -> str:
    r"""A file name as a person may safely see it: control characters and bytes that are not UTF-8 come out as ``\x1b``."""
    text = os.fsdecode(path)
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that os.fsdecode could not read as UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode()
