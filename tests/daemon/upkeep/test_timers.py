"""Timers and a clock that jumps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from daemon.upkeep.timers import JUMP, mind_the_clock

DAYS = 172_800.0


class Clocks:
    def __init__(self) -> None:
        self.wall, self.monotonic, self.looks = 1_700_000_000.0, 100.0, 0
        self.rang = asyncio.Event()

    def read_wall(self) -> float:
        self.looks += 1
        return self.wall


@pytest.fixture
async def clocks() -> AsyncIterator[Clocks]:
    clocks = Clocks()
    timers = AsyncIOScheduler()
    late = datetime.now(UTC) + timedelta(days=2)  # as it stands for a timer of a minute when the clock was put back two days
    timers.add_job(clocks.rang.set, "interval", minutes=1, next_run_time=late)
    timers.start()
    minding = asyncio.create_task(mind_the_clock(timers, clocks.read_wall, lambda: clocks.monotonic, 0.001))
    yield clocks
    minding.cancel()
    with suppress(asyncio.CancelledError):
        await minding
    timers.shutdown(wait=False)


async def looked(clocks: Clocks) -> None:
    before = clocks.looks
    async with asyncio.timeout(30):
        while clocks.looks < before + 3:
            await asyncio.wait([asyncio.create_task(asyncio.sleep(0))])


@pytest.mark.parametrize("jump", [-DAYS, DAYS])
async def test_after_a_jump_every_timer_goes_off_at_once(clocks: Clocks, jump: float) -> None:
    await looked(clocks)
    clocks.wall += jump
    async with asyncio.timeout(30):
        await clocks.rang.wait()


async def test_time_that_goes_by_and_a_clock_put_right_are_no_jump(clocks: Clocks) -> None:
    for _ in range(5):
        clocks.wall += 3600 + JUMP / 2
        clocks.monotonic += 3600
        await looked(clocks)
    assert not clocks.rang.is_set()
