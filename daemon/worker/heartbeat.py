"""The worker's own sign of life, for systemd's watchdog: given by the loop that works, so that it ends where that loop hangs."""

import asyncio
import time
from collections.abc import Callable

from daemon.notify import notify

LONGEST = 60.0  # seconds between two turns of a loop that waits, where nobody watches
MARGIN = 600.0  # seconds over what a stage is allowed: to make room in memory, to end its child, to keep its result


class Heartbeat:
    """``beat`` says that the loop turns; ``expect`` and ``beside`` say it for a job that is under way.

    ``every``: seconds between two signs of life (None: nobody wants any). ``tell`` gives one; the clock is monotonic.
    """

    def __init__(
        self,
        every: float | None = None,
        tell: Callable[[], None] = lambda: notify("WATCHDOG=1"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.every = every or LONGEST
        self._wanted = every is not None
        self._tell = tell
        self._clock = clock
        self._next = clock()
        self._silent_from = clock()

    def beat(self) -> None:
        """A sign of life; not more of them than are wanted."""
        now = self._clock()
        if self._wanted and now >= self._next:
            self._next = now + self.every / 2
            self._tell()

    def expect(self, within: float) -> None:
        """The job got on. Where it is not heard of for ``within`` seconds and a margin, it hangs, and so does whoever waits for it."""
        self._silent_from = self._clock() + within + MARGIN
        self.beat()

    async def beside(self, job: "asyncio.Task[object]") -> None:
        """Returns when the job has ended. Beats meanwhile, unless the job hangs; cancels it where it is cancelled itself."""
        try:
            while not (await asyncio.wait([job], timeout=self.every))[0]:
                if self._clock() < self._silent_from:
                    self.beat()
        except asyncio.CancelledError:
            job.cancel()
            await asyncio.wait([job])
            raise
