"""What a film is, whatever its name: the digest of its content."""

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

BLOCK = 1 << 20  # bytes


def content_digest(path: Path, progress: Callable[[float], None]) -> str:
    """BLAKE2b-256 of the whole file, hex. ``progress`` is told how many bytes are read.

    Raises:
        OSError: the file is gone, or its disk does not give it.
    """
    digest, done = blake2b(digest_size=32), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            done += len(block)
            progress(done)
    return digest.hexdigest()
