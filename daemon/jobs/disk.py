"""The disk under the open job table: whether it takes anything at all, and whether it is still the one that the table was opened on.

SQLite tells neither. Of a page that cannot be read it says "malformed" (it makes ``SQLITE_CORRUPT`` of ``SQLITE_IOERR_CORRUPTFS``), and a
table that was opened on a disk that was mounted anew since stays open on the old one.
"""

import errno
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from peewee import SqliteDatabase

FULL = {errno.ENOSPC, errno.EDQUOT}  # a disk that has no room is one that works


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a file lies: its device and inode, and the mount by which it was reached."""

    device: int
    inode: int
    mount: int


class Table(SqliteDatabase):
    """The job table's database; ``spot`` is where its file lay when it was opened, None before."""

    spot: Spot | None = None

    @property
    def path(self) -> Path:
        """Its file."""
        return Path(self.database)


def spot_of(path: Path) -> Spot | None:
    """Where the file at ``path`` lies; None: nothing can be found there."""
    try:
        # Closing any other kind of descriptor would give away the locks that SQLite has on the file (fcntl(2)).
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return _spot(descriptor)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _spot(descriptor: int) -> Spot:
    status = os.fstat(descriptor)
    told = Path(f"/proc/self/fdinfo/{descriptor}").read_text().split()
    return Spot(status.st_dev, status.st_ino, int(told[told.index("mnt_id:") + 1]))


def moved(table: Table) -> bool:
    """Whether another file lies where the open table lay: its disk was mounted anew, say."""
    spot = spot_of(table.path)
    return None not in (table.spot, spot) and spot != table.spot


def takes_nothing(folder: Path) -> bool:
    """Whether nothing can be written to a folder, by a fault of its disk or since it is closed. Tries it."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"?")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno not in FULL
    return False
