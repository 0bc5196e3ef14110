"""What a person is told to look at: one line for each cause, and nothing where all is well."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.contract.status import Inbox
from daemon.jobs.rows import Facts as FileFacts
from daemon.jobs.store import Store
from daemon.upkeep.alerts import HOUR, MOST, TOO_LONG, Facts, Pulse, alerts, facts
from daemon.worker.memory import budget
from tests.fakes.ollama import FakeOllama

INBOX = b"/films"


class Clock:
    """Unix time, as the test says."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    store = Store.open(tmp_path / "reelscribe.db", clock)
    yield store
    store.close()


def films(store: Store, count: int, state: JobState = JobState.PENDING, reason: str = "", cause: HoldCause | None = None) -> list[int]:
    """So many jobs in a state."""
    file = FileFacts(device=1, inode=2, size=3, mtime_ns=4, ctime_ns=5)
    made = []
    with store.together():
        for number in range(count):
            job_id = store.arrive(INBOX + b"/%s-%d.mp4" % (reason.encode() + state.encode(), number), INBOX, file, "screenplay")
            made.append(job_id)
            if state is not JobState.ARRIVING:
                store.move(job_id, JobState.PENDING)
            if state is JobState.FAILED:
                store.move(job_id, JobState.PROCESSING)
            if state not in (JobState.ARRIVING, JobState.PENDING):
                store.move(job_id, state, reason=reason, advice=f"mend {reason}", cause=cause)
    return made


def told(
    store: Store, now: float, moved: float | None = None, since: float = 0.0, inboxes: tuple[Inbox, ...] = ()
) -> list[tuple[str, int]]:
    """Each alert's name and how many films it is about."""
    found = alerts(facts(store, inboxes, now if moved is None else moved, now, since), now)
    return [(alert.id, alert.count) for alert in found]


def test_all_is_well(store: Store, clock: Clock) -> None:
    films(store, 3)
    films(store, 2, JobState.ARRIVING)
    films(store, 1, JobState.CANCELLED)
    films(store, 2, JobState.HELD, "heavy work begins at 22:00", HoldCause.HOURS)
    assert told(store, clock.now) == []


def test_any_number_of_films_held_by_one_thing_are_one_alert(store: Store, clock: Clock) -> None:
    films(store, 300, JobState.HELD, "Ollama does not answer", HoldCause.OLLAMA)
    films(store, 3, JobState.HELD, "4 GiB are needed", HoldCause.MEMORY)
    films(store, 5, JobState.HELD, "5 GiB are needed", HoldCause.MEMORY)
    ollama, memory = alerts(facts(store, (), clock.now, clock.now), clock.now)
    assert (ollama.id, ollama.count, ollama.message, ollama.advice) == (
        "held:ollama", 300, "Ollama does not answer", "mend Ollama does not answer",
    )  # fmt: skip
    assert (memory.id, memory.count, memory.message) == ("held:memory", 8, "5 GiB are needed (and 1 more like it)")
    assert ollama.since is not None
    assert ollama.since.timestamp() == clock.now


def test_failures_are_grouped_by_reason_and_old_ones_can_be_left_out(store: Store, clock: Clock) -> None:
    films(store, 2, JobState.FAILED, "no film")
    before = clock.now
    clock.now += 100
    films(store, 3, JobState.FAILED, "no such model")
    assert [count for _, count in told(store, clock.now)] == [3, 2]
    assert [count for _, count in told(store, clock.now, since=before + 1)] == [3]


def test_a_hundred_reasons_are_not_a_hundred_lines(store: Store, clock: Clock) -> None:
    for number in range(MOST + 5):
        films(store, 1, JobState.FAILED, f"reason {number}")
    found = dict(told(store, clock.now))
    assert len(found) == MOST + 1
    assert found["failed:rest"] == 5


def test_a_file_that_has_been_arriving_for_hours(store: Store, clock: Clock) -> None:
    films(store, 2, JobState.ARRIVING)
    assert told(store, clock.now + TOO_LONG) == []
    assert told(store, clock.now + TOO_LONG + 1) == [("arriving", 2)]


