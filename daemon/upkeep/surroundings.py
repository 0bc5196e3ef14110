"""What lies around the daemon and takes long to look at: Ollama, and the disks. Looked at in a thread, and only while somebody asks."""

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import Field

from config.settings import Settings
from daemon.contract.errors import ReelscribeError
from daemon.contract.status import Disk, OllamaState, Resident
from daemon.contract.values import Frozen, shown
from daemon.llm import address
from daemon.llm.client import Ollama
from daemon.llm.values import Timeouts

FRESH = 10.0  # seconds for which a look is good
FIRST_LOOK = 0.3  # seconds that whoever asks first waits for it
SOON = 2.0  # seconds in which an Ollama that is there says so


class Sight(Frozen):
    """What was seen. ``free`` has the bytes left for each path that could be looked at."""

    ollama: OllamaState | None = None
    disk: Disk | None = None
    free: dict[bytes, int] = Field(default_factory=dict)


class Surroundings:
    """Gives what was seen last and looks again where that is older than ``FRESH``; nobody waits for a server or a share that hangs."""

    def __init__(self, settings: Callable[[], Settings], state: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._state = state
        self._clock = clock
        self._seen: Sight | None = None
        self._at = float("-inf")
        self._looking: asyncio.Task[None] | None = None

    async def seen(self, inboxes: Iterable[bytes]) -> Sight:
        """What there is, as it was a moment ago."""
        if self._looking is None and self._clock() - self._at >= FRESH:
            self._looking = asyncio.create_task(self._look(tuple(inboxes)))
        if self._seen is None and self._looking is not None:
            await asyncio.wait([self._looking], timeout=FIRST_LOOK)
        return self._seen or Sight()

    async def _look(self, inboxes: tuple[bytes, ...]) -> None:
        try:
            self._seen = await asyncio.to_thread(look, self._settings(), self._state, inboxes)
        finally:
            self._at, self._looking = self._clock(), None


def look(settings: Settings, state: Path, inboxes: Iterable[bytes]) -> Sight:
    """Asks Ollama what it holds, and the file systems what is left. Takes a few seconds at worst; a share that hangs, longer."""
    return Sight(ollama=_ollama(settings), disk=_disk(state), free={path: left.free for path in inboxes if (left := _disk(path))})


def _ollama(settings: Settings) -> OllamaState | None:
    if not settings.ollama.url:
        return None
    url = ""
    try:
        url = address.parse(settings.ollama.url[0]).shown
        with Ollama(settings.ollama.url, timeouts=Timeouts(connect=SOON, light=SOON)) as ollama:
            version, loaded = ollama.version(), ollama.loaded()
    except ReelscribeError:
        return OllamaState(url=url, answers=False)
    models = tuple(Resident(name=one.name, size=one.size, on_card=one.size_vram, until=one.expires_at) for one in loaded)
    return OllamaState(url=url, answers=True, version=version, resident=models[0].name if models else "", models=models)


def _disk(path: Path | bytes) -> Disk | None:
    with contextlib.suppress(OSError):
        there = os.statvfs(path)
        return Disk(path=shown(path), free=there.f_bavail * there.f_frsize, total=there.f_blocks * there.f_frsize)
    return None
