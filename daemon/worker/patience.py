"""Writing to a job table that cannot be written for a while: what fills the disk under a film may fill it under the table."""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

from daemon.contract.errors import MustWait, TryAgain

log = logging.getLogger(__name__)

T = TypeVar("T")
AGAIN = 5.0  # seconds between two tries
SHUT = (MustWait, TryAgain)  # what the store raises where the disk is full, or another program holds the table


async def patiently(write: Callable[[], T], beat: Callable[[], object] = lambda: None) -> T:
    """What ``write`` gives, as soon as the table can be written; ``beat`` is called before each try. Why it cannot is said once."""
    said = ""
    while True:
        beat()
        try:
            return write()
        except SHUT as error:
            if error.message != said:
                log.warning("waiting for the job table: %s %s", error.message, error.advice)
            said = error.message
            await asyncio.sleep(AGAIN)
