"""A store on a real file, a clock that stands still, and jobs in any state."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.contract.states import JobState
from daemon.jobs.store import Facts, JobRow, Store

INBOX = b"/in"
ROUTES = {
    JobState.ARRIVING: (),
    JobState.PENDING: (JobState.PENDING,),
    JobState.PROCESSING: (JobState.PENDING, JobState.PROCESSING),
    JobState.HELD: (JobState.PENDING, JobState.HELD),
    JobState.PAUSED: (JobState.PENDING, JobState.PAUSED),
    JobState.COMPLETED: (JobState.PENDING, JobState.PROCESSING, JobState.COMPLETED),
    JobState.FAILED: (JobState.PENDING, JobState.PROCESSING, JobState.FAILED),
    JobState.CANCELLED: (JobState.CANCELLED,),
    JobState.IGNORED: (JobState.IGNORED,),
}


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Films:
    """Puts films into a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def job(self, name: str = "a.mp4", state: JobState = JobState.PENDING, inbox: bytes = INBOX) -> JobRow:
        """A job that took the shortest way to its state."""
        number = self._store.arrive(inbox + b"/" + name.encode(), inbox, facts(), "screenplay")
        for step in ROUTES[state]:
            self._store.move(number, step)
        found = self._store.job(number)
        assert found is not None
        return found


def facts(size: int = 10, inode: int = 2) -> Facts:
    return Facts(device=1, inode=inode, size=size, mtime_ns=3, ctime_ns=4)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "state" / "reelscribe.db"


@pytest.fixture
def store(database: Path, clock: Clock) -> Iterator[Store]:
    store = Store.open(database, clock)
    yield store
    store.close()


@pytest.fixture
def films(store: Store) -> Films:
    return Films(store)
