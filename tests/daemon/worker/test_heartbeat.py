"""The sign of life that systemd waits for: who gives it, and when nobody does."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from daemon.worker.heartbeat import MARGIN, Heartbeat

STALL = 100.0


class Watch:
    """A clock that stands still until it is moved, and the signs of life that were given."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.beats: list[float] = []
        self.heartbeat = Heartbeat(0.001, lambda: self.beats.append(self.now), lambda: self.now)


@pytest.fixture
def watch() -> Watch:
    return Watch()


async def beside(watch: Watch, job: Callable[[], Awaitable[None]]) -> None:
    await watch.heartbeat.beside(asyncio.ensure_future(job()))


def test_no_more_signs_than_are_wanted(watch: Watch) -> None:
    for _ in range(1000):
        watch.heartbeat.beat()
        watch.now += 0.0001
    assert 100 <= len(watch.beats) <= 250


def test_where_nobody_watches_none_is_given() -> None:
    beats: list[None] = []
    Heartbeat(None, lambda: beats.append(None)).beat()
    assert beats == []


async def test_a_job_that_gets_on_is_lived_with(watch: Watch) -> None:
    async def silent() -> None:
        watch.heartbeat.expect(STALL)
        before = len(watch.beats)
        while len(watch.beats) < before + 3:
            watch.now += 0.001
            await asyncio.sleep(0)

    async with asyncio.timeout(30):
        await beside(watch, silent)


async def test_a_job_that_hangs_is_not(watch: Watch) -> None:
    async def hangs() -> None:
        watch.heartbeat.expect(STALL)
        watch.now += STALL + MARGIN
        before = len(watch.beats)
        for _ in range(20):  # turns of the loop beside, each longer than it waits
            watch.now += 1
            await asyncio.wait([asyncio.get_running_loop().run_in_executor(None, lambda: None)], timeout=10)
        assert len(watch.beats) == before

    await beside(watch, hangs)


async def test_who_is_told_to_stop_ends_its_job_first(watch: Watch) -> None:
    ended: list[str] = []

    async def for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("job")

    both = asyncio.create_task(beside(watch, for_ever))
    await asyncio.wait([asyncio.create_task(asyncio.sleep(0))])
    await asyncio.wait([both], timeout=0)
    both.cancel()
    with pytest.raises(asyncio.CancelledError):
        await both
    assert ended == ["job"]
