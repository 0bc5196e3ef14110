"""The last line of every file that we write: which version it is, and a digest of all that stands above.

So a file tells by itself whether it is ours and untouched, even to a fresh database.
"""

import hashlib
import re

from daemon.contract.values import Frozen

_MARK = re.compile(rb"[^\n]*\breelscribe script, version (\d{1,9}), sha256 ([0-9a-f]{64})[^\n]*\n?\Z")

MOST_VERSIONS = 10_000  # that are looked through for one


class Mark(Frozen):
    """What a file says of itself. ``intact``: nobody changed a byte of it since."""

    version: int
    digest: str
    intact: bool


def digest(content: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(content).hexdigest()


def marked(content: bytes, version: int, comment: tuple[str, str]) -> bytes:
    """``content`` with its mark below it, inside what the format takes for a comment (its beginning and its end)."""
    return content + _line(digest(content), version, comment)


def version_of(sha256: str, content: bytes, comment: tuple[str, str]) -> int | None:
    """The version as which ``content`` was written, if a file with the digest ``sha256`` was made of it."""
    begun, own = hashlib.sha256(content), digest(content)
    for version in range(1, MOST_VERSIONS):
        whole = begun.copy()
        whole.update(_line(own, version, comment))
        if whole.hexdigest() == sha256:
            return version
    return None


def read(data: bytes, comment: tuple[str, str]) -> Mark | None:
    """The mark of a file; None where it has none."""
    match = _MARK.search(data)
    if match is None:
        return None
    content = data[: match.start()].removesuffix(b"\n")
    version = int(match[1])
    return Mark(version=version, digest=match[2].decode(), intact=marked(content, version, comment) == data)


def _line(content_digest: str, version: int, comment: tuple[str, str]) -> bytes:
    return f"\n{comment[0]} reelscribe script, version {version}, sha256 {content_digest} {comment[1]}\n".encode()
