"""Sending a message: to the services that apprise knows, and to a program of the person's own."""

import asyncio
import json
import logging
import os
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from config.settings import Notify
from daemon.contract.errors import ReelscribeError

log = logging.getLogger(__name__)

ENDS_WITHIN = 60.0  # seconds that a person's program has
TAIL = 500  # characters of what it complained about
HOW_TO_INSTALL = "pip install 'reelscribe[notify]'"


@dataclass(frozen=True)
class Message:
    """What is sent. ``kind``: completed, failed, held or test."""

    kind: str
    title: str
    body: str
    count: int = 0
    jobs: tuple[int, ...] = ()


class NotSent(ReelscribeError):
    """A message did not get through."""


def ways(settings: Notify) -> Iterator[str]:
    """Every way that a message goes, without the secrets in it."""
    for number, url in enumerate(settings.urls, 1):
        yield f"notify.urls[{number}] ({url.get_secret_value().partition(':')[0]})"
    if settings.command:
        yield f"notify.command ({shlex.split(settings.command)[0]})"


async def send(settings: Notify, message: Message) -> dict[str, str]:
    """Sends it every way; gives what went wrong with each, ``""`` where it got through."""
    return {way: await asyncio.to_thread(_sent, settings, number, message) for number, way in enumerate(ways(settings))}


def _sent(settings: Notify, number: int, message: Message) -> str:
    try:
        if number < len(settings.urls):
            _post(settings.urls[number].get_secret_value(), message)
        else:
            _run(settings.command or "", message)
    except NotSent as error:
        return f"{error.message} {error.advice}".rstrip()
    return ""


def _post(url: str, message: Message) -> None:
    try:
        import apprise
    except ImportError:
        raise NotSent("apprise is not installed.", HOW_TO_INSTALL) from None
    service = apprise.Apprise.instantiate(url)
    if not service:
        raise NotSent("apprise knows no such address.", "github.com/caronc/apprise lists them.")
    if not service.notify(title=message.title, body=message.body):
        raise NotSent("it did not get through.", "Check the address and the network.")


def _run(command: str, message: Message) -> None:
    """Without a shell: what comes from films reaches the program in its environment and as JSON on stdin, never as its words."""
    told = {"kind": message.kind, "title": message.title, "body": message.body, "count": message.count, "jobs": list(message.jobs)}
    environ = {f"REELSCRIBE_{name.upper()}": str(told[name]) for name in ("kind", "title", "body", "count")}
    environ["REELSCRIBE_JOBS"] = ",".join(map(str, message.jobs))
    try:
        done = subprocess.run(
            shlex.split(command), input=json.dumps(told).encode(), env={**os.environ, **environ},
            timeout=ENDS_WITHIN, capture_output=True, check=False,
        )  # fmt: skip
    except OSError as error:
        raise NotSent(f"it cannot be run: {error.strerror}.") from error
    except subprocess.TimeoutExpired as error:
        raise NotSent(f"it did not end within {ENDS_WITHIN:.0f} s.") from error
    if done.returncode:
        raise NotSent(f"it ended with {done.returncode}: {done.stderr.decode(errors='replace')[-TAIL:].strip()}")
