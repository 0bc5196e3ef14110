import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import mkdtemp
from textwrap import dedent

import pytest

from daemon.contract.states import HoldCause, JobState
from daemon.jobs.store import DiskFull, Store, TableBusy, TableNewer, TableUnwritable
from tests.daemon.jobs.conftest import Clock, Films

NOW = 1_700_000_000.0  # 2023-11-14T22:13:20Z


@pytest.fixture
def written(database: Path) -> Path:
    """A database with enough jobs for several pages, closed."""
    store = Store.open(database)
    films = Films(store)
    with store.together():
        for number in range(200):
            films.job(f"{number}.mp4")
    store.close()
    return database


def test_a_new_database_is_as_safe_as_sqlite_can_make_it(store: Store) -> None:
    asked = ("journal_mode", "synchronous", "foreign_keys", "journal_size_limit")
    assert [store._db.pragma(name) for name in asked] == ["wal", 2, 1, 16 * 2**20]
    assert store.opened.created


def test_a_first_start_that_is_cut_short_leaves_nothing_that_looks_damaged(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as first:
        first.setattr("daemon.jobs.database.migrate", killed)
        with pytest.raises(KeyboardInterrupt):
            Store.open(database)
    with closing(Store.open(database)) as store:
        assert store.opened.created
        assert store.opened.quarantined is None
    assert [path.name for path in database.parent.iterdir()] == [database.name]


def test_what_was_written_is_there_after_closing(written: Path) -> None:
    with closing(Store.open(written)) as store:
        assert store.counts()[JobState.PENDING] == 200
        assert not store.opened.created
        assert store.opened.quarantined is None


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _zero_header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(100))


def _garbage_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * 4096)


def _text(path: Path) -> None:
    path.write_text("this is no database\n" * 1000)


def _another(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (cake)")


def _table_missing(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE script")


@pytest.mark.parametrize("damage", [_empty, _truncate, _zero_header, _garbage_page, _text, _another, _table_missing])
def test_a_damaged_database_is_put_aside_and_said(written: Path, damage: Callable[[Path], None]) -> None:
    damage(written)
    remains = written.read_bytes()
    with closing(Store.open(written, lambda: NOW)) as store:
        assert store.opened.quarantined == written.with_name("reelscribe.db.corrupt-20231114T221320Z")
        assert store.opened.quarantined.read_bytes() == remains
        assert store.opened.created
        assert sum(store.counts().values()) == 0
        Films(store).job()


def test_its_log_goes_with_a_damaged_database_and_nothing_is_overwritten(written: Path) -> None:
    for number, log in enumerate((b"first", b"second"), 1):
        written.write_bytes(b"")
        written.with_name("reelscribe.db-wal").write_bytes(log)
        with closing(Store.open(written, lambda: NOW)) as store:
            aside = store.opened.quarantined
        assert aside is not None
        assert aside.with_name(aside.name + "-wal").read_bytes() == log
        assert aside.name.endswith("Z" if number == 1 else "Z-2")


def test_a_log_without_its_database_is_kept_too(database: Path) -> None:
    database.parent.mkdir()
    database.with_name("reelscribe.db-wal").write_bytes(b"left behind")
    with closing(Store.open(database, lambda: NOW)) as store:
        assert store.opened.quarantined is not None
        assert store.opened.quarantined.with_name("reelscribe.db.corrupt-20231114T221320Z-wal").read_bytes() == b"left behind"


def test_a_newer_database_is_refused_and_left_alone(written: Path) -> None:
    with closing(sqlite3.connect(written)) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(TableNewer, match="newer Reelscribe") as refused:
        Store.open(written)
    assert refused.value.advice
    assert [path.name for path in written.parent.iterdir()] == ["reelscribe.db"]


def _a_thousand(films: Films) -> None:
    for number in range(1000):
        films.job(f"{number}" * 50)


def test_a_full_disk_is_told_as_such_and_is_over_when_there_is_room(store: Store, films: Films) -> None:
    before = films.job()
    pages = store._db.pragma("page_count")
    store._db.pragma("max_page_count", pages)
    with pytest.raises(DiskFull) as full:
        _a_thousand(films)
    assert full.value.cause is HoldCause.DISK
    assert store.job(before.id) == before
    store._db.pragma("max_page_count", pages * 100)
    assert films.job("room again").state is JobState.PENDING
    assert store._db.pragma("integrity_check") == "ok"
    assert sum(store.counts().values()) == store._db.execute_sql("SELECT count(*) FROM job").fetchone()[0]  # type: ignore[no-untyped-call]


def test_a_disk_that_fills_in_the_middle_of_a_batch_takes_none_of_it(store: Store, films: Films) -> None:
    heard: list[str] = []
    store.on_event(lambda event: heard.append(event.type))
    store._db.pragma("max_page_count", store._db.pragma("page_count"))
    with pytest.raises(DiskFull), store.together():
        _a_thousand(films)
    assert heard == []
    assert sum(store.counts().values()) == 0
    store._db.pragma("max_page_count", 100_000)
    films.job()
    assert heard == ["job.created", "job.changed"]


def test_another_program_that_holds_the_database_is_waited_for_only_briefly(store: Store, films: Films, database: Path) -> None:
    job = films.job()
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TableBusy):
            store.claim(0)
        assert store.job(job.id) == job  # reading goes on
        other.execute("ROLLBACK")
    assert store.claim(0) is not None


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user can reach; pytest's own are closed to others."""
    folder = Path(mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def _open_as_nobody(path: Path) -> str:
    """The name of the error that opening gives to a user without rights."""
    script = dedent(f"""
        import os
        from pathlib import Path
        from daemon.jobs.store import Store
        if os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        try:
            Store.open(Path({str(path)!r})).close()
        except Exception as error:
            print(type(error).__name__, error.message, error.advice, sep="|")
    """)
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


def test_a_folder_that_may_not_be_written_is_refused_with_a_sentence(open_folder: Path) -> None:
    path = open_folder / "reelscribe.db"
    open_folder.chmod(0o555)
    assert _open_as_nobody(path).startswith("TableUnwritable|The job table cannot be written.|Check the owner")
    open_folder.chmod(0o755)
    Store.open(path).close()
    open_folder.chmod(0o555)
    path.chmod(0o444)
    assert _open_as_nobody(path).startswith("TableUnwritable|")
    open_folder.chmod(0o777)
    assert _open_as_nobody(path).startswith("TableUnwritable|")  # the file itself
    path.chmod(0o666)
    assert _open_as_nobody(path) == ""


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TableUnwritable, match="folder of the job table"):
        Store.open(tmp_path / "file" / "reelscribe.db")


def test_no_child_process_inherits_the_database(store: Store, database: Path) -> None:
    script = "import os; print([os.readlink(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd') if int(fd) > 3])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, close_fds=False, check=True)
    assert database.name not in done.stdout


def test_the_log_is_given_back_to_the_disk_when_the_store_closes(store: Store, films: Films, database: Path, clock: Clock) -> None:
    films.job()
    assert database.with_name("reelscribe.db-wal").exists()
    store.close()
    assert [path.name for path in database.parent.iterdir()] == ["reelscribe.db"]
