"""A daemon whose clock leaps over the time in which nobody works: ``python -P leaping.py START serve …``, START in unix seconds.

Its clocks, the wall's and the monotonic one, go as fast as the machine's as long as a child process or a thread is at work; else they
stand at once where the loop next has something to do. Once a minute of that clock it says the time and waits for a line: whoever
started it does meanwhile what the world does. Asked to ``count``, it says how many objects it holds.
"""

import asyncio
import concurrent.futures
import gc
import os
import selectors
import sys
import time
from contextlib import AsyncExitStack
from datetime import datetime, tzinfo
from importlib import import_module
from pathlib import Path
from typing import Any

BREATH = 0.001  # seconds that a thread of watchdog's gets to be heard before the clock leaps
MINUTE = 60.0
ASK_FOR_NOW = (
    "apscheduler.executors.base",
    "apscheduler.schedulers.base",
    "apscheduler.triggers.interval",
    "daemon.service",
    "daemon.upkeep.timers",
)


class Clock:
    """The machine's own clocks, and what was leapt over."""

    def __init__(self, start: float) -> None:
        self._machine = time.monotonic
        self._wall = start - self._machine()
        self.leapt = 0.0

    def monotonic(self) -> float:
        return self._machine() + self.leapt

    def time(self) -> float:
        return self._wall + self.monotonic()


CLOCK = Clock(float(sys.argv.pop(1)))
children: set[asyncio.subprocess.Process] = set()
threads: set[concurrent.futures.Future[Any]] = set()


class Selector(selectors.DefaultSelector):
    """Waits for those at work; where there are none, time passes at once."""

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None or timeout <= 0 or at_work():
            return super().select(timeout)
        if not (ready := super().select(min(timeout, BREATH))):
            CLOCK.leapt += timeout
        return ready


class Now(datetime):
    """What asks for the date and the time of day is told those of the clock that leaps."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Now":
        return cls.fromtimestamp(CLOCK.time(), tz)


def at_work() -> bool:
    """Whether anybody is; those who have ended are forgotten."""
    children.difference_update({child for child in children if child.returncode is not None})
    threads.difference_update({future for future in threads if future.done()})
    return bool(children or threads)


def leap() -> None:
    """Before the daemon's modules are read: many of them take a clock by its name as they are."""
    time.time, time.monotonic = CLOCK.time, CLOCK.monotonic
    selectors.DefaultSelector = Selector  # type: ignore[misc]
    from daemon.upkeep.aside import Aside

    start, submit = asyncio.create_subprocess_exec, Aside.submit

    async def started(*command: Any, **how: Any) -> asyncio.subprocess.Process:
        child = await start(*command, **how)
        children.add(child)
        return child

    def submitted(self: Aside, *work: Any, **how: Any) -> concurrent.futures.Future[Any]:
        future: concurrent.futures.Future[Any] = submit(self, *work, **how)
        threads.add(future)
        return future

    asyncio.create_subprocess_exec = started
    Aside.submit = submitted  # type: ignore[assignment,method-assign]


def date() -> None:
    """What the daemon makes and uses bears the time of its clock; the file system knows the machine's alone."""
    from daemon.worker.artefacts import Artefacts

    utime, keep = os.utime, Artefacts.keep

    def dated(path: Any, times: Any = None, **how: Any) -> None:
        utime(path, times or (CLOCK.time(),) * 2, **how)

    def kept(self: Artefacts, *what: Any, **how: Any) -> Path:
        final = keep(self, *what, **how)
        dated(final)
        return final

    os.utime, Artefacts.keep = dated, kept  # type: ignore[method-assign]


async def turn_with_the_world() -> None:
    """Says the time, minute by minute, and goes on when it is told to."""
    while True:
        await asyncio.sleep(MINUTE)
        print(CLOCK.time(), flush=True)
        while sys.stdin.readline() == "count\n":
            gc.collect()
            print(len(gc.get_objects()), flush=True)


def main() -> int:
    leap()
    date()
    for name in ASK_FOR_NOW:
        import_module(name).datetime = Now  # type: ignore[attr-defined]
    from daemon import __main__, service

    class Service(service.Service):
        def _watch(self, stack: AsyncExitStack) -> None:
            super()._watch(stack)
            self._keep_running(stack, turn_with_the_world(), "world")

    service.Service = Service  # type: ignore[misc]
    return __main__.main()


if __name__ == "__main__":
    sys.exit(main())
