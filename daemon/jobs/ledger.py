"""What every part of the store stands on: one connection, one way to write, one way to tell of it.

A write is a transaction that takes SQLite's write lock at once; its events are handed to subscribers after the commit, and never if
there was none. Every write may raise ``DiskFull`` (a ``MustWait``) or ``TableBusy`` (a ``TryAgain``): nothing was written then.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from daemon.jobs.rows import EventRow

Subscriber = Callable[[EventRow], None]


class Ledger:
    """The connection, the clock and the subscribers. Used from one thread, the one that opened it."""

    @contextmanager
    def together(self) -> Generator[None]:
        """Several writes in one commit: all or none, and one fsync for all of them."""
        raise NotImplementedError
        yield

    def on_event(self, subscriber: Subscriber) -> Callable[[], None]:
        """Calls ``subscriber`` with every event once it is committed; the answer ends that."""
        raise NotImplementedError
