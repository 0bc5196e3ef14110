"""Server-sent events: whoever watches is told what happened, from where they left off.

What is kept is read from the table at the watcher's own pace, so a slow one costs no memory; progress is not kept, and only the latest
of each job waits for it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from daemon.api import views
from daemon.contract.errors import TryAgain
from daemon.contract.events import Event
from daemon.jobs.rows import EventRow
from daemon.jobs.store import Store

MOST_WATCHERS = 32
RETRY = 1000  # milliseconds: when a client that lost us calls again
AT_ONCE = 100  # events read from the table at a time


class TooManyWatch(TryAgain):
    """As many as the daemon serves are watching."""


class Broadcast:
    """Everyone who watches. Made once, in the thread of the store."""

    def __init__(self, store: Store, heartbeat: float = 15.0) -> None:
        self._store = store
        self._heartbeat = heartbeat
        self._watchers: set[Watcher] = set()
        self._unsubscribe = store.on_event(self._heard)

    def watch(self, last_id: int | None) -> "Watcher":
        """One more watcher, who has seen everything up to ``last_id`` (None: up to this moment). Raises TooManyWatch."""
        if len(self._watchers) >= MOST_WATCHERS:
            raise TooManyWatch(f"{MOST_WATCHERS} clients watch already", "close a monitor")
        watcher = Watcher(self._store, self._store.last_event() if last_id is None else last_id, self._heartbeat)
        self._watchers.add(watcher)
        return watcher

    def leave(self, watcher: "Watcher") -> None:
        """Forgets a watcher."""
        self._watchers.discard(watcher)

    def close(self) -> None:
        """Ends every stream: what uvicorn waits for when it stops."""
        self._unsubscribe()
        for watcher in self._watchers:
            watcher.close()

    def _heard(self, row: EventRow) -> None:
        for watcher in self._watchers:
            watcher.tell(row)


class Watcher:
    """One who watches: ``seen`` is the number of the last event sent."""

    def __init__(self, store: Store, seen: int, heartbeat: float) -> None:
        self.seen = seen
        self._store = store
        self._heartbeat = heartbeat
        self._news = asyncio.Event()
        self._progress: dict[int | None, EventRow] = {}
        self._closed = False
        self._news.set()

    def tell(self, row: EventRow) -> None:
        """Wakes the stream; progress is remembered until it is sent or there is a newer one."""
        if row.id is None:
            self._progress[row.job_id] = row
        self._news.set()

    def close(self) -> None:
        """Ends the stream."""
        self._closed = True
        self._news.set()

    async def frames(self) -> AsyncIterator[bytes]:
        """The stream: first where it stands, then what happens, and a sign of life in between."""
        yield f"retry: {RETRY}\nid: {self.seen}\n\n".encode()
        while not self._closed:
            try:
                async with asyncio.timeout(self._heartbeat):
                    await self._news.wait()
            except TimeoutError:
                yield b": still here\n\n"
            self._news.clear()
            for event in self._unseen():
                yield frame(event)

    def _unseen(self) -> Iterator[Event]:
        if self._store.events_lost(self.seen):
            self.seen = self._store.last_event()
            yield Event(id=self.seen, type="reset")
        while kept := self._store.events_after(self.seen, AT_ONCE):
            for row in kept:
                self.seen = row.id or self.seen
                yield views.event(row)
        while self._progress:
            yield views.event(self._progress.pop(next(iter(self._progress))))


class EventStream(StreamingResponse):
    """A watcher's stream as a response; however it ends, the watcher is forgotten."""

    media_type = "text/event-stream"

    def __init__(self, broadcast: Broadcast, watcher: Watcher) -> None:
        super().__init__(watcher.frames(), headers={"Cache-Control": "no-store"})
        self._broadcast = broadcast
        self._watcher = watcher

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends until the client leaves or the stream ends."""
        try:
            async with aclosing(self.body_iterator):  # type: ignore[type-var]
                await super().__call__(scope, receive, send)
        finally:
            self._broadcast.leave(self._watcher)


def frame(event: Event) -> bytes:
    """One event as it goes over the wire; JSON has no line breaks of its own."""
    number = "" if event.id is None else f"id: {event.id}\n"
    return f"{number}event: {event.type}\ndata: {json.dumps(event.data, separators=(',', ':'))}\n\n".encode()
