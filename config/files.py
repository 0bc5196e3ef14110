"""A small file's bytes, read so that nothing which lies under its name can hang, mislead or flood the reader.

A FIFO is not waited for, a device not opened for reading twice, a link not followed into somebody else's file, a sparse gigabyte
not loaded, and what changes while it is read is not believed.
"""

import errno
import os
import stat
from pathlib import Path

from config.errors import ConfigProblems, refused


def content(path: Path, largest: int, *, through_link: bool = False) -> bytes | None:
    """All that is in ``path``, at most ``largest`` bytes; None where there is no such file. Raises ConfigProblems.

    A link is followed only where ``through_link`` says so: a person's own configuration is often linked into place, whereas
    what lies in an inbox may have been put there by anybody.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if through_link else os.O_NOFOLLOW))
    except OSError as error:
        if _is_absent(error, path):
            return None
        raise _unreadable(path, error) from None
    try:
        return _all_of(descriptor, path, largest)
    except OSError as error:
        raise _unreadable(path, error) from None
    finally:
        os.close(descriptor)


def _is_absent(error: OSError, path: Path) -> bool:
    if error.errno == errno.ENAMETOOLONG:  # a name that no file can have: a film's own name fills all 255 bytes
        return True
    return error.errno in (errno.ENOENT, errno.ENOTDIR) and not path.is_symlink()


def _unreadable(path: Path, error: OSError) -> ConfigProblems:
    if path.is_symlink():
        return refused(str(path), "is a link, and links are not followed here" if path.exists() else "is a link to nothing")
    return refused(str(path), f"cannot be read: {os.strerror(error.errno or 0)}")


def _all_of(descriptor: int, path: Path, largest: int) -> bytes:
    before = os.fstat(descriptor)
    if not stat.S_ISREG(before.st_mode):
        raise refused(str(path), "is not a regular file")
    if before.st_size > largest:
        raise refused(str(path), f"is larger than {largest // 1024} KB")
    found = os.read(descriptor, largest + 1)
    if _facts(os.fstat(descriptor)) != _facts(before) or len(found) != before.st_size:
        raise refused(str(path), "changed while it was read", advice="it is read again once it rests")
    return found


def _facts(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns
