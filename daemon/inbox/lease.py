"""Asks the kernel whether anybody holds a file open for writing.

A read lease (``F_SETLEASE``, fcntl(2)) is granted only while nobody has the file open, or mapped, for writing. It is given back at
once: it serves as a question, not as a lock. Only openers on this machine count, so a file on a network share is not asked about.
"""

import errno
import fcntl
import os
import signal
import stat
from collections.abc import Container
from enum import Enum

from daemon.inbox.settle import Lease, Look
from daemon.jobs.rows import Facts

READ_ONLY = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC  # a FIFO does not block, a link is not followed


class Missing(Enum):
    """Why there is nothing to look at."""

    GONE = "no regular file has this name"
    FOLDER = "its folder cannot be read"
    DISK = "its disk does not answer"


def look(path: bytes, remote: Container[int]) -> Look | Missing:
    """How a file stands at this moment. ``remote``: devices (``st_dev``) whose files may be written by other machines."""
    try:
        descriptor = os.open(path, READ_ONLY)
    except PermissionError:
        return _look_from_outside(path)
    except OSError as error:
        return _missing(error)
    try:
        return _look_at(descriptor, remote)
    finally:
        os.close(descriptor)


def ask(descriptor: int) -> Lease:
    """Whether a regular file, open for reading, is open for writing elsewhere.

    The kernel tells a lease's holder by SIGIO when somebody opens the file for writing, and SIGIO ends a process. So this descriptor's
    signal is SIGURG, which does nothing by default; no handler of the process is touched. Who opens the file in those
    microseconds waits until the lease is given back.
    """
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return Lease.WRITER if error.errno == errno.EAGAIN else Lease.CANNOT_TELL
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return Lease.FREE


def _look_at(descriptor: int, remote: Container[int]) -> Look | Missing:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        return Missing.GONE
    # NFS and SMB answer "in use" for want of a delegation, so their answer means nothing.
    lease = Lease.CANNOT_TELL if status.st_dev in remote else ask(descriptor)
    status = os.fstat(descriptor)  # after the lease: a write that ended between the two would go unseen the other way round
    return Look(Facts.of(status), status.st_blocks * 512 < status.st_size, lease)


def _look_from_outside(path: bytes) -> Look | Missing:
    try:
        status = os.lstat(path)
    except OSError as error:
        return _missing(error)
    if not stat.S_ISREG(status.st_mode):
        return Missing.GONE
    return Look(Facts.of(status), status.st_blocks * 512 < status.st_size, Lease.CANNOT_TELL)


def _missing(error: OSError) -> Missing:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR | errno.ELOOP | errno.ENXIO:
            return Missing.GONE
        case errno.EIO | errno.ESTALE | errno.ENOTCONN | errno.ENODEV:
            return Missing.DISK
        case _:
            return Missing.FOLDER
