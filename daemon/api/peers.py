"""Who is at the other end of the Unix socket, as the kernel says (unix(7), SO_PEERCRED), and whether they may be.

The socket's mode says the same a first time; this holds where somebody has opened up the folder, or hands connections on.
"""

import os
import socket
import struct
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

from daemon.api.problems import problem
from daemon.contract.problems import Problem

ROOT = 0
SO_PEERGROUPS = 59  # of asm-generic/socket.h; Python has no name for it
ADVICE = "Ask as the person whose service it is, or have root add you to the socket's group."


class Peer(NamedTuple):
    """A process that calls. ``groups`` has all of its groups."""

    pid: int
    uid: int
    groups: frozenset[int]


def of(connection: socket.socket) -> Peer | None:
    """Who calls; None where it is no Unix socket, of which the kernel can say nothing."""
    if connection.family != socket.AF_UNIX:
        return None
    pid, uid, gid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return Peer(pid, uid, frozenset({gid, *_further(connection)}))


def stranger(peer: Peer, owner: int, group: int) -> Problem | None:
    """Why a peer is not let in; None: it is the ``owner``, root, or a member of the socket's ``group``."""
    if peer.uid in (owner, ROOT) or group in peer.groups:
        return None
    return problem(HTTPStatus.FORBIDDEN, f"this service is not for user {peer.uid}", ADVICE)


def group_of(connection: socket.socket) -> int:
    """The group of the socket's file; our own where it has none any more."""
    with suppress(OSError, ValueError):
        return os.stat(connection.getsockname()).st_gid  # noqa: PTH116 - bytes or text, as the kernel gives it
    return os.getegid()


def _further(connection: socket.socket) -> tuple[int, ...]:
    with suppress(OSError):  # an older kernel
        found = connection.getsockopt(socket.SOL_SOCKET, SO_PEERGROUPS, 1024)
        return struct.unpack(f"{len(found) // 4}I", found)
    return ()
