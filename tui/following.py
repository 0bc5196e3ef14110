"""Following the daemon through its restarts."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from daemon.contract.errors import ReelscribeError
from daemon.contract.events import Event
from daemon.contract.values import shown
from tui.client import HOW_TO_START, Daemon, NoDaemon

FIRST_WAIT, LONGEST_WAIT = 0.5, 4.0  # seconds between two calls to a daemon that is away


@dataclass(frozen=True)
class Connected:
    """The daemon answers and every event from here on will be seen: read what you show anew."""

    socket: Path


@dataclass(frozen=True)
class Lost:
    """The daemon is away; it will be called again."""

    error: ReelscribeError


async def follow(sockets: Callable[[], Sequence[Path]], since: int | None = None) -> AsyncGenerator[Connected | Event | Lost]:
    """What happens, for ever, from the event ``since`` on or from this moment.

    Whenever the daemon is away it is called again, and nothing that is still on record is missed.
    """
    wait = FIRST_WAIT
    while True:
        try:
            async with Daemon(sockets()) as daemon, daemon.watching(since) as events:
                yield Connected(daemon.socket)
                wait = FIRST_WAIT
                async for event in events:
                    since = events.last_id
                    yield event
                since = events.last_id
                raise NoDaemon(f"the daemon at {shown(daemon.socket)} went away", HOW_TO_START)
        except ReelscribeError as error:
            yield Lost(error)
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)
