import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from peewee import OperationalError

from daemon.contract.states import JobState
from daemon.jobs.database import open_database
from daemon.jobs.migrations import MIGRATIONS
from daemon.jobs.store import Store
from daemon.jobs.tables import TABLES
from tests.daemon.jobs.conftest import Films

RELEASED = Path(__file__).parent / "released"
NEXT = (*MIGRATIONS, ("ALTER TABLE job ADD COLUMN mood TEXT", "UPDATE job SET mood = 'calm'"))


def _columns(database: Path, table: str) -> set[str]:
    with closing(sqlite3.connect(database)) as plain:
        return {row[1] for row in plain.execute(f"PRAGMA table_info({table})")}


def _version(database: Path) -> int:
    with closing(sqlite3.connect(database)) as plain:
        return int(plain.execute("PRAGMA user_version").fetchone()[0])


def _one_job(database: Path) -> None:
    with closing(Store.open(database)) as store:
        Films(store).job()


def test_the_models_are_the_tables(store: Store, database: Path) -> None:
    for table in TABLES:
        assert {field.column_name for field in table._meta.sorted_fields} == _columns(database, table._meta.table_name)


def test_every_state_has_a_tally(store: Store) -> None:
    assert set(store.counts()) == set(JobState)


def test_a_state_that_is_none_cannot_be_written(store: Store, films: Films) -> None:
    films.job()
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store._db.execute_sql("UPDATE job SET state = 'lost'")  # type: ignore[no-untyped-call]


def test_a_path_that_is_no_bytes_cannot_be_written(store: Store, films: Films) -> None:
    films.job()
    with pytest.raises(Exception, match="cannot store TEXT value in BLOB column"):
        store._db.execute_sql("UPDATE video SET path = 'a.mp4'")  # type: ignore[no-untyped-call]


def test_an_older_database_is_copied_and_then_brought_up_to_date(database: Path) -> None:
    _one_job(database)
    migrated, opened = open_database(database, 0, NEXT)
    assert migrated.execute_sql("SELECT mood FROM job").fetchall() == [("calm",)]  # type: ignore[no-untyped-call]
    migrated.close()
    steps = len(MIGRATIONS)
    assert (opened.migrated_from, opened.backup) == (steps, database.with_name(f"reelscribe.db.v{steps}"))
    assert _version(database) == steps + 1
    assert opened.backup is not None
    assert _version(opened.backup) == steps
    assert "mood" not in _columns(opened.backup, "job")
    with closing(Store.open(opened.backup)) as before:
        assert before.counts()[JobState.PENDING] == 1


def test_a_database_that_is_up_to_date_is_not_copied(database: Path) -> None:
    _one_job(database)
    with closing(Store.open(database)) as store:
        assert (store.opened.backup, store.opened.migrated_from) == (None, None)
    assert [path.name for path in database.parent.iterdir()] == ["reelscribe.db"]


def test_a_step_that_fails_half_way_leaves_the_version_before_it(database: Path) -> None:
    _one_job(database)
    with pytest.raises(OperationalError, match="no such table: nowhere"):
        open_database(database, 0, (*NEXT, ("ALTER TABLE job ADD COLUMN weather TEXT", "UPDATE nowhere SET x = 1")))
    assert _version(database) == len(NEXT)
    assert "weather" not in _columns(database, "job")
    with closing(sqlite3.connect(database)) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("dump", sorted(RELEASED.glob("*.sql")), ids=lambda dump: dump.stem)
def test_every_released_database_still_opens(database: Path, dump: Path) -> None:
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as plain:
        plain.executescript(dump.read_text())
    with closing(Store.open(database)) as store:
        assert store.opened.quarantined is None
        assert sum(store.counts().values()) == 2
        assert {job.path for job in store.page().items} == {b"/in/plain.mp4", b"/in/\xff\n.mp4"}
        for table in TABLES:
            assert {field.column_name for field in table._meta.sorted_fields} == _columns(database, table._meta.table_name)
