"""Asks until the answer can be used: valid JSON, valid by its schema, and right by the caller's own check."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from daemon.llm import schema as schemas
from daemon.llm.client import Ollama
from daemon.llm.errors import AnswerCutShort, AnswerInvalid, AnswerNever, BrokenOff, RunnerFailed, ServerBusy
from daemon.llm.health import ready
from daemon.llm.memory import with_room
from daemon.llm.values import Answer, JsonSchema, Message, Options

Check = Callable[[Any], list[str]]
"""Given the parsed answer: sentences that say what is wrong with it, to be sent back to the model; empty when it is right."""

Repair = Callable[[Sequence[str]], str]
"""Given what is wrong with an answer: what the model is told."""

Ask = Callable[[Sequence[Message], Options], Answer]

AGAIN = 2  # times that a wrong answer is sent back
WAITS = (1.0, 5.0)  # seconds before what may pass is tried again: a crashed runner is replaced in about that time
SEEDS_APART = 1000  # between tries after a failure of the server, so that none meets a seed of the tries after a wrong answer
WARMER = 0.15  # added to the temperature with each new seed, since a cold model repeats its mistake
SHOWN_BACK = 6000  # characters of a wrong answer that the model is shown again


def complaint(errors: Sequence[str]) -> str:
    """The list of errors, and the wish for another answer."""
    listed = "\n".join(f"- {error}" for error in errors)
    return f"That answer cannot be used:\n{listed}\nAnswer again, the whole of it, in the same JSON shape."


def ask(
    ollama: Ollama,
    model: str,
    messages: Sequence[Message],
    schema: JsonSchema,
    options: Options,
    *,
    check: Check = lambda parsed: [],
    repair: Repair = complaint,
    sent_back: int = AGAIN,
    on_text: Callable[[str], None] | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Any:
    """The parsed answer (what ``json.loads`` gives).

    A content failure is asked again at most ``sent_back`` times, with another seed and the list of errors; an answer that was too
    long once more with a larger ``num_predict`` where that fits; what may pass by itself (busy, crashed, broken off) at most twice,
    after waits of ``pause``; silence or want of memory once, after the other models were unloaded. Then AnswerInvalid (or a leaf of
    it), so that the caller can write this part without a model: AnswerCutShort where a smaller part may do, AnswerNever where the
    runner breaks down over this question alone. PromptTooLong, MustWait and CannotGoOn pass through at once. ``schema`` is enforced
    here whatever the server did with it.
    """

    def once(turns: Sequence[Message], set_to: Options) -> Answer:
        def call(seed: int) -> Answer:
            seeded = set_to.model_copy(update={"seed": set_to.seed + seed})
            return with_room(ollama, model, options, lambda: ollama.chat(model, turns, schema, seeded, on_text))

        return _patiently(call, lambda: ready(ollama, model, options), pause)

    def room(turns: Sequence[Message], set_to: Options) -> int:
        return ollama.room(model, turns, set_to.num_ctx)

    turns, tried = tuple(messages), options
    for number in range(1, sent_back + 2):
        said = ""
        try:
            said = _long_enough(once, room, turns, tried).content
            return _right(said, schema, check)
        except AnswerNever:
            raise
        except AnswerInvalid as error:
            failure = error
        if number <= sent_back:
            told = repair(failure.errors[: schemas.MOST])
            turns, tried = _sent_back(messages, said, told, room, again(options, number))
    raise failure


def again(options: Options, number: int) -> Options:
    """The options of try ``number`` (0: the first): another seed and a little warmer; neither makes the server load the model anew."""
    temperature = min(options.temperature + WARMER * number, 2.0)
    return options.model_copy(update={"seed": options.seed + number, "temperature": round(temperature, 3)})


def _patiently(call: Callable[[int], Answer], healthy: Callable[[], None], pause: Callable[[float], None]) -> Answer:
    """Each try has a seed of its own: an answer that Ollama itself broke off, as it does with one that repeats, would be the same."""
    for number, seconds in enumerate(WAITS):
        try:
            return call(SEEDS_APART * number)
        except (ServerBusy, RunnerFailed, BrokenOff):
            pause(seconds)
    try:
        return call(SEEDS_APART * len(WAITS))
    except (RunnerFailed, BrokenOff) as error:
        healthy()  # raises where it is the server that is ill
        raise AnswerNever("The model breaks down over this question", detail=error.detail or error.message) from error


def _long_enough(once: Ask, room: Callable[[Sequence[Message], Options], int], turns: Sequence[Message], options: Options) -> Answer:
    """An answer that reached its own end. Raises AnswerCutShort."""
    answer = once(turns, options)
    larger = min(2 * options.num_predict, room(turns, options))
    if answer.done_reason == "length" and larger > options.num_predict:
        answer = once(turns, options.model_copy(update={"num_predict": larger}))
    if answer.done_reason == "length":
        errors = ["The answer was too long: be briefer."]
        raise AnswerCutShort("The answer was longer than it may be", detail=answer.content[-500:], errors=errors)
    return answer


def _right(said: str, schema: JsonSchema, check: Check) -> Any:
    parsed = _json(said)
    errors = schemas.errors(schema, parsed) or check(parsed)
    if errors:
        raise AnswerInvalid(f"The answer is wrong: {errors[0]}", detail=said[-500:], errors=errors)
    return parsed


def _json(said: str) -> Any:
    try:
        parsed = json.loads(said, parse_constant=_no_number)
        json.dumps(parsed, ensure_ascii=False).encode()  # half of a character, written as an escape, is no text
    except (ValueError, RecursionError) as error:
        raise AnswerInvalid("The answer is not JSON", detail=said[-500:], errors=["The answer was not valid JSON."]) from error
    return parsed


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _sent_back(
    messages: Sequence[Message],
    said: str,
    told: str,
    room: Callable[[Sequence[Message], Options], int],
    options: Options,
) -> tuple[tuple[Message, ...], Options]:
    """The conversation with what is ``told`` at its end, and with the wrong answer before it where both fit.

    The next answer has at least half of the room that the options give it.
    """
    last = Message(role="user", content=told)
    wrong = Message(role="assistant", content=said[:SHOWN_BACK])
    for turns in ((*messages, wrong, last) if said else (), (*messages, last)):
        left = room(turns, options) if turns else 0
        if left >= options.num_predict // 2 and left > 0:
            return turns, options.model_copy(update={"num_predict": min(options.num_predict, left)})
    return tuple(messages), options
