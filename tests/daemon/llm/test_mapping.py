"""Every way in which httpx and Ollama can fail ends in one of our errors."""

import json
from collections.abc import Iterator

import httpx
import pytest

from daemon.contract.errors import CannotGoOn, MustWait, ReelscribeError, TryAgain
from daemon.contract.states import HoldCause
from daemon.llm import errors, mapping
from daemon.llm.values import Timeouts
from daemon.llm.wire import Patience

OURS = {httpx.HTTPStatusError, httpx.StreamError, httpx.StreamConsumed, httpx.StreamClosed, httpx.ResponseNotRead, httpx.RequestNotRead,
        httpx.CookieConflict}  # fmt: skip
"""Mistakes of the caller, or raised by methods that the client does not call: they must come up as they are."""
ABSTRACT = {httpx.HTTPError, httpx.RequestError, httpx.TransportError, httpx.TimeoutException, httpx.NetworkError, httpx.ProtocolError}
MAPPED = {*mapping.TIMED_OUT, *mapping.NO_CONNECTION, *mapping.CUT_OFF, *mapping.NOT_OLLAMA, *mapping.BAD_ADDRESS}


def every_exception() -> Iterator[type[Exception]]:
    for value in vars(httpx).values():
        if isinstance(value, type) and issubclass(value, Exception):
            yield value


def test_every_exception_of_httpx_is_mapped_or_known_to_be_ours() -> None:
    assert set(every_exception()) == MAPPED | OURS | ABSTRACT


def patience(*, answered: bool = False, begun: bool = False, seconds: float = 0.0) -> Patience:
    times = iter([0.0, *([seconds] * 9)])
    made = Patience(Timeouts(first_byte=1, idle=1, total=5), clock=lambda: next(times))
    made.answered = answered
    made.begun = begun
    return made


@pytest.mark.parametrize(
    ("raised", "so_far", "expected"),
    [
        (httpx.ConnectError("refused"), patience(), errors.Unreachable),
        (httpx.ConnectTimeout("slow"), patience(), errors.Unreachable),
        (httpx.ProxyError("no"), patience(), errors.Unreachable),
        (httpx.RemoteProtocolError("disconnected"), patience(), errors.Unreachable),
        (httpx.ReadError("reset"), patience(), errors.Unreachable),
        (httpx.RemoteProtocolError("incomplete"), patience(answered=True), errors.BrokenOff),
        (httpx.ReadError("reset"), patience(answered=True), errors.BrokenOff),
        (httpx.WriteError("pipe"), patience(answered=True), errors.BrokenOff),
        (httpx.CloseError("close"), patience(answered=True), errors.BrokenOff),
        (httpx.ReadTimeout("late"), patience(), errors.Hung),
        (httpx.WriteTimeout("late"), patience(), errors.Hung),
        (httpx.PoolTimeout("late"), patience(), errors.Hung),
        (httpx.ReadTimeout("late"), patience(begun=True, seconds=2), errors.Hung),
        (httpx.ReadTimeout("late"), patience(begun=True, seconds=6), errors.TooSlow),
        (httpx.LocalProtocolError("what"), patience(answered=True), errors.NotOllama),
        (httpx.DecodingError("gzip"), patience(answered=True), errors.NotOllama),
        (httpx.TooManyRedirects("loop"), patience(answered=True), errors.NotOllama),
        (httpx.UnsupportedProtocol("ftp"), patience(), errors.BadAddress),
        (httpx.InvalidURL("::"), patience(), errors.BadAddress),
    ],
)
def test_what_httpx_raises(raised: mapping.HttpTrouble, so_far: Patience, expected: type[ReelscribeError]) -> None:
    made = mapping.from_httpx(raised, "http://127.0.0.1:11434", so_far)

    assert type(made) is expected
    assert str(raised) in made.detail


