"""Where a file of ours says which version it is, with a digest of all the rest of it.

So a file tells by itself whether it is ours and untouched, even to a fresh database. Where a format has a comment, the mark is one at
the end (in WebVTT below the first line: some readers take what follows the last cue for a part of it); JSON has a key for it. A format
with neither stays pure: its mark is an attribute of the file (``user.reelscribe``), kept by the file system where it can.
"""

import hashlib
import re
from typing import Literal

from daemon.contract.values import Frozen

Kind = Literal["boneyard", "html", "xml", "pdf", "vtt", "cmx", "kodi", "ffmetadata", "json", "attribute"]
"""How a format carries its mark: a comment in its own syntax, a key, or beside the content."""

ATTRIBUTE = "user.reelscribe"
MOST_VERSIONS = 2_000  # that are looked through for one

_AROUND: dict[Kind, tuple[str, str]] = {
    "boneyard": ("/* ", " */"),
    "html": ("<!-- ", " -->"),
    "xml": ("<!-- ", " -->"),
    "pdf": ("% ", ""),
    "vtt": ("NOTE ", ""),
    "cmx": ("* ", ""),
    "kodi": ("## ", ""),
    "ffmetadata": ("; ", ""),
}
_LINE = re.compile(rb"\n[^\n]*\breelscribe script, version (\d{1,9}), sha256 ([0-9a-f]{64})[^\n]*\n")
_KEY = re.compile(rb',\n[ \t]*"reelscribe": \{"version": (\d{1,9}), "sha256": "([0-9a-f]{64})"\}(?=\n\}\n)')
_CLOSED = re.compile(rb"\s*\}\s*\Z")  # the end of a JSON object
_NEAR = 512  # bytes at the end of a file, or at its beginning, that its mark lies in
_END = b"\n}\n"
_ATTRIBUTE = re.compile(rb"version (\d{1,9}), sha256 ([0-9a-f]{64})")


class Mark(Frozen):
    """What a file says of itself. ``intact``: nobody changed a byte of it since."""

    version: int
    digest: str
    intact: bool


def digest(content: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(content).hexdigest()


def ready(content: bytes, kind: Kind) -> bytes:
    """``content`` in the form in which it can be marked and found again: a JSON object ends in a line of its own."""
    return _CLOSED.sub(_END, content) if kind == "json" else content


def marked(content: bytes, version: int, kind: Kind) -> bytes:
    """``content`` with its mark, the whole file."""
    before, after = _around(content, kind)
    return before + _mark(digest(content), version, kind) + after


def version_of(sha256: str, content: bytes, kind: Kind) -> int | None:
    """The version as which ``content`` was written, if a file with the digest ``sha256`` was made of it; 0 where the file does not say."""
    own = digest(content)
    if kind == "attribute":
        return 0 if own == sha256 else None
    before, after = _around(content, kind)
    begun = hashlib.sha256(before)
    for version in range(1, MOST_VERSIONS):
        whole = begun.copy()
        whole.update(_mark(own, version, kind) + after)
        if whole.hexdigest() == sha256:
            return version
    return None


def read(data: bytes, kind: Kind, attribute: bytes = b"") -> Mark | None:
    """The mark of a file; None where it has none. ``attribute`` is what the file system keeps beside it."""
    if kind == "attribute":
        match = _ATTRIBUTE.fullmatch(attribute)
        return Mark(version=int(match[1]), digest=match[2].decode(), intact=digest(data) == match[2].decode()) if match else None
    near = (0, _NEAR) if kind == "vtt" else (max(0, len(data) - _NEAR), len(data))
    match = (_KEY if kind == "json" else _LINE).search(data, *near)
    if match is None:
        return None
    content, version = data[: match.start()] + data[match.end() :], int(match[1])
    return Mark(version=version, digest=match[2].decode(), intact=marked(content, version, kind) == data)


def attribute(content: bytes, version: int, kind: Kind) -> bytes:
    """What is to be kept beside a file that cannot say it itself; nothing for any other."""
    return f"version {version}, sha256 {digest(content)}".encode() if kind == "attribute" else b""


def _around(content: bytes, kind: Kind) -> tuple[bytes, bytes]:
    """What stands before the mark, and what after it."""
    if kind == "json":
        return content.removesuffix(_END), _END
    first = content.find(b"\n") + 1 if kind == "vtt" else len(content)
    return content[:first], content[first:]


def _mark(content_digest: str, version: int, kind: Kind) -> bytes:
    if kind == "json":
        return f',\n  "reelscribe": {{"version": {version}, "sha256": "{content_digest}"}}'.encode()
    if kind == "attribute":
        return b""
    begin, end = _AROUND[kind]
    return f"\n{begin}reelscribe script, version {version}, sha256 {content_digest}{end}\n".encode()
