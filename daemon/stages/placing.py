"""Puts a file into a person's folder: whole or not at all, and never over something that is theirs."""

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}  # file systems without hard links
ROOM = 24  # bytes of a name that are left for its ending: ``.v999.breakdown.csv``


def place(
    path: Path, data: bytes, like: os.stat_result, *, replaces: bytes | None, attributes: Mapping[str, bytes] | None = None
) -> bool:  # fmt: skip
    """Writes ``data`` to ``path`` with the owner and mode of ``like``; on the disk for good when it returns.

    ``replaces`` is what stands there, or None where nothing does. ``attributes`` go with the file where its file system keeps such.
    False, and nothing changed, where something else stands there by now.
    """
    with _begun(path, data, like, attributes or {}) as begun:
        if replaces is None:
            placed = _new(begun, path)
        else:
            placed = path.read_bytes() == replaces
            if placed:
                begun.replace(path)
    _sync(path.parent)
    return placed


def clear(path: Path) -> None:
    """Takes away what a run that was cut short left beside ``path``."""
    with suppress(OSError):  # nothing there, or a folder that cannot be written
        _aside(path).unlink()


def attribute(path: Path, name: str) -> bytes:
    """What the file system keeps beside the file at ``path`` under ``name``; nothing where it keeps none."""
    try:
        return os.getxattr(path, name)
    except OSError:
        return b""


def fitting(stem: str, longest: int) -> str:
    """``stem`` so that it and any ending take at most ``longest`` bytes. A cut one keeps apart by a hash of the whole."""
    raw = os.fsencode(stem)
    if len(raw) + ROOM <= longest:
        return stem
    mark = f"~{blake2b(raw, digest_size=4).hexdigest()}"
    short = longest - len(mark) - ROOM
    while short and raw[short] & 0xC0 == 0x80:  # in the middle of a character
        short -= 1
    return os.fsdecode(raw[:short]) + mark


def longest_name(folder: Path) -> int:
    """How many bytes a name in ``folder`` may have."""
    return os.pathconf(folder, "PC_NAME_MAX")


@contextmanager
def _begun(path: Path, data: bytes, like: os.stat_result, attributes: Mapping[str, bytes]) -> Iterator[Path]:
    """A whole, synced file under a name that nobody takes for a film or a script; gone again afterwards."""
    begun = _aside(path)
    begun.unlink(missing_ok=True)  # of a run that was cut short
    file = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            _adorn(file, attributes)
            _fill(file, data, like)
        finally:
            os.close(file)
        yield begun
    finally:
        with suppress(OSError):  # the folder went away: nothing is left in it
            begun.unlink(missing_ok=True)


def _aside(path: Path) -> Path:
    return path.with_name(f".reelscribe-{blake2b(os.fsencode(path.name), digest_size=8).hexdigest()}.part")


def _adorn(file: int, attributes: Mapping[str, bytes]) -> None:
    for name, value in attributes.items():
        with suppress(OSError):  # not every file system keeps them
            os.setxattr(file, name, value)


def _fill(file: int, data: bytes, like: os.stat_result) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(file, left) :]
    for owner in (like.st_uid, -1):  # only root may give a file away; to another group of one's own anybody may
        with suppress(OSError):
            os.fchown(file, owner, like.st_gid)
            break
    with suppress(OSError):
        os.fchmod(file, stat.S_IMODE(like.st_mode) & 0o666 | stat.S_IRUSR | stat.S_IWUSR)
    os.fsync(file)


def _new(begun: Path, path: Path) -> bool:
    """Gives the file its name unless somebody else has it."""
    try:
        os.link(begun, path, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        return _reserved(begun, path)
    return True


def _reserved(begun: Path, path: Path) -> bool:
    """The same without links: an empty file holds the name until ours takes its place."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return False
    begun.replace(path)
    return True


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
