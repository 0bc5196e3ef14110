"""Where a folder stands: its device, its mount, and whether other machines can write there.

A missing disk leaves an empty folder behind (the bare mount point) that has the same name and another device or mount id. Nothing is
written into anyone's folder to tell them apart.
"""

import os
from dataclasses import dataclass
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")  # proc(5)
REMOTE = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse", "virtiofs", "vboxsf", "prl_fs", "drvfs",
    "ceph", "afs", "lustre", "gfs2", "ocfs2", "beegfs", "gpfs", "davfs",
})  # fmt: skip
"""File systems that other machines (or a FUSE program) change without an event here. ``fuseblk`` is a local disk."""


@dataclass(frozen=True, slots=True)
class Place:
    """One folder as it stands. The mount id is of this boot and this mount namespace."""

    device: int
    inode: int
    mount_id: int


def place_of(folder: bytes) -> Place:
    """Where a folder stands.

    Raises:
        OSError: it is not there, is no folder, or may not be read.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        return Place(status.st_dev, status.st_ino, _mount_id(descriptor))
    finally:
        os.close(descriptor)


def remote_devices(mounts: Path = MOUNTS) -> frozenset[int]:
    """The devices (``st_dev``) whose files may change without an event, and be written by somebody whom this machine cannot see."""
    lines = mounts.read_text(errors="surrogateescape").splitlines()
    return frozenset(device for device, kind in map(_mount, lines) if is_remote(kind))


def is_remote(kind: str) -> bool:
    """Whether a file system of this type (as in mountinfo) is changed from elsewhere."""
    return kind in REMOTE or kind.startswith("fuse.")


def _mount(line: str) -> tuple[int, str]:
    """``36 35 98:0 /root /at rw,noatime shared:1 - ext4 /dev/sda1 rw`` as (device, type)."""
    mount, _, source = line.partition(" - ")
    major, minor = mount.split()[2].split(":")
    return os.makedev(int(major), int(minor)), source.split()[0]


def _mount_id(descriptor: int) -> int:
    lines = Path(f"/proc/self/fdinfo/{descriptor}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("mnt_id:"))
