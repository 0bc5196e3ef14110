"""A disk on a loop device whose plug can be pulled: what was not flushed is gone (EXT4_IOC_SHUTDOWN, which XFS takes too)."""

import fcntl
import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32) of linux/ext4 and xfs_fs.h
WITHOUT_FLUSH = 2
SIZE = 320 << 20  # bytes; XFS takes no less than 300 MB. The file is sparse
# XFS refuses a copy of a disk that is still in use, unless it is told to.
OPTIONS = {"ext4": "loop,errors=remount-ro", "xfs": "loop,nouuid"}


class Disk:
    """Mounted at ``at``."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._image, self.kind, self.at = folder / "disk.img", kind, folder / "disk"
        self.at.mkdir()
        with self._image.open("wb") as file:
            file.truncate(SIZE)
        _run(f"mkfs.{kind}", "-q", self._image)
        self.plug_in()

    def plug_in(self) -> None:
        """As the disk was left. A copy of it: the kernel would take up a dead one again that something still holds."""
        fresh = self._image.with_name(f"new-{self._image.name}")
        _run("cp", "--sparse=always", self._image, fresh)
        fresh.replace(self._image)
        _run("mount", "-o", OPTIONS[self.kind], self._image, self.at)

    def pull(self) -> None:
        """From here on nothing reaches the disk."""
        folder = os.open(self.at, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, SHUTDOWN, struct.pack("I", WITHOUT_FLUSH))
        finally:
            os.close(folder)

    def go_wrong(self) -> None:
        """ext4 finds something wrong in itself: from here on it is read-only, for those too who have a file open."""
        number = self.at.stat().st_dev
        device = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}").resolve().name
        Path(f"/sys/fs/ext4/{device}/trigger_fs_error").write_text("by hand")

    def remount(self, how: str) -> None:
        """``ro`` or ``rw``."""
        _run("mount", "-o", f"remount,{how}", self.at)

    def unplug(self) -> None:
        """Whoever has a file of it open keeps that."""
        _run("umount", "--lazy", self.at)


@contextmanager
def disk(folder: Path, kind: str) -> Iterator[Disk]:
    """One of the file system ``kind``; gone afterwards."""
    made = Disk(folder, kind)
    try:
        yield made
    finally:
        made.unplug()


def _run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
