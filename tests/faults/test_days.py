"""A day and a night, a film every ten minutes: outages, restarts, quiet hours, the daily backup, what is deleted with age."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from daemon.contract.states import Stage
from tests.faults.days import HOUR, QUIET, Day, Leaping
from tests.faults.storm import DONE_TWICE

OBJECTS = 5_000  # that eighteen hours and a hundred films may leave
BYTES = 16 << 20  # an hour after its start it has not yet seen all that it keeps room for


@pytest.mark.faults
def test_twenty_four_hours(tmp_path: Path, wordless_film: Path, short_film: Path) -> None:
    with Day(Leaping(tmp_path), [short_film, wordless_film], seed=5) as day:
        day.arrive()
        day.until(0.5)
        first = day.results_of(1)
        assert first
        assert all(result.exists() for result in first)
        troubled_morning(day)
        day.until(6)
        early = day.memory()
        day.until(24)
        late = day.memory()
        day.calm_down()
        day.until(24.7)
        day.restart(signal.SIGTERM)
        day.until(25.2)  # ten minutes after its start it looks for what is too old
        assert day.running.stop() == 0
    assert day.outages
    assert_each_once(day)
    assert_nothing_heavy_began(day, *QUIET)
    assert len(list((day.running.state / "backups").glob("*.db"))) == 2
    assert not [result for result in first if result.exists()]
    assert all(result.exists() for result in day.results_of(len(day.films)))
    assert late.objects - early.objects < OBJECTS, (early, late)
    assert late.bytes - early.bytes < BYTES, (early, late)


def troubled_morning(day: Day) -> None:
    """Until the sixth hour the daemon is ended in every way, at work and at rest."""
    day.at_work(Stage.WRITE)
    day.restart(signal.SIGTERM)
    day.until(1.5)
    day.restart(signal.SIGKILL)
    day.until(3.2)
    day.at_work(Stage.ANALYSE)
    day.restart(signal.SIGKILL)
    day.until(4)
    day.at_work(Stage.TRANSCRIBE).kill()
    day.running.finish_minute()
    day.until(5)
    day.restart(signal.SIGTERM)


def assert_each_once(day: Day) -> None:
    scripts = {Path(name).with_suffix(".fountain").name for name in day.films}
    assert {path.name for path in day.running.inbox.iterdir()} == scripts | set(day.films)
    with closing(sqlite3.connect(day.running.state / "reelscribe.db")) as table:
        assert table.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert table.execute("SELECT state, count(*) FROM job GROUP BY 1").fetchall() == [("completed", len(day.films))]
        assert table.execute("SELECT count(*) FROM script GROUP BY job_id HAVING count(*) > 1").fetchall() == []
        assert table.execute(DONE_TWICE).fetchall() == []


def assert_nothing_heavy_began(day: Day, after: float, before: float) -> None:
    """No stage that needs a model or the whole machine, in these hours of the first day."""
    heavy = """SELECT stage, started FROM stage_run
        WHERE stage IN ('analyse', 'transcribe', 'write') AND ended > started AND started BETWEEN ? AND ?"""  # others were there already
    with closing(sqlite3.connect(day.running.state / "reelscribe.db")) as table:
        assert table.execute(heavy, (day.began + after * HOUR, day.began + before * HOUR)).fetchall() == []
