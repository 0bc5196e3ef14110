"""Copies of the job table: when one is made, what is found in it, and what becomes of a table that is damaged."""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from daemon.jobs import backups
from daemon.jobs.errors import TableDamaged
from daemon.jobs.store import Store
from tests.daemon.jobs.conftest import Films

NOW = 1_700_000_000.0
DAY = backups.DAY


@pytest.fixture
def table(tmp_path: Path) -> Iterator[tuple[Store, Films]]:
    with closing(Store.open(tmp_path / "reelscribe.db", lambda: NOW)) as store:
        films = Films(store)
        for number in range(200):
            films.job(f"{number}.mp4")
        yield store, films


def copies(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "backups").glob("*.db"))


def damage(path: Path, at: int = 3) -> None:
    with path.open("r+b") as file:
        file.seek(4096 * at)
        file.write(b"\xa5" * 4096 * 8)


@pytest.mark.usefixtures("table")
def test_a_copy_a_day_and_so_many_are_kept(tmp_path: Path) -> None:
    database = tmp_path / "reelscribe.db"
    made = [backups.back_up(database, NOW + hours * 3600, 3) for hours in range(24 * 6)]
    assert [bool(copy) for copy in made] == [hours % 24 == 0 for hours in range(24 * 6)]
    assert copies(tmp_path) == [copy.name for copy in made if copy][-3:]
    assert not list((tmp_path / "backups").glob("*.part"))


@pytest.mark.usefixtures("table")
def test_a_clock_that_jumps_stops_no_backup_and_costs_none(tmp_path: Path) -> None:
    database = tmp_path / "reelscribe.db"
    year = 365 * DAY
    assert backups.back_up(database, NOW, 3)
    assert backups.back_up(database, NOW + year, 3)
    assert backups.back_up(database, NOW + 10, 3) is None
    assert backups.back_up(database, NOW + DAY, 3)
    assert backups.back_up(database, NOW + 2 * DAY, 3)
    assert all(name.startswith("reelscribe-202311") for name in copies(tmp_path))


def test_a_copy_holds_what_stands_in_the_log_only_and_is_one_file(table: tuple[Store, Films], tmp_path: Path) -> None:
    store, films = table
    films.job("last.mp4")
    copy = backups.back_up(tmp_path / "reelscribe.db", NOW, 3)
    assert copy
    elsewhere = tmp_path / "elsewhere" / "reelscribe.db"
    elsewhere.parent.mkdir()
    shutil.copy(copy, elsewhere)
    with closing(Store.open(elsewhere)) as found:
        assert found.counts() == store.counts()


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("days", "thorough"),
    [(range(9), [0, 7]), ([0, 365, 1, 2, 367, 3], [0, 365, 1, 367, 3])],
    ids=["day by day", "a clock that jumps"],
)
def test_once_a_week_the_indexes_are_looked_through_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: Sequence[int], thorough: list[int]
) -> None:
    done: list[str] = []
    fault = backups.fault

    def noted(database: Path, check: backups.Check = "quick_check") -> str:
        done.append(check)
        return fault(database, check)

    monkeypatch.setattr(backups, "fault", noted)
    for day in days:
        backups.back_up(tmp_path / "reelscribe.db", NOW + day * DAY, 3)
    assert [day for day, check in zip(days, done, strict=True) if check == "integrity_check"] == thorough


def test_a_damaged_table_makes_no_copy_and_costs_none(table: tuple[Store, Films], tmp_path: Path) -> None:
    store, _ = table
    database = tmp_path / "reelscribe.db"
    backups.back_up(database, NOW, 1)
    store.close()
    damage(database)
    with pytest.raises(TableDamaged, match="damaged"):
        backups.back_up(database, NOW + DAY, 1)
    assert len(copies(tmp_path)) == 1
    assert not list((tmp_path / "backups").glob("*.part"))


def test_a_damaged_table_is_put_aside_and_the_newest_good_copy_taken_up(table: tuple[Store, Films], tmp_path: Path) -> None:
    store, films = table
    database = tmp_path / "reelscribe.db"
    for day in range(3):
        films.job(f"day {day}.mp4")
        backups.back_up(database, NOW + day * DAY, 3)
    store.close()
    damage(database)
    damage(tmp_path / "backups" / copies(tmp_path)[-1])
    with closing(Store.open(database, lambda: NOW + 3 * DAY)) as found:
        assert found.opened.quarantined
        assert found.opened.restored == tmp_path / "backups" / copies(tmp_path)[1]
        assert sum(found.counts().values()) == 202
        Films(found).job("new.mp4")
    assert len(copies(tmp_path)) == 3


def test_where_no_copy_is_good_a_new_table_is_begun(table: tuple[Store, Films], tmp_path: Path) -> None:
    store, _ = table
    backups.back_up(tmp_path / "reelscribe.db", NOW, 1)
    store.close()
    (tmp_path / "backups" / copies(tmp_path)[0]).write_bytes(b"no table")
    damage(tmp_path / "reelscribe.db")
    with closing(Store.open(tmp_path / "reelscribe.db", lambda: NOW)) as found:
        assert found.opened.quarantined
        assert (found.opened.created, found.opened.restored) == (True, None)


def test_a_table_that_another_program_holds_is_not_called_damaged(table: tuple[Store, Films], tmp_path: Path) -> None:
    database = tmp_path / "reelscribe.db"
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert backups.back_up(database, NOW, 1)
