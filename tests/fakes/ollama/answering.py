"""One question and its answer, before any of it goes over the wire: the window, the thoughts, the text, the counts."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.fakes.ollama import eyes, grammar, lying, requests, tokens, writing
from tests.fakes.ollama.faults import FaultKind
from tests.fakes.ollama.models import FakeModel
from tests.fakes.ollama.requests import Refusal
from tests.fakes.ollama.spoiling import spoilt

PIECE = 4000  # characters of a lie that go in one line, so that many lies take little time
KEPT = 5  # tokens at a prompt's begin that every cut leaves: num_keep and one
PREFILL, STEP = 2_000_000, 20_000_000  # nanoseconds a token, as a small model on a processor takes them
DEFAULT_WINDOW = 4096
ANY_OBJECT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}


@dataclass(frozen=True)
class Question:
    """A question that the server has accepted."""

    model: FakeModel
    messages: list[dict[str, Any]]
    wanted: dict[str, Any] | str | None
    options: dict[str, Any]
    think: bool | str | None
    keep_alive: float | None
    stream: bool
    truncate: bool
    key: str  # "message" for chat, "response" for generate

    @property
    def num_ctx(self) -> int:
        """The window, never more than the model was trained for."""
        return min(max(int(self.options.get("num_ctx", DEFAULT_WINDOW)), 4), self.model.context_length)

    @property
    def seed(self) -> int:
        """0 where nobody sets one, so that a test never depends on chance."""
        return int(self.options.get("seed", 0))

    @property
    def prompt(self) -> str:
        """What the words of an answer are taken from: all that the user said."""
        return "\n".join(message.get("content", "") for message in self.messages if message["role"] == "user")

    @property
    def rendered(self) -> str:
        """The whole prompt: what the cache of prompts compares."""
        return "\n".join(f"{message['role']}\n{message.get('content', '')}" for message in self.messages)

    @property
    def pictures(self) -> list[bytes]:
        """The files that are shown. Raises Refusal where one is none."""
        return eyes.pictures([image for message in self.messages for image in message.get("images") or ()])

    @property
    def thinks(self) -> bool:
        """On where the model can, unless it is told not to; gpt-oss does not listen."""
        can = "thinking" in self.model.capabilities
        return can and (self.think is not False or self.model.family == "gptoss")


def question(body: dict[str, Any], model: FakeModel, key: str) -> Question:
    """Reads and checks a request in the order in which Ollama does. Raises Refusal."""
    messages = requests.messages(body) if key == "message" else _of_generate(body)
    asked = Question(
        model=model,
        messages=messages,
        wanted=requests.wanted_format(body),
        options=requests.options(body),
        think=requests.think(body),
        keep_alive=requests.keep_alive(body),
        stream=body.get("stream", True),
        truncate=body.get("truncate", True),
        key=key,
    )
    _suits(asked)
    if isinstance(asked.wanted, dict):
        grammar.check(asked.wanted)
    return asked


def prompt_tokens(asked: Question, era: str) -> int:
    """The tokens of the prompt that the model sees: after the silent cuts, or Refusal where the client wants none."""
    window, messages = asked.num_ctx, asked.messages
    if asked.truncate and not any(message.get("images") for message in messages):
        messages = _without_oldest(messages, window)
    counted = tokens.count(messages)
    if counted <= window - 1:
        return counted
    if not asked.truncate:
        raise Refusal(400, exceeded(counted, window))
    return window if era == "A" else window - (window - KEPT) // 2


@dataclass(frozen=True)
class Answer:
    """The tokens of an answer, thoughts first, and what stands on its last line."""

    asked: Question
    thoughts: list[str]
    content: list[str]
    done_reason: str
    prompt_tokens: int
    load_ns: int
    cached: int = 0  # tokens of the prompt that were in the cache
    at_end: Callable[[], None] = lambda: None  # called before the last line goes out: after it, a client may be quicker than the server

    def lines(self) -> Iterator[dict[str, Any]]:
        """Every line of the stream."""
        for piece in self.thoughts:
            yield self._line({"role": "assistant", "content": "", "thinking": piece}, "")
        for piece in self.content:
            yield self._line({"role": "assistant", "content": piece}, piece)
        self.at_end()
        yield self.last()

    def whole(self) -> dict[str, Any]:
        """The answer in one object."""
        self.at_end()
        text = "".join(self.content)
        message = {"role": "assistant", "content": text}
        if self.thoughts:
            message["thinking"] = "".join(self.thoughts)
        return self.last() | self._said(message, text)

    def last(self) -> dict[str, Any]:
        """The line with ``done``. Nothing that is 0 stands on it."""
        made = len(self.thoughts) + len(self.content)
        counts = {
            "total_duration": self.load_ns + self._prefill + made * STEP,
            "load_duration": self.load_ns,
            "prompt_eval_count": self.prompt_tokens,
            "prompt_eval_duration": self._prefill,
            "eval_count": made,
            "eval_duration": made * STEP,
        }
        line = self._line({"role": "assistant", "content": ""}, "") | {"done": True, "done_reason": self.done_reason}
        return line | {name: count for name, count in counts.items() if count}

    @property
    def _prefill(self) -> int:
        """What is in the cache takes no time; the last token is always read."""
        return max(self.prompt_tokens - self.cached, 1) * PREFILL

    def _line(self, message: dict[str, Any], text: str) -> dict[str, Any]:
        return {"model": self.asked.model.name, "created_at": now(), **self._said(message, text), "done": False}

    def _said(self, message: dict[str, Any], text: str) -> dict[str, Any]:
        return {"message": message} if self.asked.key == "message" else {"response": text}


def answer(asked: Question, fault: FaultKind | None, counted: int, load_ns: int, cached: int = 0, lies: int | None = None) -> Answer:
    """What the model says, cut at ``num_predict``; with ``lies`` (a seed), nothing of it can be believed."""
    if lies is not None and isinstance(asked.wanted, dict):
        text = lying.lie(asked.wanted, asked.prompt, f"{lies}|{asked.seed}")
        said = [text[place : place + PIECE] for place in range(0, len(text), PIECE)]
        return Answer(asked, [], said, "stop", counted, load_ns, cached)
    text = spoilt(fault, _text(asked), asked.seed)
    thought = writing.thoughts(asked.prompt, asked.seed) if asked.thinks else ""
    if fault is FaultKind.IN_THOUGHTS:
        thought, text = text, ""
    limit = _limit(asked)
    thoughts = tokens.pieces(thought)
    pieces = tokens.pieces(text)
    short = len(thoughts) + len(pieces) > limit or fault is FaultKind.CUT
    return Answer(
        asked=asked,
        thoughts=thoughts[:limit],
        content=pieces[: max(limit - len(thoughts), 0)],
        done_reason="length" if short else "stop",
        prompt_tokens=counted if fault is not FaultKind.COUNTS_HALF else asked.num_ctx - (asked.num_ctx - KEPT) // 2,
        load_ns=load_ns,
        cached=cached,
    )


def now() -> str:
    """As ``created_at`` has it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _text(asked: Question) -> str:
    seen = eyes.caption(asked.pictures) if asked.pictures else ""
    if asked.wanted is None:
        return seen or writing.free_text(asked.prompt, asked.seed)
    schema = ANY_OBJECT if isinstance(asked.wanted, str) else asked.wanted
    return json.dumps(writing.Writer(schema, asked.prompt, asked.seed, seen).answer(), ensure_ascii=False)


