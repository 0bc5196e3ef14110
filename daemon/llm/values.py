"""What goes to Ollama and what comes back, as values."""

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field, PlainSerializer

from daemon.contract.values import Frozen

LOADED = 0.1  # seconds of ``load_duration`` from which it was a load: a model that is there takes some milliseconds

JsonSchema = Mapping[str, Any]
"""A JSON schema: plain keywords only (no pattern, no ``$ref``), as the oldest grammar converter takes them."""


def _finite(keep_alive: str) -> str:
    if not re.fullmatch(r"(\d{1,6}(\.\d{1,3})?(ms|s|m|h)){1,4}", keep_alive) or not re.search(r"[1-9]", keep_alive):
        raise ValueError("give a time above zero with its unit, such as 10m")
    return keep_alive


KeepAlive = Annotated[str, AfterValidator(_finite)]
"""How long a model stays loaded after a call, as a Go duration. Never for ever: that blocks the server for every other model."""


class Timeouts(Frozen):
    """Deadlines of one call, in seconds.

    ``first_byte`` counts from the call's start, since queueing, loading and reading the prompt all happen before Ollama sends its
    status line; ``idle`` counts between two lines of an answer; ``total`` holds for the whole call whatever arrives. ``light`` is
    the whole of a call that generates nothing.
    """

    connect: float = Field(5, gt=0)
    first_byte: float = Field(1800, gt=0)
    idle: float = Field(120, gt=0)
    total: float = Field(3600, gt=0)
    light: float = Field(30, gt=0)

    def for_light_calls(self) -> "Timeouts":
        """The same, for a call that generates nothing."""
        return self.model_copy(update={"first_byte": self.light, "idle": self.light, "total": self.light})


class Options(Frozen):
    """The options of every call to one model. Changing ``num_ctx`` makes Ollama load the model again: keep one set per model."""

    num_ctx: int = Field(8192, ge=512)
    num_predict: int = Field(2048, ge=1)
    seed: int = Field(1, ge=0)
    temperature: float = Field(0.4, ge=0, le=2)
    keep_alive: KeepAlive = "10m"


class Message(Frozen):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Showing(Message):
    """A turn that shows pictures, as the bytes of JPEG or PNG files; Ollama takes them as base64 without anything before it."""

    images: tuple[Annotated[bytes, PlainSerializer(lambda image: b64encode(image).decode(), return_type=str)], ...] = Field(min_length=1)


class Answer(Frozen):
    """A whole answer. ``length`` as its ``done_reason`` means that it ran into ``num_predict``. Times in seconds, 0 where not told.

    ``load_seconds`` also holds the wait for other models; ``prompt_tokens`` counts the cached ones too. ``cached_tokens`` is None
    where the server does not tell how many those were.
    """

    model: str
    content: str
    done_reason: Literal["stop", "length"]
    prompt_tokens: int = 0
    answer_tokens: int = 0
    total_seconds: float = 0.0
    load_seconds: float = 0.0
    prompt_seconds: float = 0.0
    answer_seconds: float = 0.0
    cached_tokens: int | None = None


class Usage(Frozen):
    """What all calls of a client took together. Times in seconds; ``cached_tokens`` of the prompts were not read anew."""

    calls: int = 0
    prompt_tokens: int = 0
    answer_tokens: int = 0
    seconds: float = 0.0
    loads: int = 0
    load_seconds: float = 0.0
    cached_tokens: int = 0

    def plus(self, answer: Answer, cached_tokens: int = 0) -> "Usage":
        """With one more answer counted."""
        more = Usage(
            calls=self.calls + 1,
            prompt_tokens=self.prompt_tokens + answer.prompt_tokens,
            answer_tokens=self.answer_tokens + answer.answer_tokens,
            seconds=self.seconds + answer.total_seconds,
            loads=self.loads,
            load_seconds=self.load_seconds,
            cached_tokens=self.cached_tokens + cached_tokens,
        )
        return more.loaded(answer.load_seconds) if answer.load_seconds > LOADED else more

    def loaded(self, seconds: float) -> "Usage":
        """With one more load counted."""
        return self.model_copy(update={"loads": self.loads + 1, "load_seconds": self.load_seconds + seconds})

    def record(self) -> dict[str, float]:
        """The numbers under the names that a stage's run is filed with."""
        return {
            "calls": self.calls,
            "tokens_in": self.prompt_tokens,
            "tokens_out": self.answer_tokens,
            "tokens_cached": self.cached_tokens,
            "model_seconds": round(self.seconds, 3),
            "loads": self.loads,
            "load_seconds": round(self.load_seconds, 3),
        }


class InstalledModel(Frozen):
    """A model that the server has. ``size`` in bytes, ``parameters`` in billions (0: not told).

    ``kv_bytes`` is what one token of context takes in memory, None where the model does not say how it is built.
    """

    name: str
    size: int
    digest: str
    family: str = ""
    parameters: float = 0.0
    capabilities: tuple[str, ...] = ()
    context_length: int | None = None
    kv_bytes: int | None = None
    remote: bool = False


class LoadedModel(Frozen):
    """A model that the server holds in memory, until ``expires_at``. ``size`` and ``size_vram`` (on a graphics card) in bytes."""

    name: str
    digest: str
    size: int
    size_vram: int = 0
    context_length: int | None = None
    expires_at: AwareDatetime | None = None
