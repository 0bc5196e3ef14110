import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from daemon.contract.states import JobState
from daemon.jobs.store import Store
from tests.daemon.jobs.conftest import Films

ROOT = Path(__file__).parents[3]


@contextmanager
def _victim(database: Path, what: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "tests.daemon.jobs.victim", os.fspath(database), what]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as victim:
        try:
            yield victim
        finally:
            victim.kill()


def _killed_after(database: Path, lines: int) -> list[dict[str, Any]]:
    """All that was acknowledged by a process that SIGKILL ended some time after that many lines."""
    with _victim(database, "work") as victim:
        assert victim.stdout is not None
        said = [victim.stdout.readline() for _ in range(lines)]
        victim.send_signal(signal.SIGKILL)
        said += victim.stdout.readlines()
    return [json.loads(line) for line in said if line.endswith(b"\n")]


@pytest.mark.parametrize("lines", [1, 2, 3, 4, 5, 6, 17, 40])
def test_nothing_acknowledged_is_lost_to_a_kill(database: Path, lines: int) -> None:
    acknowledged = _killed_after(database, lines)
    with closing(Store.open(database)) as store:
        assert (store.opened.created, store.opened.quarantined) == (False, None)
        assert store._db.pragma("integrity_check") == "ok"
        last = {said["job"]: said for said in acknowledged}
        order = list(JobState)
        for number, said in last.items():
            job = store.job(number)
            assert job is not None
            assert order.index(job.state) >= order.index(JobState(said["state"]))
            assert "stage" not in said or job.stage is not None
            assert store.latest_version(number) >= said.get("version", 0)
        cut_short = [job.id for job in store.page(state=JobState.PROCESSING).items]
        assert store.recover() == cut_short
        assert store.counts()[JobState.PROCESSING] == 0
        for number in cut_short:
            taken = store.claim(0)
            assert taken is not None
            assert taken.id == number
        assert sum(store.counts().values()) in {len(last), len(last) + 1}


def test_a_commit_that_never_came_left_no_trace(database: Path) -> None:
    with _victim(database, "middle") as victim:
        assert victim.stdout is not None
        assert json.loads(victim.stdout.readline()) == {"inside": True}
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    with closing(Store.open(database)) as store:
        assert sum(store.counts().values()) == 0
        assert store.events_after(0) == ()
        assert Films(store).job().id == 1


def test_the_logs_index_may_be_lost(database: Path) -> None:
    acknowledged = _killed_after(database, 12)
    database.with_name("reelscribe.db-shm").unlink()
    with closing(Store.open(database)) as store:
        assert {said["job"] for said in acknowledged} <= {job.id for job in store.page().items}


def test_a_log_that_is_lost_takes_no_more_than_itself(database: Path) -> None:
    _killed_after(database, 12)
    database.with_name("reelscribe.db-wal").unlink()
    with closing(Store.open(database)) as store:
        assert store._db.pragma("integrity_check") == "ok"
        assert Films(store).job().state is JobState.PENDING


def test_a_poison_film_is_given_up_after_three_kills(database: Path) -> None:
    for _ in range(3):
        with closing(Store.open(database)) as store:
            store.recover()
            if store.counts()[JobState.PENDING] == 0:
                Films(store).job("poison")
        script = (
            "import os, sys; from pathlib import Path; from daemon.jobs.store import Store; from daemon.contract.states import Stage;"
            "store = Store.open(Path(sys.argv[1])); job = store.claim(0);"
            "store.stage_started(job.id, Stage.ANALYSE, 'key'); os.kill(os.getpid(), 9)"
        )
        done = subprocess.run([sys.executable, "-c", script, os.fspath(database)], cwd=ROOT, check=False)
        assert done.returncode == -signal.SIGKILL
    with closing(Store.open(database)) as store:
        (poison,) = store.recover()
        failed = store.job(poison)
        assert failed is not None
        assert (failed.state, failed.reason) == (JobState.FAILED, "crashed repeatedly (analyse)")
        assert len(store.stages(poison)) == 3
