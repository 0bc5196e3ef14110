"""Opening the database, and putting into words what SQLite says when it cannot go on.

A file that cannot be read as our database is put aside, never deleted. The newest good backup takes its place, a new one where there is
none, and the inboxes fill in what it lacks. The codes
are SQLite's primary result codes (https://www.sqlite.org/rescode.html); the error that matters may be one that peewee's own
hides, since a full disk inside a transaction comes out as "cannot rollback": so the whole chain of ``__context__`` is searched.
"""

import errno
import os
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from peewee import PeeweeException

from daemon.contract.errors import MustWait, ReelscribeError
from daemon.contract.states import HoldCause
from daemon.jobs import backups, disk
from daemon.jobs.disk import Table
from daemon.jobs.errors import DiskFull, SqliteTooOld, TableBusy, TableDamaged, TableMoved, TableNewer, TableUnwritable
from daemon.jobs.migrations import MIGRATIONS, Migration, migrate, sync, version_of
from daemon.jobs.rows import Opened
from daemon.jobs.tables import TABLES

OLDEST_SQLITE = (3, 38, 0)  # STRICT tables (3.37), RETURNING (3.35), JSON built in (3.38)
BUSY = 0.5  # seconds: the event loop waits meanwhile, so it must be less than a client's patience
LOG_LIMIT = 16 * 2**20  # bytes that the write-ahead log keeps on disk when it is empty
SAFE = (
    ("journal_mode", "wal"),
    ("synchronous", "full"),  # with "normal" a power cut loses hundreds of acknowledged commits
    ("foreign_keys", 1),
    ("journal_size_limit", LOG_LIMIT),
)
RIGHTS = "Check the owner and rights of the state directory."
NOT_OURS = "What lies there is no whole job table."
BESIDE = ("", "-wal", "-shm")
UNREADABLE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
OF_THE_DISK = UNREADABLE | {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}


@contextmanager
def told(table: Table) -> Generator[None]:
    """What SQLite says of disk, rights and damage comes out as an error with a sentence and an advice; faults of ours as they are."""
    try:
        yield
    except (PeeweeException, sqlite3.Error) as error:
        if words := in_words(error, table):
            raise words from error
        raise


def in_words(error: BaseException, table: Table) -> ReelscribeError | None:
    """What a person is told of an error of the database; None where the fault is the program's."""
    detail, code = str(error), _code(error)
    if code in OF_THE_DISK and disk.moved(table):
        advice = "Reelscribe ends; once it is started again, it opens what lies there."
        return TableMoved("Another disk or file lies where the job table was.", advice, detail)
    if code in UNREADABLE and table.spot and disk.takes_nothing(table.path.parent):
        code = sqlite3.SQLITE_IOERR
    return _in_words(code, detail)


def _in_words(code: int | None, detail: str) -> ReelscribeError | None:
    match code:
        case sqlite3.SQLITE_FULL:
            return DiskFull(HoldCause.DISK, "The disk that holds the job table is full.", "Make room on it.", detail)
        case sqlite3.SQLITE_IOERR:
            return DiskFull(HoldCause.DISK, "The disk that holds the job table fails.", "Look at the system's log; make room.", detail)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return TableUnwritable(HoldCause.DISK, "The job table cannot be written.", RIGHTS, detail)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return TableBusy("Another program holds the job table.", "Close whatever has the database open.", detail)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return TableDamaged("The job table is damaged.", "Restart Reelscribe: it puts the table aside and makes a new one.", detail)
    return None


