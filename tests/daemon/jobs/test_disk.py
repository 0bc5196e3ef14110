"""The disk under the open table: what SQLite says of it, put right."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.contract.errors import ReelscribeError
from daemon.jobs import disk
from daemon.jobs.database import in_words
from daemon.jobs.errors import TableDamaged, TableMoved
from daemon.jobs.store import DiskFull, Store
from tests.daemon.jobs.conftest import Films
from tests.end_to_end.running import unwritable


def said(store: Store, code: int) -> ReelscribeError | None:
    """What becomes of an error of SQLite's."""
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = code
    return in_words(error, store._db)


def test_a_table_on_a_disk_that_works_is_damaged_where_sqlite_says_so(store: Store) -> None:
    assert isinstance(said(store, sqlite3.SQLITE_CORRUPT), TableDamaged)


@pytest.mark.needs("chattr")
def test_a_table_on_a_disk_that_takes_nothing_is_waited_for(store: Store, database: Path) -> None:
    with unwritable(database.parent):
        assert isinstance(said(store, sqlite3.SQLITE_CORRUPT), DiskFull)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN])
def test_another_table_in_its_place_is_noticed(store: Store, database: Path, code: int) -> None:
    Path(shutil.copy(database, database.with_name("other.db"))).replace(database)
    assert isinstance(said(store, code), TableMoved)


def test_a_table_that_nothing_lies_in_the_place_of_is_waited_for(store: Store, database: Path) -> None:
    database.rename(database.with_name("elsewhere.db"))
    assert isinstance(said(store, sqlite3.SQLITE_IOERR), DiskFull)


def test_to_look_where_a_table_lies_leaves_its_locks_alone(store: Store, films: Films, database: Path) -> None:
    films.job()
    before = locks(database)
    assert before
    assert disk.spot_of(database)
    assert locks(database) == before


def locks(path: Path) -> list[str]:
    """What the kernel knows of the locks on a file."""
    ending = f":{path.stat().st_ino} "
    return [line.split(": ", 1)[1] for line in Path("/proc/locks").read_text().splitlines() if ending in line and str(os.getpid()) in line]


def fill(films: Films) -> None:
    for number in range(1000):
        films.job(f"{number}" * 50)


@pytest.mark.parametrize("proves", [lambda store: store.due(0), lambda store: store.announce({})])
def test_a_table_that_cannot_be_written_says_so_until_it_can(store: Store, films: Films, proves: Callable[[Store], object]) -> None:
    pages = store._db.pragma("page_count")
    store._db.pragma("max_page_count", pages)
    with pytest.raises(DiskFull):
        fill(films)
    assert store.shut
    assert "full" in store.shut.message
    store._db.pragma("max_page_count", pages * 100)
    proves(store)
    assert store.shut is None
