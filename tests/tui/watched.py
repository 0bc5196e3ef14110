"""A monitor that somebody looks at, for tests: what was posted in it, and what it shows."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Static

from tui.app import Monitor
from tui.following import Connected
from tui.messages import Happened
from tui.widgets.job_table import JobTable
from tui.widgets.system_line import SystemLine

PATIENCE = 60.0  # seconds
TERMINAL = (80, 24)


class Watched:
    """A monitor that somebody looks at, and everything that was posted in it."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot = pilot
        self.app = pilot.app
        self.posted: list[Message] = []
        self._news = asyncio.Event()

    def hear(self, message: Message) -> None:
        self.posted.append(message)
        self._news.set()

    async def until(self, seen: Callable[[], object]) -> None:
        """Waits, from message to message, until that is so."""
        async with asyncio.timeout(PATIENCE):
            while not seen():
                self._news.clear()
                await self._news.wait()

    async def read(self, kind: type[Message], fits: Callable[[Message], object] = lambda _: True) -> None:
        await self.until(lambda: any(isinstance(message, kind) and fits(message) for message in self.posted))
        await self.pilot.pause()

    async def sees(self, what: Callable[[], object]) -> None:
        """Waits until that is to be seen, turn by turn of the loop."""
        async with asyncio.timeout(PATIENCE):
            while not what():
                await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    @property
    def top(self) -> str:
        return str(self.app.screen_stack[0].query_one(SystemLine).content)

    @property
    def reason(self) -> str:
        return str(self.app.screen_stack[0].query_one("#reason", Static).content)

    @property
    def names(self) -> list[str]:
        table = self.app.screen_stack[0].query_one(JobTable)
        return [table.get_row_at(row)[1].plain for row in range(table.row_count)]

    def cells(self, row: int) -> list[str]:
        return [cell.plain for cell in self.app.screen_stack[0].query_one(JobTable).get_row_at(row)]


@asynccontextmanager
async def monitor(socket: Path, size: tuple[int, int] = TERMINAL) -> AsyncIterator[Watched]:
    app = Monitor(lambda: [socket])
    heard: list[Callable[[Message], None]] = []
    async with app.run_test(size=size, message_hook=lambda message: [hear(message) for hear in heard]) as pilot:  # type: ignore[arg-type]
        watched = Watched(pilot)
        heard.append(watched.hear)
        await pilot.pause()
        yield watched


async def listed(watched: Watched, names: Iterable[str]) -> None:
    """They are there, and every event from here on is seen."""
    await watched.until(lambda: any(isinstance(one, Happened) and isinstance(one.what, Connected) for one in watched.posted))
    await watched.until(lambda: watched.names == list(names))
