"""Memory and models: who writes, and that nothing heavy is resident when something else heavy starts."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import psutil

from config.settings import Settings
from daemon.contract.errors import MustWait, ReelscribeError
from daemon.contract.states import HoldCause
from daemon.llm import choice, eyes, memory
from daemon.llm.client import Ollama
from daemon.llm.errors import Unreachable
from daemon.llm.values import Timeouts

SHARE = 0.8  # of the machine's memory, where the settings name no limit

SOON = 3.0  # seconds in which whoever is there says so

T = TypeVar("T")


def limit(settings: Settings) -> int:
    """What Whisper's children and Ollama may use together, in bytes."""
    return settings.memory.limit or int(psutil.virtual_memory().total * SHARE)


async def choose_writer(settings: Settings) -> tuple[choice.Choice | None, str]:
    """Which model writes (None: the built-in draft), and why.

    Raises ``MustWait`` where Ollama does not answer or has no model that fits, unless the draft may stand in; ``CannotGoOn`` for a
    model chosen by hand that is not there, or can never fit.
    """
    if settings.writer.engine == "draft":
        return None, "the built-in draft, as the settings say"
    try:
        chosen = await _ask(settings, lambda ollama: _choose(ollama, settings))
    except MustWait as error:
        if settings.writer.fallback != "draft" or error.cause not in (HoldCause.OLLAMA, HoldCause.MODEL):
            raise
        return None, f"the built-in draft ({error.message})"
    return chosen, chosen.why


async def choose_eyes(settings: Settings) -> tuple[choice.Choice | None, str]:
    """Which model looks at the pictures (None: nobody), and why. The draft writer has no use for eyes that nobody named.

    Raises ``MustWait`` where Ollama does not answer, unless the draft may stand in; ``CannotGoOn`` for a model chosen by hand that is
    not there, cannot see, or can never fit.
    """
    wanted = settings.ollama.eyes
    if wanted is None:
        return None, "nobody, as the settings say"
    if wanted == choice.AUTO and settings.writer.engine == "draft":
        return None, "nobody, since the built-in draft writes"
    try:
        return await _ask(settings, lambda ollama: _choose_eyes(ollama, wanted, settings))
    except MustWait as error:
        if settings.writer.fallback != "draft" or error.cause is not HoldCause.OLLAMA:
            raise
        return None, f"nobody ({error.message})"


async def make_room(settings: Settings) -> tuple[str, ...]:
    """Unloads what Ollama holds in this machine's memory, and names it. No Ollama: there is nothing to unload."""
    try:
        return await _ask(settings, memory.make_room)
    except Unreachable:
        return ()


async def silence(settings: Settings) -> str:
    """Why Ollama does not answer; ``""`` where it does, or where no film needs it."""
    if settings.writer.engine == "draft" or settings.writer.fallback == "draft":
        return ""
    try:
        await _ask(settings, Ollama.version, SOON)
    except ReelscribeError as error:
        return error.message
    return ""


def _choose(ollama: Ollama, settings: Settings) -> choice.Choice:
    return choice.choose_writer(ollama, settings.ollama.writer, num_ctx=settings.ollama.num_ctx, limit=limit(settings))


def _choose_eyes(ollama: Ollama, wanted: str, settings: Settings) -> tuple[choice.Choice | None, str]:
    return eyes.choose_eyes(ollama, wanted, num_ctx=settings.ollama.num_ctx, limit=limit(settings))


async def _ask(settings: Settings, question: Callable[[Ollama], T], within: float | None = None) -> T:
    """Asks Ollama in a thread, since the client waits for its answer and the loop must not."""

    def ask() -> T:
        connect = settings.ollama.connect_timeout
        limits = Timeouts(connect=min(connect, within), light=within) if within else Timeouts(connect=connect)
        with Ollama(settings.ollama.url, timeouts=limits) as ollama:
            return question(ollama)

    return await asyncio.to_thread(ask)
