"""Memory and models: who writes, and that nothing heavy is resident when something else heavy starts."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from config.settings import Settings, Whisper
from daemon.contract.errors import MustWait, ReelscribeError
from daemon.contract.states import HoldCause
from daemon.llm import address, choice, eyes, machine, memory
from daemon.llm.client import Ollama
from daemon.llm.errors import NoSuchModel, Unreachable
from daemon.llm.names import same_name
from daemon.llm.values import LoadedModel, Timeouts
from daemon.speech import weights
from daemon.worker.memory import cgroups, weighing
from daemon.worker.memory.admission import Room, check

SHARE = 0.8  # of the machine's memory, where the settings name no limit

SOON = 3.0  # seconds in which whoever is there says so

T = TypeVar("T")


def limit(settings: Settings) -> int:
    """What Whisper's children and Ollama may use together, in bytes."""
    return settings.memory.limit or int(machine.memory().total * SHARE)


def room(settings: Settings) -> Room:
    """What there is for heavy work at present, without what lies in Ollama."""
    available = None if settings.memory.limit else machine.memory().available
    return Room(limit=limit(settings), resident=weighing.of_children(os.getpid()), available=available, own=cgroups.own())


async def choose_writer(settings: Settings) -> tuple[choice.Choice | None, str]:
    """Which model writes (None: the built-in draft), and why.

    Raises ``MustWait`` where Ollama does not answer or has no model that fits, unless the draft may stand in; ``CannotGoOn`` for a
    model chosen by hand that is not there, or can never fit.
    """
    if settings.writer.engine == "draft":
        return None, "the built-in draft, as the settings say"
    try:
        chosen = await _ask(settings, lambda ollama: _choose(ollama, settings.ollama.writer, settings))
    except MustWait as error:
        if settings.writer.fallback != "draft" or error.cause not in (HoldCause.OLLAMA, HoldCause.MODEL):
            raise
        return None, f"the built-in draft ({error.message})"
    return chosen, chosen.why


async def choose_rewriter(settings: Settings, wrote: str) -> choice.Choice:
    """Which model writes a scene again: the one that ``wrote`` the film, or, where that is not there any more, who would write it now.

    Raises what ``choose_writer`` raises; no draft stands in for it.
    """
    try:
        return await _ask(settings, lambda ollama: _choose(ollama, wrote, settings))
    except (NoSuchModel, Unreachable):
        return await _ask(settings, lambda ollama: _choose(ollama, settings.ollama.writer, settings))


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
    names, _ = await asyncio.to_thread(_unload, settings)
    return names


async def admit_listening(settings: Settings, listening: Whisper, models_dir: Path, known: int | None, voices: int = 0) -> None:
    """Makes room for the speech model. ``known``: the bytes that it took here before, None where nobody knows; ``voices``: those that
    telling voices takes after it, 0 where that is little.

    Raises ``NeverFits`` with a model that would, ``NotNow``, and ``StillLoaded`` where Ollama keeps a model.
    """
    _, resident = await asyncio.to_thread(_unload, settings)
    on_card = listening.device == "cuda" or (listening.device == "auto" and choice.graphics_card())
    need = known or weights.need(listening, models_dir, on_card=on_card)
    there = room(settings).with_resident(resident)
    if voices and known is None:
        check("Telling who speaks in so long a film", voices, there, "Set speakers.engine: builtin, which takes little.")
    size = weights.fitting(listening, there.most)
    advice = f"Set whisper.model: {size}, which fits." if size else "Raise memory.limit."
    check(f"The speech model {Path(listening.model).name}", need, there, advice)


async def admit_model(settings: Settings, chosen: choice.Choice) -> None:
    """Raises ``NotNow`` where there is no room for a model of Ollama's. One that lies there, elsewhere or in a card needs none."""
    if choice.graphics_card():
        return
    loaded = await _ask(settings, lambda ollama: ollama.loaded() if ollama.local else None)
    if loaded is None or any(same_name(one.name, chosen.model.name) for one in loaded):
        return
    there = room(settings)
    leaving = sum(map(_in_memory, loaded))  # they go before it comes
    free = None if there.available is None else there.available + leaving
    check(chosen.model.name, choice.need(chosen.model, chosen.num_ctx), there.model_copy(update={"available": free, "own": None}))


def _unload(settings: Settings) -> tuple[tuple[str, ...], int]:
    """Every server on this machine lets go of its models; names them, and the bytes that lie there nevertheless."""
    names, resident = tuple[str, ...](), 0
    for url in settings.ollama.url:
        if address.parse(url).local:
            try:
                with Ollama([url], timeouts=Timeouts(connect=settings.ollama.connect_timeout)) as ollama:
                    names += memory.make_room(ollama)
                    resident += sum(map(_in_memory, ollama.loaded()))
            except Unreachable:
                continue
    return names, resident


def _in_memory(model: LoadedModel) -> int:
    return max(0, model.size - model.size_vram)


async def silence(settings: Settings) -> str:
    """Why Ollama does not answer; ``""`` where it does, or where no film needs it."""
    if settings.writer.engine == "draft" or settings.writer.fallback == "draft":
        return ""
    try:
        await _ask(settings, Ollama.version, SOON)
    except ReelscribeError as error:
        return error.message
    return ""


async def digests(settings: Settings) -> dict[str, str]:
    """The digest of each installed model, by its name; none where the draft writes. Raises ``Unreachable``."""
    if settings.writer.engine == "draft":
        return {}
    found = await _ask(settings, Ollama.installed)
    return {model.name: model.digest for model in found}


def _choose(ollama: Ollama, wanted: str, settings: Settings) -> choice.Choice:
    return choice.of_server(ollama, choice.choose, wanted, num_ctx=settings.ollama.num_ctx, limit=limit(settings))


def _choose_eyes(ollama: Ollama, wanted: str, settings: Settings) -> tuple[choice.Choice | None, str]:
    return choice.of_server(ollama, eyes.choose, wanted, num_ctx=settings.ollama.num_ctx, limit=limit(settings))


async def _ask(settings: Settings, question: Callable[[Ollama], T], within: float | None = None) -> T:
    """Asks Ollama in a thread, since the client waits for its answer and the loop must not."""

    def ask() -> T:
        connect = settings.ollama.connect_timeout
        limits = Timeouts(connect=min(connect, within), light=within) if within else Timeouts(connect=connect)
        with Ollama(settings.ollama.url, timeouts=limits) as ollama:
            return question(ollama)

    return await asyncio.to_thread(ask)
