"""What is loaded, how it is loaded, and when it goes: Ollama's scheduler as far as a client can feel it.

One thing of it is left out: requests do not queue behind each other. ``at_once`` tells how many ever ran together.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Any

from tests.fakes.ollama.models import FakeModel
from tests.fakes.ollama.tokens import pieces

KEPT = 300.0  # seconds a model stays where nobody says how long
FOR_EVER = datetime(2319, 1, 1, tzinfo=UTC)
OVERHEAD = 300 << 20


@dataclass
class Runner:
    """One model in memory."""

    model: FakeModel
    num_ctx: int
    keep_alive: float = KEPT  # seconds; negative: for ever
    expires: float = 0.0
    on_card: bool = False
    prompt: str = ""  # the last one, which is in the cache

    @property
    def size(self) -> int:
        """Bytes."""
        return self.model.size + self.model.kv_bytes * self.num_ctx + OVERHEAD


@dataclass
class Scheduler:
    """``memory`` in bytes (None: enough); ``on_card``: models lie in a graphics card; ``most``: models loaded together."""

    memory: int | None = None
    on_card: bool = False
    most: int = 3
    clock: Callable[[], float] = time.monotonic
    loads: list[tuple[str, int]] = field(default_factory=list)  # every load: name and num_ctx
    unloads: list[str] = field(default_factory=list)
    stubborn: bool = False  # takes every order to unload and keeps the model
    wedged: bool = False  # whoever wants another model waits until the resident one is unloaded by name (Ollama's issue 17408)
    at_once: int = 0
    _running: dict[str, Runner] = field(default_factory=dict)
    _busy: list[object] = field(default_factory=list)
    _lock: RLock = field(default_factory=RLock)

    def must_load(self, model: FakeModel, num_ctx: int) -> bool:
        """Whether a request has to wait for a load. Another window than the loaded one's is a load too."""
        with self._lock:
            self._expire()
            runner = self._running.get(model.name)
            return runner is None or runner.num_ctx != num_ctx

    def blocked(self, model: FakeModel, num_ctx: int) -> bool:
        """Whether a load waits for ever, or until what is resident is unloaded."""
        with self._lock:
            return self.wedged and any(runner.model.name != model.name or runner.num_ctx != num_ctx for runner in self._running.values())

    def read(self, model: FakeModel, prompt: str) -> int:
        """Tokens at the prompt's begin that the model has read last time."""
        with self._lock:
            runner = self._running.get(model.name)
            if runner is None:  # somebody has unloaded it meanwhile
                return 0
            pairs = enumerate(zip(runner.prompt, prompt, strict=False))
            same = next((place for place, (one, other) in pairs if one != other), min(len(runner.prompt), len(prompt)))
            runner.prompt = prompt
            return len(pieces(prompt[:same]))

    def fits(self, model: FakeModel, num_ctx: int) -> bool:
        """Whether the memory holds this model alone."""
        return self.memory is None or Runner(model, num_ctx).size <= self.memory

    def load(self, model: FakeModel, num_ctx: int) -> None:
        """The model is in memory from here; another one may have had to go."""
        with self._lock:
            self._drop(model.name)
            new = Runner(model, num_ctx, on_card=self.on_card)
            while self._running and self._too_much(new):
                self._drop(min(self._running.values(), key=lambda runner: runner.keep_alive % 1e9).model.name)
            self._running[model.name] = new
            self.loads.append((model.name, num_ctx))

    def keep(self, model: FakeModel, keep_alive: float | None) -> None:
        """A request is done: the model's time begins; 0 puts it out at once. None: what it had last."""
        with self._lock:
            runner = self._running.get(model.name)
            if runner is None:
                return
            runner.keep_alive = runner.keep_alive if keep_alive is None else keep_alive
            runner.expires = self.clock() + runner.keep_alive
            if runner.keep_alive == 0 and not self.stubborn:
                self._drop(model.name)

    def processes(self) -> list[dict[str, Any]]:
        """``/api/ps``."""
        with self._lock:
            self._expire()
            return [self._entry(runner) for runner in self._running.values()]

    def begin(self) -> object:
        """A request runs; ``end`` takes what this gives."""
        turn = object()
        with self._lock:
            self._busy.append(turn)
            self.at_once = max(self.at_once, len(self._busy))
        return turn

    def end(self, turn: object) -> None:
        """It ended; it may be said twice."""
        with self._lock:
            if turn in self._busy:
                self._busy.remove(turn)

    def _entry(self, runner: Runner) -> dict[str, Any]:
        left = timedelta(seconds=runner.expires - self.clock())
        until = FOR_EVER if runner.keep_alive < 0 else datetime.now(UTC) + left
        return {
            "name": runner.model.name,
            "model": runner.model.name,
            "size": runner.size,
            "digest": runner.model.digest,
            "details": runner.model.details(),
            "expires_at": until.isoformat(),
            "size_vram": runner.size if runner.on_card else 0,
            "context_length": runner.num_ctx,
        }

    def _too_much(self, new: Runner) -> bool:
        together = new.size + sum(runner.size for runner in self._running.values())
        return len(self._running) >= self.most or (self.memory is not None and together > self.memory)

    def _expire(self) -> None:
        now = self.clock() if not self.stubborn else 0.0
        for runner in [runner for runner in self._running.values() if runner.keep_alive >= 0 and 0 < runner.expires <= now]:
            self._drop(runner.model.name)

    def _drop(self, name: str) -> None:
        if self._running.pop(name, None) is not None:
            self.unloads.append(name)
