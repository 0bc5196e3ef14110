"""What lies in an inbox: the truth that events only hint at.

Reads folders and stats of files, opens none, follows no link. A walk yields film by film and keeps no more than the names of the
folder that it is in.
"""

import errno
import os
import stat
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from daemon.inbox.admit import FOLDER_OVERRIDES, Rules, is_override, refusal, refusal_of_folder, refusal_of_kind, relative
from daemon.inbox.stamp import Stats, of_film, stat_of, stem_of
from daemon.jobs.rows import Facts


@dataclass(frozen=True, slots=True)
class Film:
    """A file that may be a film; ``overrides`` is the stamp of the choices that hold for it."""

    path: bytes
    facts: Facts
    overrides: str


@dataclass
class Folder:
    """One folder's names, sorted out."""

    films: list["os.DirEntry[bytes]"] = field(default_factory=list)
    folders: list[bytes] = field(default_factory=list)
    overrides: dict[bytes, str] = field(default_factory=dict)  # name: stamp of its stats

    @property
    def stems(self) -> Counter[bytes]:
        """How many films share a stem."""
        return Counter(stem_of(entry.name) for entry in self.films)


def films(inbox: bytes, rules: Rules, below: bytes | None = None, others: Container[bytes] = ()) -> Iterator[Film]:
    """Every film of an inbox, or of one of its folders and those below. ``others``: inboxes that may lie inside this one.

    A folder that cannot be read is passed over; the inbox itself is not.

    Raises:
        OSError: the inbox, or the folder ``below``, cannot be read.
    """
    top = below or inbox
    seen: set[tuple[int, int]] = set()  # folders, since a bind mount can hold itself
    waiting = [(top, above(inbox, top))]
    while waiting:
        path, chain = waiting.pop()
        folder = _read(path, inbox, rules, others, seen, must=path == top)
        chain = (*chain, folder.overrides.get(FOLDER_OVERRIDES, ""))
        waiting.extend((child, chain) for child in folder.folders)
        yield from _films(folder, chain)


def above(inbox: bytes, folder: bytes) -> Stats:
    """The stamps of the folder-wide choices from the inbox down to the folder above this one."""
    parts = relative(folder, inbox).split(b"/") if folder != inbox else []
    holders = (b"/".join((inbox.rstrip(b"/"), *parts[:depth])) for depth in range(len(parts)))
    return tuple(stat_of(holder + b"/" + FOLDER_OVERRIDES) for holder in holders)


def overrides_of(film: bytes, inbox: bytes, rules: Rules) -> str:
    """The stamp of the choices that hold for one film at this moment; ``""`` where there are none.

    The worker notes it when it reads them, so that a later change is seen. ``inbox`` may be ``b""`` for a film that lies in none.
    """
    path, name = os.path.split(film)
    try:
        folder = _read(path, inbox or path, rules, (), set(), must=True)
    except OSError:
        return ""
    chain = (*above(inbox or path, path), folder.overrides.get(FOLDER_OVERRIDES, ""))
    return of_film(name, folder.stems, folder.overrides, chain)


def _films(folder: Folder, chain: Stats) -> Iterator[Film]:
    stems = folder.stems
    for entry in folder.films:
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue  # gone since, or not ours to see: what becomes of a known one is looked at by its name
        yield Film(entry.path, Facts.of(status), of_film(entry.name, stems, folder.overrides, chain))


def _read(path: bytes, inbox: bytes, rules: Rules, others: Container[bytes], seen: set[tuple[int, int]], *, must: bool) -> Folder:
    """One folder's names; empty where it cannot be read, unless it ``must``, or was read already."""
    folder = Folder()
    try:
        status = os.lstat(path)
        if path != inbox and not stat.S_ISDIR(status.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
        if (status.st_dev, status.st_ino) not in seen:
            seen.add((status.st_dev, status.st_ino))
            _sort_out(path, inbox, rules, others, folder)
    except OSError:
        if must:
            raise
    return folder


def _sort_out(path: bytes, inbox: bytes, rules: Rules, others: Container[bytes], folder: Folder) -> None:
    with os.scandir(path) as entries:
        for entry in entries:
            below = relative(entry.path, inbox)
            if entry.is_dir(follow_symlinks=False):
                if entry.path not in others and not refusal_of_folder(below, rules):
                    folder.folders.append(entry.path)
            elif is_override(entry.name):
                folder.overrides[entry.name] = stat_of(entry.path)
            elif not refusal(below, rules) and entry.is_file(follow_symlinks=False):
                folder.films.append(entry)


def why_not(path: bytes, inbox: bytes, rules: Rules) -> str | None:
    """Why a scan passes over what lies at this path, or None: it takes it.

    Raises:
        OSError: nothing lies there, or it may not be looked at.
    """
    mode = os.lstat(path).st_mode
    return refusal(relative(path, inbox), rules) or refusal_of_kind(mode)
