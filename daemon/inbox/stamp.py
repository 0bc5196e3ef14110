"""The stamp of a film's overrides: a short text that changes when one of the files that hold for it does.

It is made of sizes and mtimes alone. Inodes stay out of it, since a disk that is mounted again may number its files anew.
"""

import os
import stat
from collections.abc import Mapping
from hashlib import blake2b

from daemon.inbox.admit import OVERRIDES

Stats = tuple[str, ...]


def of_film(name: bytes, stems: Mapping[bytes, int], beside: Mapping[bytes, str], folders: Stats, cuts: Stats = ()) -> str:
    """The stamp of one film.

    ``stems`` counts the films that share a stem in its folder, ``beside`` has the stamps of that folder's override files by name,
    ``folders`` those of the folder-wide ones from the inbox down, ``cuts`` those of the film's cut lists, ``""`` where there is none.
    """
    full, by_stem = (beside.get(start + OVERRIDES, "") for start in (name, stem_of(name)))
    twins = stems.get(stem_of(name), 0) > 1
    # One that could be meant for two films is refused, and so counts, unless there is one by the full name.
    parts = (*folders, full, "" if twins and full else by_stem, *filter(None, cuts))
    return blake2b("|".join(parts).encode(), digest_size=8).hexdigest() if any(parts) else ""


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
