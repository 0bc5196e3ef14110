"""Turns what httpx raises and what a server answers into our errors: the one place that does.

The statuses and texts are those of Ollama 0.1 to 0.33 and of the llama-server behind the later ones.
"""

import json
import re
from typing import Any

import httpx

from daemon.contract.errors import ReelscribeError
from daemon.llm.errors import (
    BadAddress,
    BrokenOff,
    Hung,
    NoSuchModel,
    NotOllama,
    OutOfMemory,
    PromptTooLong,
    RequestRefused,
    RunnerFailed,
    ServerBusy,
    TooSlow,
    Unreachable,
)
from daemon.llm.wire import Patience

TIMED_OUT = (httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout)
NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
CUT_OFF = (httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError)
NOT_OLLAMA = (httpx.DecodingError, httpx.TooManyRedirects, httpx.LocalProtocolError)
BAD_ADDRESS = (httpx.UnsupportedProtocol, httpx.InvalidURL)

HttpTrouble = httpx.HTTPError | httpx.InvalidURL

MEMORY = re.compile(
    r"requires more system memory|out of memory|insufficient memory|failed to allocate|unable to allocate|signal: killed|cudaMalloc failed",
    re.IGNORECASE,
)
CONTEXT = re.compile(
    r"exceed_context_size_error|exceeds the available context size|longer than the context length|exceeds (the )?(maximum )?context",
    re.IGNORECASE,
)
OUR_FAULT = re.compile(r"must be of type|invalid format|invalid JSON schema in format|failed to parse grammar", re.IGNORECASE)
DETAIL = 2000  # characters of a server's own words that are kept for a person to read


def from_httpx(error: HttpTrouble, where: str, patience: Patience) -> ReelscribeError:
    """Our error for a call to ``where`` that ``error`` ended."""
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, BAD_ADDRESS):
        return BadAddress(f"ollama.url is not an address that can be called: {where}", detail=detail)
    if isinstance(error, TIMED_OUT):
        return _late(where, patience, detail)
    if isinstance(error, NOT_OLLAMA):
        return NotOllama(f"What answers at {where} is not Ollama", detail=detail)
    if isinstance(error, NO_CONNECTION) or not patience.answered:
        return Unreachable(f"Ollama does not answer at {where}", detail=detail)
    return BrokenOff("Ollama broke off in the middle of its answer", detail=detail)


def _late(where: str, patience: Patience, detail: str) -> ReelscribeError:
    limits = patience.timeouts
    if not patience.begun:
        seconds = min(limits.first_byte, limits.total)
        return Hung(f"Ollama at {where} took the question and did not begin to answer within {seconds:g} s", detail=detail)
    if patience.total_passed:
        advice = "Choose a smaller model or raise ollama.total_timeout."
        return TooSlow(f"Ollama was still answering after {limits.total:g} s", advice, detail)
    return Hung(f"Ollama at {where} fell silent for {limits.idle:g} s in the middle of its answer", detail=detail)


def from_status(status: int, body: bytes, model: str, where: str) -> ReelscribeError:
    """Our error for an answer with another status than 200. ``model`` is the one that was asked for, or ``""``."""
    said = _error_in(body)
    if said is None:
        return _not_json(status, body, where)
    return from_error(said, model, status)


def from_error(said: Any, model: str, status: int = 500) -> ReelscribeError:
    """Our error for the ``error`` of a JSON answer, also of one in mid-stream (which has no status of its own)."""
    inner = _llama_server(said)
    text = str(inner.get("message", said))
    detail = str(said)[:DETAIL]
    kind = f"{inner.get('type', '')} {text}"
    if MEMORY.search(text):
        return OutOfMemory(f"Ollama has too little memory for {model or 'this model'}", detail=detail)
    if CONTEXT.search(kind):
        return _too_long(inner, detail)
    return _by_status(int(inner.get("code", status)) if status >= 500 else status, text, model, detail)


def _by_status(status: int, text: str, model: str, detail: str) -> ReelscribeError:
    if status == 404:
        return NoSuchModel(f"Ollama does not have the model {model or text}", f"ollama pull {model}" if model else "", detail)
    if status in (403, 407, 401):
        return NotOllama(f"Ollama refuses to talk to us ({status})", "Check ollama.url, and OLLAMA_HOST where Ollama runs.", detail)
    if status in (408, 429, 499, 503):
        return ServerBusy("Ollama has too much to do at the moment", detail=detail)
    if status < 500 or status == 501 or OUR_FAULT.search(text):
        return RequestRefused(f"Ollama refused the question: {text[:200]}", detail=detail)
    return RunnerFailed(f"Ollama could not answer: {text[:200]}", detail=detail)


def _not_json(status: int, body: bytes, where: str) -> ReelscribeError:
    detail = body[:DETAIL].decode(errors="replace")
    if status in (408, 429, 499, 503):
        return ServerBusy("Ollama has too much to do at the moment", detail=detail)
    if status in (500, 501):
        return RunnerFailed(f"Ollama could not answer ({status})", detail=detail)
    if status in (502, 504):
        return Unreachable(f"The proxy at {where} finds no Ollama behind it ({status})", detail=detail)
    if status == 403:
        return NotOllama(f"Ollama at {where} refuses to talk to us", "Check ollama.url, and OLLAMA_HOST where Ollama runs.", detail)
    return NotOllama(f"What answers at {where} is not Ollama (status {status})", detail=detail)


def _error_in(body: bytes) -> Any:
    """The ``error`` of a JSON body, or None where it is not a body of Ollama's."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value.get("error") if isinstance(value, dict) else None


def _llama_server(said: Any) -> dict[str, Any]:
    """What llama-server said, whose JSON Ollama passes on as text inside its own."""
    if isinstance(said, str) and said.lstrip().startswith("{"):
        try:
            said = json.loads(said)
        except (ValueError, RecursionError):
            return {}
    inner = said.get("error", said) if isinstance(said, dict) else {}
    return inner if isinstance(inner, dict) else {}


def _too_long(inner: dict[str, Any], detail: str) -> PromptTooLong:
    tokens, window = _count(inner.get("n_prompt_tokens")), _count(inner.get("n_ctx"))
    counts = f": {tokens} tokens, room for {window}" if tokens and window else ""
    return PromptTooLong(f"The prompt is too long for the model's window{counts}", detail=detail, n_prompt_tokens=tokens, n_ctx=window)


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) else None
