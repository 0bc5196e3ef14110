"""Copies of the job table: made every day, looked through, kept for some days, and taken up again where the table itself is damaged.

Everything here works on files with connections of its own, so that it may run in any thread beside the daemon's own connection.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from daemon.jobs.errors import TableDamaged
from daemon.jobs.migrations import sync

FOLDER = "backups"
STAMP = "%Y%m%dT%H%M%SZ"
DAY = 86_400.0  # seconds
WEEK = 7 * DAY
SKEW = 3600.0  # seconds by which a clock may be wrong without a copy counting as one from the future
LOOKED = "looked-through"  # the file whose time says when the indexes were last looked through too
RESTART = "Restart Reelscribe: it puts the table aside, takes up the newest good backup, and reads the inboxes anew."

Check = Literal["quick_check", "integrity_check"]


def back_up(database: Path, now: float, most: int) -> Path | None:
    """Copies the table, looks through the copy, and keeps the ``most`` newest ones; None: the last one is not a day old yet.

    Once a week the copy's indexes are compared with its rows too. Unfinished copies are never found under a copy's name.

    Raises:
        TableDamaged: the copy is damaged, and so is the table; the copies before it stay.
        sqlite3.Error, OSError: there is no room, say.
    """
    folder = database.parent / FOLDER
    newest = next(iter(_newest_first(folder, now)), None)
    if newest is not None and 0 <= now - _taken(newest) < DAY:
        return None
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / f"{database.stem}-{datetime.fromtimestamp(now, UTC).strftime(STAMP)}.db"
    unfinished = copy.with_suffix(".part")
    try:
        _copy(database, unfinished)
        _look_through(unfinished, folder / LOOKED, now)
        sync(unfinished)
        unfinished.replace(copy)
    finally:
        unfinished.unlink(missing_ok=True)
    for old in _newest_first(folder, now)[most:]:
        old.unlink(missing_ok=True)
    sync(folder)
    return copy


def restored(database: Path, now: float) -> Iterator[Path]:
    """Lays good copies in the place of a database that was put aside, one after the other, the newest first: take the first that opens."""
    for copy in _newest_first(database.parent / FOLDER, now):
        if not _is_good(copy):
            continue
        laid = database.with_name(f"{database.name}.part")
        laid.write_bytes(copy.read_bytes())
        sync(laid)
        laid.replace(database)
        sync(database.parent)
        yield copy


def fault(database: Path, check: Check = "quick_check") -> str:
    """What SQLite finds wrong with a file, ``""``: nothing."""
    try:
        with closing(_reader(database)) as reader:
            return "" if (found := reader.execute(f"PRAGMA {check}(1)").fetchone()[0]) == "ok" else str(found)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # it is held, or cannot be reached: no word of damage
            raise
        return str(error)


def _is_good(copy: Path) -> bool:
    try:
        return not fault(copy, "integrity_check")
    except sqlite3.Error:
        return False


def _copy(database: Path, target: Path) -> None:
    """All of it at once, so that a copy is of one moment; whoever writes meanwhile is not kept waiting (WAL)."""
    target.unlink(missing_ok=True)
    try:
        with closing(_reader(database)) as source, closing(sqlite3.connect(target)) as made:
            source.backup(made)
            made.execute("PRAGMA journal_mode = delete")  # one file, that can be taken anywhere
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise TableDamaged(f"The job table is damaged: {error}.", RESTART) from error


def _look_through(copy: Path, looked: Path, now: float) -> None:
    last = looked.stat().st_mtime if looked.exists() else 0.0
    thorough = not 0 <= now - last < WEEK
    if found := fault(copy, "integrity_check" if thorough else "quick_check"):
        raise TableDamaged(f"The job table is damaged: {found}.", RESTART)
    if thorough:
        looked.write_text("The job table and its indexes were whole when this was written.\n")
        os.utime(looked, (now, now))


def _reader(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)


def _newest_first(folder: Path, now: float) -> list[Path]:
    """The copies; those from the future, of a clock that was wrong, come last."""
    stamped = [copy for copy in folder.glob("*.db") if _taken(copy) > 0]
    return sorted(stamped, key=lambda copy: (_taken(copy) <= now + SKEW, _taken(copy)), reverse=True)


def _taken(copy: Path) -> float:
    try:
        return datetime.strptime(copy.stem.rpartition("-")[2], STAMP).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0