def _code(error: BaseException) -> int | None:
    """SQLite's primary result code, from the nearest error in the chain that has one and is more than a general "error"."""
    codes = (getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF for cause in _chain(error))
    return next((code for code in codes if code != sqlite3.SQLITE_ERROR), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def open_database(path: Path, now: float, migrations: Sequence[Migration] = MIGRATIONS) -> tuple[Table, Opened]:
    """The database, up to date and whole. ``now`` (unix seconds) names what is put aside."""
    _check_sqlite()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _open(path, migrations)
        except TableDamaged:
            aside = _put_aside(path, now)
            database, opened = _begin_again(path, now, migrations)
            return database, opened.model_copy(update={"quarantined": aside})
    except OSError as error:
        raise _folder_in_words(error) from error


def _begin_again(path: Path, now: float, migrations: Sequence[Migration]) -> tuple[Table, Opened]:
    """From the newest backup that opens, or from nothing."""
    for backup in backups.restored(path, now):
        try:
            database, opened = _open(path, migrations)
            return database, opened.model_copy(update={"restored": backup})
        except (TableDamaged, TableNewer):
            for ending in BESIDE:
                path.with_name(path.name + ending).unlink(missing_ok=True)
    return _open(path, migrations)


def _folder_in_words(error: OSError) -> MustWait:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(HoldCause.DISK, "The disk that holds the job table is full.", "Make room on it.", str(error))
    return TableUnwritable(HoldCause.DISK, f"The folder of the job table cannot be used: {error.strerror}.", RIGHTS, str(error))


def _check_sqlite() -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise SqliteTooOld(f"This Python has SQLite {sqlite3.sqlite_version}; Reelscribe needs 3.38.", "Use a newer Python, from uv say.")


def _open(path: Path, migrations: Sequence[Migration]) -> tuple[Table, Opened]:
    created = _is_new(path)
    if created:
        _begin(path, migrations)
    database = _connection(path)
    try:
        with told(database):
            database.connect()
            before = _whole(database)
            _make_safe(database)
            backup = migrate(database, path, migrations)
            _same_tables(database)
        database.spot = disk.spot_of(path)
    except BaseException:
        database.close()
        raise
    return database, Opened(created=created, migrated_from=before if backup else None, backup=backup)


def _begin(path: Path, migrations: Sequence[Migration]) -> None:
    """Makes a job table that has nothing in it. It takes its name once it is whole: one without tables is a damaged one."""
    begun = path.with_name(f"{path.name}.new")
    for ending in BESIDE:
        begun.with_name(begun.name + ending).unlink(missing_ok=True)
    database = _connection(begun)
    try:
        with told(database):
            database.connect()
            _make_safe(database)
            migrate(database, begun, migrations)
            database.close()
    finally:
        database.close()
    sync(begun)
    begun.rename(path)
    sync(path.parent)


def _make_safe(database: Table) -> None:
    for name, value in SAFE:
        database.pragma(name, value)


def _is_new(path: Path) -> bool:
    """Whether nothing lies there. An empty file is something: SQLite would take it for a new database, and say nothing."""
    if not path.exists():
        if any(path.with_name(path.name + ending).exists() for ending in BESIDE):
            raise TableDamaged(NOT_OURS)
        return True
    if path.stat().st_size == 0:
        raise TableDamaged(NOT_OURS)
    return False


def _connection(path: Path) -> Table:
    if path.exists() and not os.access(path, os.W_OK):  # SQLite would open it for reading, and fail at the first job
        raise TableUnwritable(HoldCause.DISK, "The job table cannot be written.", RIGHTS)
    return Table(str(path), timeout=BUSY, autoconnect=False)


def _whole(database: Table) -> int:
    """The version of a database that can be read through and written; ``TableDamaged`` where it is none of ours."""
    with database.atomic("IMMEDIATE"):  # a folder that may not be written is found out here, not at the first job
        version = version_of(database)
        tables = set(database.get_tables())
    if (version == 0) != (not tables) or database.pragma("quick_check(1)") != "ok":
        raise TableDamaged(NOT_OURS)
    return version


def _same_tables(database: Table) -> None:
    if not {table._meta.table_name for table in TABLES} <= set(database.get_tables()):
        raise TableDamaged(NOT_OURS)


def _put_aside(path: Path, now: float) -> Path:
    """Renames the database with its log and index, under a name that SQLite's own tools can open."""
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = _free(path.with_name(f"{path.name}.corrupt-{stamp}"))
    for ending in BESIDE:
        damaged = path.with_name(path.name + ending)
        if damaged.exists():
            damaged.rename(aside.with_name(aside.name + ending))
    sync(path.parent)
    return aside


def _free(path: Path) -> Path:
    number = 1
    free = path
    while any(free.with_name(free.name + ending).exists() for ending in BESIDE):
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free
