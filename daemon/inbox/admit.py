"""Which files are films: the rules by name and by kind, each refusal with its reason in words.

Pure. Names are bytes, as the file system has them; ``below`` is a path as it is below the inbox.
"""

import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import translate

from config import cutlists

OVERRIDES = b".reelscribe.yaml"  # ends the name of one film's choices
FOLDER_OVERRIDES = b"reelscribe.yaml"  # holds for every film below its folder

CUT_LISTS = tuple(ending.encode() for ending in cutlists.ENDINGS)

UNFINISHED = (
    b".part", b".partial", b".crdownload", b".opdownload", b".download", b".filepart", b".tmp", b".temp", b".aria2", b".!qb", b".!ut", b"~",
)  # fmt: skip
"""How browsers, download managers and copying programs mark what is not whole."""

SCRIPTS = (
    b".fountain", b".md", b".fdx", b".pdf", b".html", b".srt", b".vtt", b".json", b".otio", b".edl", b".chapters.txt", b".chapters.xml",
    b".breakdown.csv",
)  # fmt: skip
"""What Reelscribe writes next to a film; never input, even where a person lists it among the extensions."""

SYSTEM_FOLDERS = frozenset({b"@eadir", b"#recycle", b"#snapshot", b"$recycle.bin", b"system volume information", b"lost+found"})
"""Where NAS boxes and file systems keep previews, snapshots and what was deleted; lower case."""

KINDS = (
    (stat.S_ISLNK, "is a symbolic link; the film itself is taken where it lies in the inbox"),
    (stat.S_ISDIR, "is a folder"),
    (stat.S_ISFIFO, "is a pipe, not a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
    (stat.S_ISCHR, "is a device, not a file"),
)


@dataclass(frozen=True)
class Rules:
    """What a person set: extensions in lower case, and patterns over the name or the path below the inbox."""

    extensions: tuple[bytes, ...]
    ignore: tuple[tuple[str, re.Pattern[str]], ...] = ()

    @classmethod
    def of(cls, extensions: Iterable[str], ignore: Iterable[str] = ()) -> "Rules":
        """The rules of ``watch.extensions`` and ``watch.ignore``."""
        return cls(
            tuple(os.fsencode(extension.lower()) for extension in extensions),
            tuple((pattern, re.compile(translate(pattern))) for pattern in ignore),
        )


def relative(path: bytes, inbox: bytes) -> bytes:
    """A path as it is below the inbox that holds it. Both are absolute and normal."""
    return path[len(inbox.rstrip(b"/")) + 1 :]


def refusal(below: bytes, rules: Rules) -> str | None:
    """Why no film can have this path below its inbox, or None: it may be one."""
    folders, _, name = below.rpartition(b"/")
    return _hidden_folder(folders) or _by_name(name, rules) or _by_pattern(below, rules)


def refusal_of_folder(below: bytes, rules: Rules) -> str | None:
    """Why nothing in this folder below the inbox is taken, or None."""
    return _hidden_folder(below) or _by_pattern(below, rules)


def refusal_of_kind(mode: int) -> str | None:
    """Why a thing of this ``st_mode`` (of the link, not its target) is no film, or None: it is a regular file."""
    if stat.S_ISREG(mode):
        return None
    return next((reason for is_kind, reason in KINDS if is_kind(mode)), "is not a regular file")


def is_override(name: bytes) -> bool:
    """Whether a file of this name holds a person's choices."""
    return is_own_override(name) or is_cut_list(name)


def is_own_override(name: bytes) -> bool:
    """Whether it is one of Reelscribe's own kind."""
    return name == FOLDER_OVERRIDES or name.endswith(OVERRIDES)


def is_cut_list(name: bytes) -> bool:
    """Whether it may say what a player leaves out of the film beside it; many a text has such a name and does not."""
    return name.endswith(CUT_LISTS)


def _hidden_folder(folders: bytes) -> str | None:
    for folder in folders.split(b"/"):
        if folder.startswith(b"."):
            return "lies in a hidden folder"
        if folder.lower() in SYSTEM_FOLDERS:
            return "lies in a folder that the system keeps for itself"
    return None


def _by_name(name: bytes, rules: Rules) -> str | None:
    lower = name.lower()
    if lower.startswith(b"."):
        return "is a hidden file (its name starts with a dot)"
    if is_own_override(name):
        return "holds choices for films; it is read, not written up"
    if lower.endswith(UNFINISHED):
        return "has the name of a file that is still being fetched or copied"
    if lower.endswith(SCRIPTS):
        return "has the name of something that Reelscribe writes"
    if not lower.endswith(rules.extensions):
        return "does not have the extension of a film (see watch.extensions)"
    return None


def _by_pattern(below: bytes, rules: Rules) -> str | None:
    """A pattern that a folder matches holds for all in it."""
    names = os.fsdecode(below).split("/") if rules.ignore else []
    for depth, name in enumerate(names, start=1):
        for pattern, matcher in rules.ignore:
            if matcher.match(name) or matcher.match("/".join(names[:depth])):
                return f"matches {pattern!r} in watch.ignore"
    return None
