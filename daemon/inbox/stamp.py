"""The stamp of a film's overrides: a short text that changes when one of the files that hold for it does.

It is made of sizes and mtimes alone. Inodes stay out of it, since a disk that is mounted again may number its files anew.
"""

import os
import stat
from collections.abc import Mapping
from hashlib import blake2b

from daemon.inbox.admit import OVERRIDES

Stats = tuple[str, ...]


def of_film(name: bytes, stems: Mapping[bytes, int], beside: Mapping[bytes, str], folders: Stats) -> str:
    """The stamp of one film.

    ``stems`` counts the films that share a stem in its folder, ``beside`` has the stamps of that folder's override files by name,
    ``folders`` those of the folder-wide ones from the inbox down, ``""`` where there is none.
    """
    own = beside.get(own_name(name, shared=stems.get(stem_of(name), 0) > 1), "")
    parts = (*folders, own)
    return blake2b("|".join(parts).encode(), digest_size=8).hexdigest() if any(parts) else ""


def own_name(film: bytes, *, shared: bool) -> bytes:
    """``movie.reelscribe.yaml``, or ``movie.mp4.reelscribe.yaml`` where another film of the folder shares the stem."""
    return (film if shared else stem_of(film)) + OVERRIDES


def stem_of(film: bytes) -> bytes:
    """``movie`` of ``movie.mp4``."""
    return film.rpartition(b".")[0]


def stat_of(path: bytes) -> str:
    """One override file's stats as text; ``""`` where there is none."""
    try:
        status = os.lstat(path)
    except OSError:
        return ""
    return "" if stat.S_ISDIR(status.st_mode) else f"{status.st_size}:{status.st_mtime_ns}"
