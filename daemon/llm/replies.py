"""What Ollama's JSON looks like, and our values made of it. Unknown keys pass: a newer server may say more."""

import re
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from daemon.llm.values import Answer, InstalledModel, LoadedModel

SECOND = 1_000_000_000  # Ollama's times are in nanoseconds


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Version(_Reply):
    """``/api/version``."""

    version: str


class Details(_Reply):
    """What both lists and ``/api/show`` say of a model's making."""

    family: str = ""
    parameter_size: str = ""


class Tag(_Reply):
    """One model of ``/api/tags``. Older servers tell no capabilities and no context length there."""

    name: str
    size: int = 0
    digest: str = ""
    details: Details = Details()
    capabilities: tuple[str, ...] | None = None
    remote_host: str = ""
    remote_model: str = ""


class Tags(_Reply):
    """``/api/tags``."""

    models: tuple[Tag, ...] | None = None


class Running(_Reply):
    """One model of ``/api/ps``."""

    name: str
    digest: str = ""
    size: int = 0
    size_vram: int = 0
    context_length: int | None = None
    expires_at: Any = None

    def value(self) -> LoadedModel:
        """Ours."""
        return LoadedModel(**self.model_dump() | {"expires_at": _moment(self.expires_at)})


class Processes(_Reply):
    """``/api/ps``."""

    models: tuple[Running, ...] | None = None


class Shown(_Reply):
    """``/api/show``. ``model_info`` holds the keys of the model's file, each under the name of its architecture."""

    details: Details = Details()
    model_info: dict[str, Any] | None = None
    capabilities: tuple[str, ...] | None = None
    remote_host: str = ""
    remote_model: str = ""

    @property
    def context_length(self) -> int | None:
        """Tokens that the model was trained for; a larger ``num_ctx`` is cut to it without a word."""
        return _whole(self._info("context_length"))

    @property
    def kv_bytes(self) -> int | None:
        """Memory of one token of context: keys and values of every layer, two bytes each."""
        layers, heads = _whole(self._info("block_count")), self._info("attention.head_count_kv")
        head = self._head_size()
        if not layers or not head:
            return None
        if isinstance(heads, list):
            return sum(heads) * head * 2
        heads = _whole(heads) or _whole(self._info("attention.head_count"))
        return layers * heads * head * 2 if heads else None

    def _head_size(self) -> int | None:
        key, value = _whole(self._info("attention.key_length")), _whole(self._info("attention.value_length"))
        if key:
            return key + (value or key)
        width, heads = _whole(self._info("embedding_length")), _whole(self._info("attention.head_count"))
        return 2 * width // heads if width and heads else None

    def _info(self, key: str) -> Any:
        info = self.model_info or {}
        return info.get(f"{info.get('general.architecture', '')}.{key}")


class Turn(_Reply):
    """The piece of a message in one line of a streamed answer."""

    content: str = ""
    thinking: str = ""


class ChatLine(_Reply):
    """One line of a streamed answer. The counts and times are on the last one alone."""

    error: Any = None
    message: Turn | None = None
    done: bool = False
    done_reason: str | None = None
    total_duration: int = 0
    load_duration: int = 0
    prompt_eval_count: int = 0
    prompt_eval_duration: int = 0
    prompt_eval_cached_count: int | None = None  # from 0.34 on
    eval_count: int = 0
    eval_duration: int = 0

    def answer(self, model: str, content: str) -> Answer:
        """The whole answer whose last line this is. Servers before 0.1.40 give no ``done_reason``."""
        reason: Literal["stop", "length"] = "length" if self.done_reason == "length" else "stop"
        return Answer(
            model=model,
            content=content,
            done_reason=reason,
            prompt_tokens=self.prompt_eval_count,
            answer_tokens=self.eval_count,
            total_seconds=self.total_duration / SECOND,
            load_seconds=self.load_duration / SECOND,
            prompt_seconds=self.prompt_eval_duration / SECOND,
            answer_seconds=self.eval_duration / SECOND,
            cached_tokens=self.prompt_eval_cached_count,
        )


def installed(tag: Tag, shown: Shown | None) -> InstalledModel:
    """One model from what the list says of it and, where it was asked, ``/api/show``."""
    more = shown or Shown()
    details = more.details if more.details.family else tag.details
    return InstalledModel(
        name=tag.name,
        size=tag.size,
        digest=tag.digest,
        family=details.family,
        parameters=billions(details.parameter_size),
        capabilities=tag.capabilities or more.capabilities or (),
        context_length=more.context_length,
        kv_bytes=more.kv_bytes,
        remote=any((tag.remote_host, tag.remote_model, more.remote_host, more.remote_model)),
    )


def billions(size: str) -> float:
    """``"70.6B"``, ``"8x7B"`` or ``"137M"`` in billions; 0 where it cannot be read."""
    match = re.fullmatch(r"(?:(\d+)x)?(\d+(?:\.\d+)?)([KMBT])", size.strip().upper())
    if not match:
        return 0.0
    times, number, unit = match.groups()
    return int(times or 1) * float(number) * {"K": 1e-6, "M": 1e-3, "B": 1.0, "T": 1e3}[unit]


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _moment(text: Any) -> datetime | None:
    """None for what is no moment with a time zone, so that a server's odd clock costs nothing else."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None
