"""Talks to Ollama over HTTP: the one place that asks it anything.

Refuses cloud models, proxies from the environment, calls without an end, and answers that the server did not finish.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from daemon.llm import replies
from daemon.llm.errors import NoSuchModel, NotOllama, NotSuited, PromptTooLong, StillLoaded, Unreachable
from daemon.llm.guards import prompt_was_cut
from daemon.llm.mapping import from_error
from daemon.llm.names import is_cloud, same_name
from daemon.llm.servers import Question, Servers, whole
from daemon.llm.streaming import collect, lines
from daemon.llm.tokens import Prefill, Yardstick, shows_pictures
from daemon.llm.values import Answer, InstalledModel, JsonSchema, LoadedModel, Message, Options, Timeouts, Usage
from daemon.llm.wire import Patience

Reply = TypeVar("Reply", bound=BaseModel)

POLL = 0.1  # seconds between two looks at what is loaded


class Ollama:
    """A client of the first server in ``urls`` that answers; one that is down is passed over (failover, never round robin).

    A url is ``http://host:port``, ``https://…`` or ``unix:/path/to.sock``. Every call can raise Unreachable, NotOllama, Hung,
    TooSlow, BrokenOff, ServerBusy, RunnerFailed, OutOfMemory, NoSuchModel and RequestRefused (``daemon.llm.errors``).
    ``usage`` adds up what was asked so far. One object belongs to one thread at a time.
    """

    def __init__(self, urls: Sequence[str], *, timeouts: Timeouts | None = None) -> None:
        self.usage = Usage()
        self.timeouts = timeouts or Timeouts()
        self._servers = Servers(urls)
        self._cards: dict[str, replies.Shown] = {}
        self._yardsticks: dict[str, Yardstick] = defaultdict(Yardstick)
        self._prefills: dict[str, Prefill] = defaultdict(Prefill)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._cards.clear()

    @property
    def local(self) -> bool:
        """Whether the server that answers runs on this machine, so that its models take this machine's memory."""
        if self._servers.current is None:
            self.version()
        return self._servers.current is not None and self._servers.current.local

    @property
    def missed(self) -> Unreachable | None:
        """Why the server that answers is not the first of the list; None: it is."""
        return self._servers.missed

    def pass_over(self) -> bool:
        """Asks the server that hangs no more; False: there is no other that may do better."""
        self._cards.clear()
        return self._servers.pass_over()

    def version(self) -> str:
        """The server's version."""
        return self._get("/api/version", replies.Version).version

    def installed(self) -> tuple[InstalledModel, ...]:
        """Every model that the server has, with what it says of each."""
        found = (self._described(tag) for tag in self._get("/api/tags", replies.Tags).models or ())
        return tuple(model for model in found if model is not None)

    def loaded(self) -> tuple[LoadedModel, ...]:
        """The models in memory. One file under two names appears under the name that was used first."""
        return tuple(model.value() for model in self._get("/api/ps", replies.Processes).models or ())

    def show(self, name: str) -> InstalledModel:
        """What the server says of one model; its ``size`` and ``digest`` are only in ``installed()``. Raises NoSuchModel."""
        return replies.installed(replies.Tag(name=name), self._card(name))

    def preload(self, model: str, options: Options, *, timeouts: Timeouts | None = None) -> None:
        """Has the model loaded, with the very options of every other call: other ones would load it again.

        Raises what every call can raise. A load is counted where the model was not there before in this window.
        """
        there = any(same_name(loaded.name, model) and loaded.context_length in (None, options.num_ctx) for loaded in self.loaded())
        begun = time.monotonic()
        question = Question("POST", "/api/chat", self._body(model, (), None, options))
        line = self._whole(question, replies.ChatLine, timeouts or self.timeouts)
        if line.error is not None:
            raise from_error(line.error, model)
        if not there:
            self.usage = self.usage.loaded(time.monotonic() - begun)

    def unload(self, name: str, deadline: float = 60, *, pause: Callable[[float], None] = time.sleep) -> None:
        """Puts a model out of memory and sees it gone. Raises StillLoaded after ``deadline`` seconds."""
        until = time.monotonic() + deadline
        self._ask_to_leave(name)
        while any(same_name(model.name, name) for model in self.loaded()):
            if time.monotonic() >= until:
                raise StillLoaded(f"Ollama does not let go of {name}")
            pause(POLL)

    def estimate(self, model: str, messages: Sequence[Message]) -> int:
        """About how many tokens ``messages`` are for ``model``; sharper after each answer of it."""
        return self._yardsticks[model].tokens(messages)

    def room(self, model: str, messages: Sequence[Message], num_ctx: int) -> int:
        """How many tokens an answer may have at most so that prompt and answer fit the window; 0 or less: the prompt is too long."""
        return self._yardsticks[model].room(messages, num_ctx)

    def chat(
        self,
        model: str,
        messages: Sequence[Message],
        schema: JsonSchema | None,
        options: Options,
        on_text: Callable[[str], None] | None = None,
        *,
        timeouts: Timeouts | None = None,
    ) -> Answer:
        """One answer, streamed: ``on_text`` is given each new piece; an exception that it raises closes the connection, which cancels.

        Raises PromptTooLong where prompt and answer cannot fit or the prompt was cut on the way, AnswerLooped, AnswerEmpty, and
        whatever every call can raise. An answer that ran into ``num_predict`` comes back with ``done_reason`` ``"length"``.
        """
        yardstick = self._yardsticks[model]
        if yardstick.cannot_fit(messages, options.num_predict, options.num_ctx):
            raise _too_long(yardstick.tokens(messages), options.num_ctx)

        def read(response: httpx.Response, patience: Patience) -> Answer:
            return collect(lines(response.iter_raw()), model, options.num_predict, on_line=patience.heard, on_text=on_text)

        question = Question("POST", "/api/chat", self._body(model, messages, schema, options))
        answer = self._servers.call(question, read, timeouts or self.timeouts)
        self.usage = self.usage.plus(answer, self._prefills[model].cached(answer))
        _refuse_cut(answer, yardstick, messages, options)
        yardstick.learn(messages, answer.prompt_tokens)
        return answer

    def _body(self, model: str, messages: Sequence[Message], schema: JsonSchema | None, options: Options) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": model,
            "messages": [message.model_dump(mode="json") for message in messages],
            "stream": True,
            "truncate": False,
            "keep_alive": options.keep_alive,
            "options": options.model_dump(exclude={"keep_alive"}),
        }
        if schema is not None:
            body["format"] = dict(schema)
        return body | self._think(model)

    def _think(self, model: str) -> dict[str, Any]:
        """Thinking is on by default where a model can, and would eat ``num_predict``; gpt-oss knows no off."""
        card = self._card(model)
        if "thinking" not in (card.capabilities or ()):
            return {}
        return {"think": "low" if card.details.family in ("gptoss", "gpt-oss") else False}

    def _card(self, name: str) -> replies.Shown:
        _refuse_cloud(name)
        if name not in self._cards:
            self._cards[name] = self._post("/api/show", {"model": name}, replies.Shown)
        card = self._cards[name]
        _refuse_cloud(name, card.remote_host or card.remote_model)
        return card

    def _described(self, tag: replies.Tag) -> InstalledModel | None:
        """None where the model went away between the list and the question."""
        if tag.remote_host or tag.remote_model or is_cloud(tag.name):
            return replies.installed(tag, None).model_copy(update={"remote": True})
        try:
            return replies.installed(tag, self._post("/api/show", {"model": tag.name}, replies.Shown))
        except NoSuchModel:
            return None

    def _ask_to_leave(self, name: str) -> None:
        """A model that was deleted while loaded is asked in vain; its time runs out by itself."""
        try:
            self._post("/api/chat", {"model": name, "messages": [], "keep_alive": 0}, replies.ChatLine)
        except NoSuchModel:
            return

    def _get(self, path: str, shape: type[Reply]) -> Reply:
        return self._light(Question("GET", path), shape)

    def _post(self, path: str, body: Mapping[str, Any], shape: type[Reply]) -> Reply:
        return self._light(Question("POST", path, body), shape)

    def _light(self, question: Question, shape: type[Reply]) -> Reply:
        """A call that generates nothing and loads nothing."""
        return self._whole(question, shape, self.timeouts.for_light_calls())

    def _whole(self, question: Question, shape: type[Reply], timeouts: Timeouts) -> Reply:
        """The answer that is one JSON object."""

        def read(response: httpx.Response, patience: Patience) -> Reply:
            try:
                return shape.model_validate_json(whole(response))
            except ValidationError as error:
                raise NotOllama("What answers is not Ollama", detail=str(error)[:500]) from error

        return self._servers.call(question, read, timeouts)


def _refuse_cloud(name: str, remote: str = "") -> None:
    if remote or is_cloud(name):
        raise NotSuited(f"{name} does not run here: Ollama would send it the film's words over the internet", "Choose a local model.")


def _refuse_cut(answer: Answer, yardstick: Yardstick, messages: Sequence[Message], options: Options) -> None:
    estimate = yardstick.tokens(messages)
    slid = answer.prompt_tokens + answer.answer_tokens > options.num_ctx
    whole = shows_pictures(messages)  # no server cuts such a prompt: it is refused
    if slid or (not whole and prompt_was_cut(answer.prompt_tokens, estimate, options.num_ctx, learned=yardstick.learned)):
        raise _too_long(max(estimate, answer.prompt_tokens), options.num_ctx)


def _too_long(tokens: int, num_ctx: int) -> PromptTooLong:
    message = f"The prompt is too long for the model's window: about {tokens} tokens, room for {num_ctx}"
    return PromptTooLong(message, n_prompt_tokens=tokens, n_ctx=num_ctx)
