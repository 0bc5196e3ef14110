"""Threads of the loop: what they give, and that none of them keeps it from ending."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from daemon.upkeep.aside import Aside


@pytest.fixture
def silence() -> Iterator[threading.Event]:
    """Nothing comes until the test is over."""
    event = threading.Event()
    yield event
    event.set()


async def test_what_a_thread_gives_comes_back_to_the_loop() -> None:
    asyncio.get_running_loop().set_default_executor(Aside())
    assert await asyncio.to_thread(threading.get_ident) != threading.get_ident()
    with pytest.raises(ZeroDivisionError):
        await asyncio.to_thread(lambda: 1 // 0)


async def test_many_at_once_keep_each_other_waiting_for_nothing(silence: threading.Event) -> None:
    asyncio.get_running_loop().set_default_executor(Aside(within=0.01))
    for _ in range(100):
        asyncio.get_running_loop().run_in_executor(None, silence.wait)
    async with asyncio.timeout(30):
        assert await asyncio.to_thread(lambda: "heard") == "heard"


def test_the_end_waits_for_whoever_is_nearly_done_and_for_nobody_else(silence: threading.Event) -> None:
    aside, ended = Aside(within=0.05), threading.Event()
    aside.submit(silence.wait)
    began = time.monotonic()
    aside.shutdown()
    assert time.monotonic() - began < 30
    aside = Aside(within=30)
    release = threading.Event()

    def end() -> None:
        release.wait()
        ended.set()

    aside.submit(end)
    threading.Timer(0.05, release.set).start()
    aside.shutdown()
    assert ended.is_set()
