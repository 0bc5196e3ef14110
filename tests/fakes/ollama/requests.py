"""What a request may say: refuses as Ollama does, with its statuses and words, and unknown names as well."""

import json
import re
from collections.abc import Collection
from typing import Any

MESSAGE = {"role", "content", "thinking", "images", "tool_calls", "tool_name", "tool_call_id"}
COMMON = {"model", "format", "stream", "think", "truncate", "shift", "keep_alive", "options", "logprobs", "top_logprobs"}
FIELDS: dict[str, set[str]] = {
    "/api/chat": COMMON | {"messages", "tools"},
    "/api/generate": COMMON | {"prompt", "suffix", "system", "template", "raw", "context", "images"},
    "/api/show": {"model", "name", "verbose"},
    "/api/pull": {"model", "name", "stream", "insecure"},
    "/api/delete": {"model", "name"},
}
INTEGERS = {"num_ctx", "num_predict", "seed", "top_k", "repeat_last_n", "num_keep", "num_batch", "num_gpu", "main_gpu", "num_thread",
            "draft_num_predict"}  # fmt: skip
FLOATS = {"temperature", "top_p", "min_p", "typical_p", "repeat_penalty", "presence_penalty", "frequency_penalty"}
UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
LEVELS = ("low", "medium", "high", "max")


class Refusal(Exception):
    """The server answers with ``status`` and ``{"error": text}``."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def parsed(path: str, raw: bytes) -> dict[str, Any]:
    """The body of a POST, with its fields known. Raises Refusal."""
    if not raw.strip():
        raise Refusal(400, "missing request body")
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise Refusal(400, f"invalid character: {error}") from error
    if not isinstance(body, dict):
        raise Refusal(400, "json: cannot unmarshal array into Go value of type api.ChatRequest")
    _known(body, FIELDS[path], "field")
    _types(body)
    return body


def options(body: dict[str, Any]) -> dict[str, Any]:
    """The options of a request, their types checked: a wrong one is a 500 there."""
    given = body.get("options") or {}
    _known(given, INTEGERS | FLOATS | {"stop", "use_mmap"}, "option")
    for name, value in given.items():
        if name in INTEGERS and (not isinstance(value, int) or isinstance(value, bool)):
            raise Refusal(500, f'option "{name}" must be of type integer')
        if name in FLOATS and (not isinstance(value, int | float) or isinstance(value, bool)):
            raise Refusal(500, f'option "{name}" must be of type float32')
    return dict(given)


def keep_alive(body: dict[str, Any]) -> float | None:
    """Seconds; negative for ever; None where nothing is said."""
    given = body.get("keep_alive")
    if given is None:
        return None
    if isinstance(given, int | float) and not isinstance(given, bool):
        return float(given)
    return duration(str(given))


def duration(text: str) -> float:
    """Go's durations: ``10m``, ``1h30m``; a number alone is refused."""
    if re.fullmatch(r"[-+]?\d+(\.\d+)?", text) and float(text) != 0:
        raise Refusal(400, f'time: missing unit in duration "{text}"')
    if not re.fullmatch(r"[-+]?(\d+(\.\d+)?(ns|us|ms|s|m|h))+|0", text):
        raise Refusal(400, f'time: invalid duration "{text}"')
    seconds = sum(float(number) * UNITS[unit] for number, unit in re.findall(r"(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)", text))
    return -seconds if text.startswith("-") else seconds


def wanted_format(body: dict[str, Any]) -> dict[str, Any] | str | None:
    """``"json"``, a schema, or None. Anything else is a 500 there."""
    given = body.get("format")
    if given is None or given == "":
        return None
    if given != "json" and not isinstance(given, dict):
        raise Refusal(500, f'invalid format: {json.dumps(given)}; expected "json" or a valid JSON Schema object')
    return given if isinstance(given, dict) else "json"


def think(body: dict[str, Any]) -> bool | str | None:
    """Whether a model shall think, or how much."""
    given = body.get("think")
    if given is not None and not isinstance(given, bool) and given not in LEVELS:
        raise Refusal(400, f"invalid think value: {json.dumps(given)} (must be true, false, or a level)")
    return given


def messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The conversation, each turn with known fields."""
    given = body.get("messages") or []
    for message in given:
        if not isinstance(message, dict):
            raise Refusal(400, "json: cannot unmarshal string into Go struct field ChatRequest.messages of type api.Message")
        _known(message, MESSAGE, "field of a message")
        if message.get("role") not in ("system", "user", "assistant", "tool"):
            raise Refusal(400, f"invalid role: {message.get('role')}")
    return list(given)


def _types(body: dict[str, Any]) -> None:
    for name, kind, go in (
        ("model", str, "string"),
        ("messages", list, "[]api.Message"),
        ("stream", bool, "bool"),
        ("truncate", bool, "bool"),
        ("shift", bool, "bool"),
        ("options", dict, "map[string]interface {}"),
    ):
        value = body.get(name)
        if value is not None and not isinstance(value, kind):
            raise Refusal(400, f"json: cannot unmarshal {type(value).__name__} into Go struct field .{name} of type {go}")


def _known(given: dict[str, Any], names: Collection[str], what: str) -> None:
    """Ollama passes over what it does not know, and so hides every slip of the pen; this server does not."""
    if unknown := sorted(set(given) - set(names)):
        raise Refusal(400, f"unknown {what}: {', '.join(unknown)}")