def test_a_missing_inbox_and_what_it_holds_are_one_alert(store: Store, clock: Clock) -> None:
    films(store, 4, JobState.HELD, "/films is not there", HoldCause.FOLDER)
    films(store, 1, JobState.HELD, "/else is not writable", HoldCause.FOLDER)
    missing = Inbox(path="/films", path_bytes=Path("/films"), watched="missing", note="/films is not there")
    empty = Inbox(path="/more", path_bytes=Path("/more"), watched="missing")
    fine = Inbox(path="/fine", path_bytes=Path("/fine"))
    assert told(store, clock.now, inboxes=(missing, empty, fine)) == [("inbox:/films", 4), ("held:folder", 1), ("inbox:/more", 0)]


def test_work_that_does_not_get_on(store: Store, clock: Clock) -> None:
    pulse = Pulse(store, clock)
    films(store, 2)
    claimed = store.claim(clock.now)
    assert claimed is not None
    store.stage_started(claimed.id, Stage.WRITE, "key")
    store.progress(claimed.id, Stage.WRITE, 0.5, None)
    clock.now += HOUR
    store.progress(claimed.id, Stage.WRITE, 0.6, None)
    clock.now += TOO_LONG - 1
    store.progress(claimed.id, Stage.WRITE, 0.6, None)  # says that it lives, and is no further
    films(store, 1, reason="another")
    assert told(store, clock.now, pulse.at) == []
    clock.now += 1
    (alert,) = alerts(facts(store, (), pulse.at, clock.now), clock.now)
    assert (alert.id, alert.count) == (f"stalled:{claimed.id}", 1)
    assert "has not got on for 2 hours, in write" in alert.message
    store.progress(claimed.id, Stage.WRITE, 0.61, None)
    assert told(store, clock.now, pulse.at) == []


def test_films_that_wait_while_nothing_runs(store: Store, clock: Clock) -> None:
    pulse = Pulse(store, clock)
    films(store, 2)
    later = films(store, 1, reason="later")
    store.move(later[0], JobState.PROCESSING)
    store.move(later[0], JobState.PENDING, not_before=clock.now + 10 * HOUR)
    clock.now += TOO_LONG
    assert told(store, clock.now, pulse.at) == [("stalled", 2)]
    assert told(store, clock.now, pulse.at - 100 * HOUR) == [("stalled", 2)]
    for job_id in (1, 2):
        store.move(job_id, JobState.PAUSED)
    clock.now += TOO_LONG
    assert told(store, clock.now, pulse.at) == []
    films(store, 1, reason="new")
    assert told(store, clock.now, pulse.at) == []


def test_a_silent_ollama_is_said_once(store: Store, clock: Clock) -> None:
    films(store, 2)
    known = facts(store, (), clock.now, clock.now).model_copy(update={"silent": "Ollama does not answer at x"})
    assert [(alert.id, alert.count) for alert in alerts(known, clock.now)] == [("ollama", 2)]
    films(store, 1, JobState.HELD, "Ollama does not answer", HoldCause.OLLAMA)
    held: Facts = facts(store, (), clock.now, clock.now).model_copy(update={"silent": "Ollama does not answer at x"})
    assert [alert.id for alert in alerts(held, clock.now)] == ["held:ollama"]


async def test_ollama_is_asked_only_where_a_film_needs_it(ollama: FakeOllama) -> None:
    nobody = {"url": "http://127.0.0.1:9"}
    assert "does not answer at http://127.0.0.1:9" in await budget.silence(Settings.model_validate({"ollama": nobody}))
    assert await budget.silence(Settings.model_validate({"ollama": {"url": ollama.url}})) == ""
    for writer in ({"engine": "draft"}, {"fallback": "draft"}):
        assert await budget.silence(Settings.model_validate({"ollama": nobody, "writer": writer})) == ""
