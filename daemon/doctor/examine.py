"""The whole examination, in the order in which a person mends things."""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from config.places import Places
from config.settings import Settings
from daemon.contract.doctor import Finding
from daemon.contract.status import Inbox
from daemon.contract.values import shown
from daemon.doctor import inboxes, machine, models
from daemon.llm import choice, eyes
from daemon.llm.choice import Choice
from daemon.llm.client import Ollama
from daemon.llm.machine import memory
from daemon.llm.values import Timeouts
from daemon.speech import weights
from daemon.worker.memory import budget

ANSWERS_WITHIN = 10.0  # seconds


class Patient(NamedTuple):
    """Who is looked at. ``inboxes``: as the daemon watches them; None where none runs. ``newest``: the table's last unix time."""

    settings: Settings
    places: Places
    inboxes: tuple[Inbox, ...] | None = None
    newest: float | None = None
    busy: bool = False


def examine(patient: Patient, *, speed: bool = False) -> tuple[Finding, ...]:
    """All findings; blocks for some seconds, with ``speed`` for as long as a model takes to be loaded and to write a little."""
    findings: list[Finding] = []
    try:
        findings.extend(_findings(patient, speed))  # one by one, so that what was found before a mistake of ours is told
    except Exception as error:
        findings.append(_mistaken("doctor", error))
    return tuple(findings)


async def examined(patient: Patient, *, speed: bool = False) -> tuple[Finding, ...]:
    """The same, for a loop that must not wait. Nobody waits for the look to end either: a daemon that stops leaves it behind."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[tuple[Finding, ...]] = loop.create_future()

    def tell(findings: tuple[Finding, ...]) -> None:
        if not found.done():
            found.set_result(findings)

    def look() -> None:
        findings = examine(patient, speed=speed)
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(tell, findings)

    threading.Thread(target=look, name="doctor", daemon=True).start()
    return await found


def _findings(patient: Patient, speed: bool) -> Iterator[Finding]:
    settings, places = patient.settings, patient.places
    yield _tried("socket", lambda: _socket(patient))
    yield _tried("ffmpeg", machine.ffmpeg)
    yield _tried("state", lambda: machine.state(places.state))
    yield from _of_inboxes(patient)
    yield _tried("whisper", lambda: models.whisper(settings, places.models))
    yield from _of_models(patient, speed)
    yield _tried("box", machine.box)
    yield _tried("clock", lambda: machine.clock(time.time(), patient.newest))


def _of_inboxes(patient: Patient) -> Iterator[Finding]:
    known = {one.path_bytes: one for one in patient.inboxes or ()}
    paths = tuple(one.path for one in patient.settings.inboxes)
    for path in paths:
        yield _tried(f"inbox {shown(path)}", lambda path=path: inboxes.inbox(path, known.get(path), patient.settings))  # type: ignore[misc]
    if not paths:
        yield inboxes.none()
    yield _tried("inotify", lambda: inboxes.watches(paths))


def _of_models(patient: Patient, speed: bool) -> Iterator[Finding]:
    settings = patient.settings
    if settings.writer.engine == "draft":
        yield Finding(name="writer", verdict="ok", found="the built-in draft, as the settings say; Ollama is not asked")
        yield _memory(patient, {})
        return
    with Ollama(settings.ollama.url, timeouts=Timeouts(connect=settings.ollama.connect_timeout, light=ANSWERS_WITHIN)) as client:
        answers = models.ollama(client)
        yield answers
        if answers.verdict == "bad":
            yield _memory(patient, {})
            return
        written, writer = models.chosen("writer", lambda: _writer(client, settings))
        looked, seer = models.chosen("eyes", lambda: _eyes(client, settings))
        yield from (written, looked, _memory(patient, models.needs(client, writer, seer)))
        if speed and writer:
            yield models.not_now() if patient.busy else models.speed(client, writer, settings.ollama.keep_alive)


def _writer(client: Ollama, settings: Settings) -> tuple[Choice | None, str]:
    found = choice.of_server(client, choice.choose, settings.ollama.writer, num_ctx=settings.ollama.num_ctx, limit=budget.limit(settings))
    return found, found.why


def _eyes(client: Ollama, settings: Settings) -> tuple[Choice | None, str]:
    if settings.ollama.eyes is None:
        return None, "nobody, as the settings say"
    return choice.of_server(client, eyes.choose, settings.ollama.eyes, num_ctx=settings.ollama.num_ctx, limit=budget.limit(settings))


def _memory(patient: Patient, writes: dict[str, int]) -> Finding:
    def look() -> Finding:
        listening = patient.settings.whisper
        on_card = listening.device == "cuda" or (listening.device == "auto" and choice.graphics_card())
        listens = weights.need(listening, patient.places.models, on_card=on_card)
        return machine.memory(budget.room(patient.settings), memory(), listens, writes)

    return _tried("memory", look)


def _socket(patient: Patient) -> Finding:
    where = patient.places.socket
    if patient.inboxes is None:
        advice = "Start it with `reelscribe serve`, or as a service. `reelscribe write` works without it."
        return Finding(name="socket", verdict="warn", found=f"no daemon answers at {shown(where)}", advice=advice)
    mode, group = where.stat().st_mode & 0o777, where.stat().st_gid
    found = f"answers at {shown(where)}, mode {mode:04o}"
    if mode & 0o007:
        return Finding(name="socket", verdict="bad", found=f"{found}: anybody may use it", advice=f"chmod 660 {shown(where)}")
    return Finding(name="socket", verdict="ok", found=f"{found}, group {group}{'' if os.getegid() == group else ' (not ours)'}")


def _tried(name: str, look: Callable[[], Finding]) -> Finding:
    """A look that fails is a finding too."""
    try:
        return look()
    except Exception as error:
        return _mistaken(name, error)


def _mistaken(name: str, error: Exception) -> Finding:
    return Finding(name=name, verdict="warn", found=f"could not be looked at: {type(error).__name__}: {shown(str(error))}")
