"""Listens to the daemon and tells people what is worth it, for as long as it runs."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from config.settings import Notify
from daemon.contract.errors import ReelscribeError
from daemon.contract.events import Event
from tui.client import Daemon
from tui.following import Lost, follow
from tui.notify.grouping import Grouping, Notice
from tui.notify.sending import Message, send
from tui.wording import plain

log = logging.getLogger(__name__)

NAMED = 5  # films whose names are in a message
TRIES = 4  # to send a message
AGAIN = 30.0  # seconds before the second try; each further one takes three times as long


async def serve(sockets: Callable[[], Sequence[Path]], settings: Notify) -> None:
    """Runs until it is cancelled."""
    grouping, news = Grouping(settings.on), asyncio.Event()
    async with asyncio.TaskGroup() as together:
        together.create_task(_listen(sockets, grouping, news))
        while True:
            for notice in grouping.due(time.monotonic()):
                together.create_task(_tell(sockets, settings, notice))
            await _rest(grouping, news)


async def _listen(sockets: Callable[[], Sequence[Path]], grouping: Grouping, news: asyncio.Event) -> None:
    said = ""
    async for happened in follow(sockets):
        if isinstance(happened, Event):
            grouping.hear(happened, time.monotonic())
            news.set()
        now = happened.error.message if isinstance(happened, Lost) else ""
        if now and now != said:
            log.warning("%s", now)
        said = now


async def _rest(grouping: Grouping, news: asyncio.Event) -> None:
    """Until something happened, or a notice is due."""
    due = grouping.next_due()
    try:
        async with asyncio.timeout(None if due is None else max(0.0, due - time.monotonic())):
            await news.wait()
    except TimeoutError:
        return
    news.clear()


async def _tell(sockets: Callable[[], Sequence[Path]], settings: Notify, notice: Notice) -> None:
    message = await worded(sockets, notice)
    rest = settings
    for number in range(TRIES):
        failed = {way: why for way, why in (await send(rest, message)).items() if why}
        if not failed:
            log.info("told: %s", message.title)
            return
        log.warning("%s was not told: %s", message.title, "; ".join(f"{way}: {why}" for way, why in failed.items()))
        rest = _only(settings, failed)
        await asyncio.sleep(AGAIN * 3**number)


def _only(settings: Notify, failed: dict[str, str]) -> Notify:
    """The ways that did not work, to be tried again."""
    urls = tuple(url for number, url in enumerate(settings.urls, 1) if any(way.startswith(f"notify.urls[{number}] ") for way in failed))
    command = settings.command if any(way.startswith("notify.command") for way in failed) else None
    return settings.model_copy(update={"urls": urls, "command": command})


async def worded(sockets: Callable[[], Sequence[Path]], notice: Notice) -> Message:
    """A notice in a person's words. Names and numbers are the daemon's own, as far as it can be asked."""
    jobs = tuple(notice.jobs)
    try:
        async with Daemon(sockets()) as daemon:
            names = [plain((await daemon.job(job)).name) for job in jobs[:NAMED]]
            holds = (await daemon.status()).holds if notice.kind == "held" else ()
    except ReelscribeError:
        names, holds = [], ()
    count = max(len(jobs), sum(hold.jobs for hold in holds if hold.cause == notice.cause))
    films = f"{count} film{'s' if count != 1 else ''}"
    title = {
        "held": f"Reelscribe: {films} wait{'s' if count == 1 else ''}",
        "failed": f"Reelscribe: {films} failed",
    }.get(notice.kind, f"Reelscribe: {films} done")
    more = [f"… and {count - len(names)} more"] if names and count > len(names) else []
    body = "\n".join(filter(None, [plain(notice.reason), plain(notice.advice), *names, *more]))
    return Message(notice.kind, title, body or title, count, jobs)
