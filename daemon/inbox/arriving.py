"""The files that are arriving: looks at each when it is due, and hands it on once it is whole.

One task sleeps until exactly the next look, so that nothing runs while nothing arrives. Looks are taken in a thread; the job table
is written on the loop.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

from daemon.contract.errors import MustWait, TryAgain
from daemon.contract.states import JobState
from daemon.contract.values import shown
from daemon.inbox.lease import Missing, look
from daemon.inbox.settle import Look, Observation, Patience, observe
from daemon.jobs.rows import EventRow
from daemon.jobs.store import IllegalMove, NoSuchJob, Store

log = logging.getLogger(__name__)

BATCH = 25  # files looked at in one go, and written in one commit
APART = 0.05  # seconds between two looks at one file, whatever is told of it
AGAIN = 1.0  # seconds until a file is looked for again that was not there
BEYOND = 10.0  # seconds until a file is looked for again that is out of reach
TABLE_AGAIN = 5.0  # seconds until the table is tried again that could not be written


@dataclass(slots=True)
class Arrival:
    """One arriving file. ``due`` is the next look, monotonic seconds; ``paused`` says why it will be paused once whole, ``beyond`` why
    it is out of reach.
    """

    job_id: int
    inbox: bytes
    path: bytes
    due: float
    paused: str = ""
    looked: float = float("-inf")
    observation: Observation | None = None
    beyond: Missing | None = None


class Arriving:
    """Every file that is arriving, by its job and by its path.

    ``missing`` is called with what has no file at its path; ``patience`` and ``remote`` (devices that other machines write to) give
    what holds at that moment.
    """

    def __init__(
        self,
        store: Store,
        patience: Callable[[], Patience],
        remote: Callable[[], frozenset[int]],
        missing: Callable[[Arrival], None],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._patience = patience
        self._remote = remote
        self._missing = missing
        self._clock = clock
        self._by_job: dict[int, Arrival] = {}
        self._by_path: dict[bytes, Arrival] = {}
        self._line: list[tuple[float, int, Arrival]] = []  # a heap; what arrives no more, or is due at another time, is passed over
        self._turn = count()
        self._moved = asyncio.Event()

    def __contains__(self, job_id: int) -> bool:
        return job_id in self._by_job

    def __len__(self) -> int:
        return len(self._by_job)

    def at(self, path: bytes) -> Arrival | None:
        """What arrives at a path."""
        return self._by_path.get(path)

    def begin(self, job_id: int, inbox: bytes, path: bytes, paused: str = "") -> None:
        """Looks at this job's file from here on, at once for the first time; under another path than before, from the beginning."""
        self.forget(job_id)
        arrival = self._by_job[job_id] = self._by_path[path] = Arrival(job_id, inbox, path, 0.0, paused)
        self._wait(arrival, self._clock())

    def forget(self, job_id: int) -> None:
        """Stops looking at this job's file."""
        arrival = self._by_job.pop(job_id, None)
        if arrival and self._by_path.get(arrival.path) is arrival:
            del self._by_path[arrival.path]

    def forget_inbox(self, inbox: bytes) -> None:
        """Stops looking into this inbox."""
        for arrival in [one for one in self._by_job.values() if one.inbox == inbox]:
            self.forget(arrival.job_id)

    def hint(self, path: bytes) -> bool:
        """Looks at once where something happened; False where nothing arrives."""
        arrival = self._by_path.get(path)
        if arrival is None:
            return False
        sooner = max(self._clock(), arrival.looked + APART)
        if sooner < arrival.due:
            self._wait(arrival, sooner)
        return True

    def hear(self, event: EventRow) -> None:
        """Follows the table: a job that a person cancelled or deleted arrives no more, one whose file was replaced arrives again."""
        job_id, state = event.job_id, event.data.get("state")
        if job_id is None or event.type not in {"job.changed", "job.created", "job.deleted"}:
            return
        if state != JobState.ARRIVING:
            self.forget(job_id)
        elif job_id not in self._by_job and (job := self._store.job(job_id)) and not job.gone:
            self.begin(job_id, job.inbox, job.path)

    async def run(self) -> None:
        """Looks until cancelled."""
        said = ""
        while True:
            await self._until_due()
            try:
                await self.step()
                said = ""
            except (MustWait, TryAgain) as problem:
                if problem.message != said:
                    log.warning("Arriving files wait: %s", problem.message)
                said = problem.message
                await asyncio.sleep(TABLE_AGAIN)

    async def step(self) -> int:
        """Looks at files that are due. Gives at how many."""
        due = self._due(self._clock())
        if not due:
            return 0
        seen = await asyncio.to_thread(_look_at, [one.path for one in due], self._remote())
        try:
            with self._store.together():
                for arrival, found in zip(due, seen, strict=True):
                    if self._by_job.get(arrival.job_id) is arrival:
                        self._take(arrival, found)
        finally:
            for arrival in due:  # where nothing could be written, too
                self._wait(arrival, arrival.due)
        return len(due)

    def _wait(self, arrival: Arrival, due: float) -> None:
        """Puts it in the line of those that are to be looked at."""
        if self._by_job.get(arrival.job_id) is arrival:
            arrival.due = due
            heappush(self._line, (due, next(self._turn), arrival))
            self._moved.set()

    def _due(self, now: float) -> list[Arrival]:
        """Takes those that are to be looked at out of the line, ``BATCH`` at the most."""
        due: list[Arrival] = []
        while len(due) < BATCH and (first := self._first()) is not None and first <= now:
            due.append(heappop(self._line)[2])
        return due

    def _first(self) -> float | None:
        """When the next look is due."""
        while self._line:
            due, _, arrival = self._line[0]
            if due == arrival.due and self._by_job.get(arrival.job_id) is arrival:
                return due
            heappop(self._line)
        return None

    async def _until_due(self) -> None:
        self._moved.clear()
        first = self._first()
        wait = None if first is None else max(first - self._clock(), 0)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._moved.wait()

    def _take(self, arrival: Arrival, found: Look | Missing) -> None:
        now = arrival.looked = self._clock()
        self._tell(arrival, found if isinstance(found, Missing) and found is not Missing.GONE else None)
        if isinstance(found, Missing):
            arrival.due = now + (BEYOND if arrival.beyond else AGAIN)
            self._missing(arrival)
            return
        before, after = arrival.observation, observe(arrival.observation, found, now, self._patience())
        with _moved_meanwhile():
            if after.whole:
                self._store.settled(arrival.job_id, found.facts, bool(arrival.paused), arrival.paused)
                self.forget(arrival.job_id)
            elif before is None or before.look.facts != found.facts:
                self._store.resting(arrival.job_id, found.facts)
        arrival.observation, arrival.due = after, after.again

    def _tell(self, arrival: Arrival, beyond: Missing | None) -> None:
        """Says, once, what keeps a file out of reach, or that nothing does any more."""
        if beyond is arrival.beyond:
            return
        said = f"The file cannot be reached: {beyond.value}." if beyond else ""
        with _moved_meanwhile():
            self._store.arriving(arrival.job_id, said, "Check the disk and the folder's rights." if said else "")
        arrival.beyond = beyond
        if said:
            log.warning("%s waits. %s", shown(arrival.path), said)


@contextlib.contextmanager
def _moved_meanwhile() -> Iterator[None]:
    """The table's word stands where a job went elsewhere while its file was looked at; its event tells us to forget it."""
    try:
        yield
    except (IllegalMove, NoSuchJob) as problem:
        log.debug("%s", problem.message)


def _look_at(paths: list[bytes], remote: frozenset[int]) -> list[Look | Missing]:
    return [look(path, remote) for path in paths]
