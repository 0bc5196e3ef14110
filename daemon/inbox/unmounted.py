"""Disks that the machine let go of while the service still holds them.

The hardened service has a mount namespace of its own, in which each inbox is mounted a second time (BindPaths=). When the machine unmounts
the disk, that second mount stays, follows no other any more (mount_namespaces(7): it has no master), and hides what is mounted at its place
later. Only a new namespace shows that: the service ends, and systemd starts another. Network shares are left alone: they go on answering.
"""

import asyncio
import os
import re
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import NamedTuple

from daemon.contract.errors import ReelscribeError
from daemon.contract.values import shown
from daemon.inbox.place import MOUNTS, is_remote

LOOK = 5.0  # seconds between two looks


class DiskLetGo(ReelscribeError):
    """An inbox is on a disk that is no longer mounted for anybody else."""


class Mount(NamedTuple):
    """A line of proc(5)'s mountinfo. ``follows``: what is unmounted where it was copied from is unmounted here too."""

    number: int
    at: Path
    follows: bool
    kind: str


async def mind(inboxes: Callable[[], Iterable[Path]], mounts: Path = MOUNTS, every: float = LOOK) -> None:
    """Looks on for ever. Raises DiskLetGo."""
    known = frozenset[int]()
    while True:
        found = read(mounts)
        if lost := let_go(known, found, inboxes()):
            raise DiskLetGo(f"the disk of {shown(lost)} was unmounted", "The service starts anew, to see what is mounted there next.")
        known |= {mount.number for mount in found if mount.follows}
        await asyncio.sleep(every)


def read(mounts: Path) -> tuple[Mount, ...]:
    """All mounts of a namespace."""
    return tuple(_mount(os.fsdecode(line)) for line in mounts.read_bytes().splitlines())


def let_go(known: Collection[int], mounts: Iterable[Mount], inboxes: Iterable[Path]) -> Path | None:
    """An inbox that lies on a mount which followed another once (its number is ``known``) and does no more."""
    severed = [mount.at for mount in mounts if mount.number in known and not mount.follows and not is_remote(mount.kind)]
    return next((inbox for inbox in inboxes if any(inbox.is_relative_to(place) for place in severed)), None)


def _mount(line: str) -> Mount:
    r"""``36 35 98:0 /root /at rw,noatime shared:2 master:1 - ext4 /dev/sda1 rw``, with blanks in names as ``\040``."""
    mount, _, source = line.partition(" - ")
    number, _, _, _, at, _, *tags = mount.split(" ")
    place = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), at)
    return Mount(int(number), Path(place), any(tag.startswith("master:") for tag in tags), source.split(" ")[0])
