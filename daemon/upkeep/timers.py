"""The clock that APScheduler's timers go by is the wall's; this looks after them where it is set, or the machine slept."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

LOOK = 15.0  # seconds
JUMP = 60.0  # seconds; less is a clock that is put right


async def mind_the_clock(
    timers: AsyncIOScheduler,
    wall: Callable[[], float] = time.time,
    monotonic: Callable[[], float] = time.monotonic,
    look: float = LOOK,
) -> None:
    """Has every timer go off when the clock jumped; a clock that is put back would keep them waiting until it has caught up.

    Runs until it is cancelled. Both clocks are in seconds.
    """
    apart = wall() - monotonic()
    while True:
        await asyncio.sleep(look)
        now = wall() - monotonic()
        if abs(now - apart) > JUMP:
            log.info("the clock was set by %+.0f s; everything is looked at anew", now - apart)
            for timer in timers.get_jobs():
                timer.modify(next_run_time=datetime.now(UTC))
        apart = now