NESTED = json.dumps(
    {
        "error": {
            "code": 400,
            "message": "request (2560 tokens) exceeds the available context size (512 tokens), try increasing it",
            "type": "exceed_context_size_error",
            "n_prompt_tokens": 2560,
            "n_ctx": 512,
        }
    }
)


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        (400, "missing request body", errors.RequestRefused),
        (400, "model is required", errors.RequestRefused),
        (400, "json: cannot unmarshal string into Go struct field", errors.RequestRefused),
        (400, 'time: invalid duration "abc"', errors.RequestRefused),
        (400, "illegal base64 data at input byte 0", errors.RequestRefused),
        (400, '"m" does not support chat', errors.RequestRefused),
        (400, NESTED, errors.PromptTooLong),
        (400, "the prompt is longer than the context length currently available to the model; …", errors.PromptTooLong),
        (401, "unauthorized", errors.NotOllama),
        (403, "cloud is disabled", errors.NotOllama),
        (404, "model 'm' not found", errors.NoSuchModel),
        (404, 'model "m" not found, try pulling it first', errors.NoSuchModel),
        (405, "method", errors.RequestRefused),
        (429, "too many requests", errors.ServerBusy),
        (499, "request canceled", errors.ServerBusy),
        (500, 'option "num_ctx" must be of type integer', errors.RequestRefused),
        (500, 'invalid format: 7; expected "json" or a valid JSON Schema object', errors.RequestRefused),
        (500, "invalid JSON schema in format", errors.RequestRefused),
        (500, "an error was encountered while running the model: unexpected EOF", errors.RunnerFailed),
        (500, "model runner has unexpectedly stopped, this may be due to resource limitations…", errors.RunnerFailed),
        (500, "timed out waiting for llama-server to start - ", errors.RunnerFailed),
        (500, "llama-server process has terminated: signal: killed", errors.OutOfMemory),
        (500, "… ggml_aligned_malloc: insufficient memory (attempted to allocate 128.00 MB)…", errors.OutOfMemory),
        (500, "model requires more system memory (43.1 GiB) than is available (7.4 GiB)", errors.OutOfMemory),
        (500, "CUDA error: out of memory", errors.OutOfMemory),
        (500, "cudaMalloc failed: x", errors.OutOfMemory),
        (500, "unable to allocate CPU buffer", errors.OutOfMemory),
        (500, NESTED, errors.PromptTooLong),
        (501, "this server does not support embeddings", errors.RequestRefused),
        (503, "server busy, please try again.  maximum pending requests exceeded", errors.ServerBusy),
    ],
)
def test_what_ollama_answers(status: int, text: str, expected: type[ReelscribeError]) -> None:
    made = mapping.from_status(status, json.dumps({"error": text}).encode(), "m", "http://x")

    assert type(made) is expected


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, b"", errors.NotOllama),
        (404, b"404 page not found", errors.NotOllama),
        (405, b"405 method not allowed", errors.NotOllama),
        (302, b"<a href=/login>", errors.NotOllama),
        (500, b"<h1>Oops</h1>", errors.RunnerFailed),
        (502, b"<h1>Bad Gateway</h1>", errors.Unreachable),
        (504, b"", errors.Unreachable),
        (503, b"try later", errors.ServerBusy),
        (500, b'["not", "an", "object"]', errors.RunnerFailed),
        (500, b"[" * 100_000, errors.RunnerFailed),
    ],
)
def test_what_something_else_answers(status: int, body: bytes, expected: type[ReelscribeError]) -> None:
    assert type(mapping.from_status(status, body, "m", "http://x")) is expected


def test_the_counts_of_a_prompt_that_is_too_long_are_kept() -> None:
    made = mapping.from_status(400, json.dumps({"error": NESTED}).encode(), "m", "http://x")

    assert isinstance(made, errors.PromptTooLong)
    assert (made.n_prompt_tokens, made.n_ctx) == (2560, 512)
    assert "2560 tokens" in made.message


def test_a_missing_model_comes_with_the_way_to_get_it() -> None:
    made = mapping.from_error("model 'llama3.1:8b' not found", "llama3.1:8b", 404)

    assert made.advice == "ollama pull llama3.1:8b"


@pytest.mark.parametrize(
    ("leaf", "parent", "cause"),
    [
        (errors.Unreachable("x"), MustWait, HoldCause.OLLAMA),
        (errors.NotOllama("x"), MustWait, HoldCause.OLLAMA),
        (errors.Hung("x"), MustWait, HoldCause.OLLAMA),
        (errors.NoModelFits("x", "y"), MustWait, HoldCause.MODEL),
        (errors.OutOfMemory("x"), MustWait, HoldCause.MEMORY),
        (errors.StillLoaded("x"), MustWait, HoldCause.MEMORY),
        (errors.NoSuchModel("x"), CannotGoOn, None),
        (errors.ModelTooLarge("x"), CannotGoOn, None),
        (errors.PromptTooLong("x"), CannotGoOn, None),
        (errors.RequestRefused("x"), CannotGoOn, None),
        (errors.ServerBusy("x"), TryAgain, None),
        (errors.RunnerFailed("x"), TryAgain, None),
        (errors.BrokenOff("x"), TryAgain, None),
        (errors.TooSlow("x"), TryAgain, None),
        (errors.AnswerInvalid("x"), TryAgain, None),
    ],
)
def test_what_becomes_of_the_job(leaf: ReelscribeError, parent: type[ReelscribeError], cause: HoldCause | None) -> None:
    assert isinstance(leaf, parent)
    assert getattr(leaf, "cause", None) is cause


def test_the_tree_in_the_docstring_names_every_error() -> None:
    named = {name for name, value in vars(errors).items() if isinstance(value, type) and value.__module__ == errors.__name__}

    assert errors.__doc__ is not None
    assert {name for name in named if f" {name} " not in errors.__doc__.replace("\n", " ")} == set()
