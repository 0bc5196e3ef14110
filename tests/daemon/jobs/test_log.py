"""SQLite's write-ahead log beside the table: how far it grows, and what becomes of a table without its log, or with another's."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from daemon.contract.states import JobState
from daemon.jobs.database import LOG_LIMIT
from daemon.jobs.store import Store
from tests.daemon.jobs.conftest import Films

LARGE = 2 << 20  # bytes of one event
FILMS = 30


def log_of(database: Path) -> Path:
    return database.with_name(database.name + "-wal")


def index_of(database: Path) -> Path:
    return database.with_name(database.name + "-shm")


def write_much(store: Store) -> None:
    """More than the log may keep."""
    for _ in range(LOG_LIMIT // LARGE + 2):
        store.announce({"said": "x" * LARGE})
        store.trim(events_before=0, keep_events=1)


def test_a_log_that_a_long_reader_let_grow_shrinks_once_the_reader_has_gone(store: Store, films: Films, database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM job").fetchone()
        write_much(store)
        assert log_of(database).stat().st_size > LOG_LIMIT
    for number in range(3):
        films.job(f"{number}.mp4")
    assert log_of(database).stat().st_size <= LOG_LIMIT


def test_the_store_itself_is_no_long_reader(store: Store, films: Films, database: Path) -> None:
    jobs = [films.job(f"{number}.mp4") for number in range(FILMS)]
    store.page(limit=5)
    store.job(jobs[0].id)
    store.claim(0)
    store.holds()
    store.counts()
    with closing(sqlite3.connect(database)) as other:
        busy, *_ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert not busy
    assert log_of(database).stat().st_size == 0
    write_much(store)
    assert log_of(database).stat().st_size <= LOG_LIMIT


@pytest.fixture
def crashed(store: Store, films: Films, database: Path, tmp_path: Path) -> Path:
    """A table as a crash leaves it: half of its jobs stand in the log alone."""
    for number in range(FILMS):
        films.job(f"{number}.mp4")
        if number == FILMS // 2 - 1:
            store._db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[no-untyped-call]
    shutil.copytree(database.parent, tmp_path / "crashed")
    return tmp_path / "crashed" / database.name


def test_without_its_index_a_table_has_all_that_was_acknowledged(crashed: Path) -> None:
    index_of(crashed).unlink()
    with closing(Store.open(crashed)) as store:
        assert store.counts()[JobState.PENDING] == FILMS
        assert store.opened.quarantined is None


@pytest.mark.parametrize("index", [True, False])
def test_without_its_log_a_table_is_whole_as_it_stood_before(crashed: Path, index: bool) -> None:
    log_of(crashed).unlink()
    if not index:
        index_of(crashed).unlink()
    with closing(Store.open(crashed)) as store:
        assert store._db.pragma("integrity_check") == "ok"
        assert store.counts()[JobState.PENDING] == FILMS // 2  # a scan brings the others


def test_the_log_of_another_table_makes_no_table_of_two(crashed: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh" / "reelscribe.db"
    with closing(Store.open(fresh)) as store:
        Films(store).job("mine.mp4")
    shutil.copy(log_of(crashed), log_of(fresh))
    with closing(Store.open(fresh)) as store:
        found = {job.path for job in store.page(limit=100).items}
        one, other, none = {b"/in/mine.mp4"}, {b"/in/%d.mp4" % number for number in range(FILMS)}, set[bytes]()
        assert found in ([none] if store.opened.quarantined else [one, other])
        assert store._db.pragma("integrity_check") == "ok"
        assert store._db.pragma("foreign_key_check") is None