def _limit(asked: Question) -> int:
    """-1 is bounded at ten windows; 0 is left out on the way to the runner, and so is no bound at all."""
    given = int(asked.options.get("num_predict", -1))
    return given if given > 0 else 10 * asked.num_ctx


def _suits(asked: Question) -> None:
    name, can = asked.model.name, asked.model.capabilities
    if "completion" not in can:
        raise Refusal(400, f'"{name}" does not support {"chat" if asked.key == "message" else "generate"}')
    if asked.think and "thinking" not in can:
        raise Refusal(400, f'"{name}" does not support thinking')
    if any(message.get("images") for message in asked.messages) and "vision" not in can:
        raise Refusal(400, f"{name} does not support multimodal requests")
    _ = asked.pictures


def _of_generate(body: dict[str, Any]) -> list[dict[str, Any]]:
    system = [{"role": "system", "content": body["system"]}] if body.get("system") else []
    prompt = [{"role": "user", "content": body["prompt"], "images": body.get("images")}] if body.get("prompt") else []
    return [*system, *prompt]


def _without_oldest(messages: list[dict[str, Any]], window: int) -> list[dict[str, Any]]:
    """Drops the oldest turns; what the system says and the last turn stay."""
    kept = list(messages)
    while tokens.count(kept) > window - 1:
        oldest = next((message for message in kept[:-1] if message["role"] != "system"), None)
        if oldest is None:
            break
        kept.remove(oldest)
    return kept


def exceeded(counted: int, window: int) -> str:
    """llama-server's own JSON, which Ollama passes on as text."""
    message = f"request ({counted} tokens) exceeds the available context size ({window} tokens), try increasing it"
    error = {"code": 400, "message": message, "type": "exceed_context_size_error", "n_prompt_tokens": counted, "n_ctx": window}
    return json.dumps({"error": error})
