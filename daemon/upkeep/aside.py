"""Threads for what would keep the loop waiting: file systems, Ollama, copies of the table. None of them keeps the service from ending.

Python's own pool is waited for to the end when a program ends, and an Ollama or a network share that is silent keeps a thread for
minutes. Whatever such a thread does may be cut off at any moment, as by a power cut: it writes nothing that is not whole.
"""

from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Thread
from typing import ParamSpec, TypeVar

WITHIN = 2.0  # seconds that those at work get to come to an end when the service does

P = ParamSpec("P")
T = TypeVar("T")


class Aside(ThreadPoolExecutor):
    """A loop's executor with a thread for each piece of work; ``shutdown`` waits ``within`` seconds at most, and leaves the rest behind."""

    def __init__(self, within: float = WITHIN) -> None:
        super().__init__()  # asyncio takes nothing else than this pool; its own threads are never started
        self._within = within
        self._at_work = set[Future[object]]()

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Begins at once."""
        future = Future[T]()
        self._at_work.add(future)  # type: ignore[arg-type]  # a future gives, and is given nothing here
        future.add_done_callback(self._at_work.discard)
        Thread(target=_do, args=(future, partial(work, *args, **kwargs)), name="aside", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Returns when nobody is at work, or has been for too long."""
        if wait:
            futures.wait(tuple(self._at_work), self._within)


def _do(future: "Future[T]", work: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)
