"""What lies in an inbox: the truth that events only hint at.

Reads folders and stats of files, opens none but cut lists, follows no link. A walk yields film by film and keeps no more than the
names of the folder that it is in.
"""

import contextlib
import errno
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from config import cutlists
from daemon.inbox.admit import (
    CUT_LISTS,
    FOLDER_OVERRIDES,
    Rules,
    is_cut_list,
    is_own_override,
    refusal,
    refusal_of_folder,
    refusal_of_kind,
    relative,
)
from daemon.inbox.stamp import Stats, of_film, stat_of, stem_of
from daemon.jobs.rows import Facts


@dataclass(frozen=True, slots=True)
class Film:
    """A file that may be a film; ``overrides`` is the stamp of the choices that hold for it."""

    path: bytes
    facts: Facts
    overrides: str


Mirrors = Callable[[bytes], tuple[bytes, ...]]
"""Where else the override files of a folder may lie."""


@dataclass
class Listing:
    """One folder's names, sorted out."""

    films: list["os.DirEntry[bytes]"] = field(default_factory=list)
    folders: list[bytes] = field(default_factory=list)
    overrides: dict[bytes, str] = field(default_factory=dict)  # name: stamp of its stats, wherever it lies
    cut_lists: dict[bytes, bytes] = field(default_factory=dict)  # name of what may be one: its path

    @property
    def stems(self) -> Counter[bytes]:
        """How many films share a stem."""
        return Counter(stem_of(entry.name) for entry in self.films)

    def cuts_of(self, film: bytes) -> Stats:
        """The stamps of a film's cut lists. They are few, and read, since what Reelscribe wrote itself is none."""
        paths = (self.cut_lists.get(stem_of(film) + ending) for ending in CUT_LISTS)
        return tuple(stat_of(path) for path in paths if path and cutlists.cuts_in(Path(os.fsdecode(path))))


@dataclass(frozen=True)
class Part:
    """What is looked through: a folder and all below it. ``others`` are inboxes, which may lie inside this one."""

    inbox: bytes
    folder: bytes
    rules: Rules
    others: frozenset[bytes] = frozenset()
    mirrors: Mirrors = lambda _: ()

    @property
    def whole(self) -> bool:
        """Whether it is all of the inbox."""
        return self.folder == self.inbox

    def holds(self, path: bytes) -> bool:
        """Whether a path lies in it."""
        return path.startswith(self.folder.rstrip(b"/") + b"/")


def films(part: Part) -> Iterator[Film]:
    """Every film of an inbox, or of one of its folders and those below.

    A folder that cannot be read is passed over; the topmost is not.

    Raises:
        OSError: the topmost folder cannot be read.
    """
    seen: set[tuple[int, int]] = set()  # folders, since a bind mount can hold itself
    waiting = [(part.folder, above(part))]
    while waiting:
        path, chain = waiting.pop()
        listing = Listing()
        try:
            listing = _read(path, part, seen)
        except OSError:
            if path == part.folder:
                raise
        chain = (*chain, listing.overrides.get(FOLDER_OVERRIDES, ""))
        waiting.extend((child, chain) for child in listing.folders)
        yield from _films(listing, chain)


def above(part: Part) -> Stats:
    """The stamps of the folder-wide choices from the inbox down to the folder above this part."""
    parts = [] if part.whole else relative(part.folder, part.inbox).split(b"/")
    holders = (b"/".join((part.inbox.rstrip(b"/"), *parts[:depth])) for depth in range(len(parts)))
    return tuple(_folder_wide(holder or b"/", part.mirrors) for holder in holders)


def overrides_of(film: bytes, part: Part) -> str:
    """The stamp of the choices that hold at this moment for one film of the folder that this part is; ``""``: there are none.

    The worker notes it when it reads them, so that a later change is seen.
    """
    try:
        listing = _read(part.folder, part, set())
    except OSError:
        return ""
    chain = (*above(part), listing.overrides.get(FOLDER_OVERRIDES, ""))
    name = film.rpartition(b"/")[2]
    return of_film(name, listing.stems, listing.overrides, chain, listing.cuts_of(name))


def _films(listing: Listing, chain: Stats) -> Iterator[Film]:
    stems = listing.stems
    for entry in listing.films:
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue  # gone since, or not ours to see: what becomes of a known one is looked at by its name
        stamp = of_film(entry.name, stems, listing.overrides, chain, listing.cuts_of(entry.name))
        yield Film(entry.path, Facts.of(status), stamp)


def _read(path: bytes, part: Part, seen: set[tuple[int, int]]) -> Listing:
    """One folder's names; empty where it was read already."""
    listing = Listing()
    status = os.lstat(path)
    if path != part.inbox and not stat.S_ISDIR(status.st_mode):  # an inbox may be a link to a folder
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
    if (status.st_dev, status.st_ino) in seen:
        return listing
    seen.add((status.st_dev, status.st_ino))
    with os.scandir(path) as entries:
        for entry in entries:
            _sort_in(entry, part, listing)
    for mirror in part.mirrors(path):
        _add_overrides(mirror, listing)
    return listing


def _sort_in(entry: "os.DirEntry[bytes]", part: Part, listing: Listing) -> None:
    below = relative(entry.path, part.inbox)
    if entry.is_dir(follow_symlinks=False):
        if entry.path not in part.others and not refusal_of_folder(below, part.rules):
            listing.folders.append(entry.path)
    elif is_own_override(entry.name):
        listing.overrides[entry.name] = stat_of(entry.path)
    elif is_cut_list(entry.name):
        listing.cut_lists[entry.name] = entry.path
    elif not refusal(below, part.rules) and entry.is_file(follow_symlinks=False):
        listing.films.append(entry)


def _add_overrides(mirror: bytes, listing: Listing) -> None:
    with contextlib.suppress(OSError), os.scandir(mirror) as entries:
        for entry in entries:
            if is_own_override(entry.name):
                listing.overrides[entry.name] = "+".join(filter(None, (listing.overrides.get(entry.name), stat_of(entry.path))))


def _folder_wide(folder: bytes, mirrors: Mirrors) -> str:
    places = (folder, *mirrors(folder))
    return "+".join(filter(None, (stat_of(place + b"/" + FOLDER_OVERRIDES) for place in places)))


def why_not(path: bytes, inbox: bytes, rules: Rules) -> str | None:
    """Why a scan passes over what lies at this path, or None: it takes it.

    Raises:
        OSError: nothing lies there, or it may not be looked at.
    """
    mode = os.lstat(path).st_mode
    return refusal(relative(path, inbox), rules) or refusal_of_kind(mode)
