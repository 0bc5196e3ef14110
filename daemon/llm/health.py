"""Whether Ollama can really write, asked right before a write and at no other time, since it loads the model.

``/api/version`` answers while generation hangs for ever, so the only proof is a token, asked with the options of the real work.
"""

from collections.abc import Callable
from typing import Any

from daemon.contract.errors import ReelscribeError
from daemon.llm import choice
from daemon.llm.client import Ollama
from daemon.llm.errors import AnswerEmpty, AnswerLooped, Hung, ModelTooLarge, NoSuchModel, OutOfMemory, TooSlow
from daemon.llm.machine import memory
from daemon.llm.memory import load, with_room
from daemon.llm.names import same_name
from daemon.llm.values import Message, Options, Timeouts

QUESTION = (Message(role="user", content="Say: yes"),)


def ready(
    ollama: Ollama,
    model: str,
    options: Options,
    *,
    deadline: float | None = None,
    machine: Callable[[], Any] = memory,
) -> None:
    """Returns when the model lies in memory alone and has given one token; of several servers, at the first that is well.

    Loading and the token may take ``deadline`` seconds each (None: what the client waits for a first word). The other models were
    unloaded first, and again where nothing came. Raises Hung, Unreachable, StillLoaded, SmallWindow, OutOfMemory with the numbers
    (ModelTooLarge where this machine can never hold it), NoSuchModel and what else a chat may.
    """
    hung: Hung | None = None
    while True:
        try:
            return _ready(ollama, model, options, deadline or ollama.timeouts.first_byte, machine)
        except Hung as error:
            hung = hung or error
            if not ollama.pass_over():
                raise hung from None
        except (NoSuchModel, ModelTooLarge) as error:  # that the first server hangs or is gone is what a person should know
            raise hung or ollama.missed or error from None


def _ready(ollama: Ollama, model: str, options: Options, seconds: float, machine: Callable[[], Any]) -> None:
    try:
        with_room(ollama, model, options, lambda: load(ollama, model, options, seconds))
        with_room(ollama, model, options, lambda: _one_token(ollama, model, options, seconds))
    except OutOfMemory as error:
        raise _with_numbers(error, ollama, model, options.num_ctx, machine()) from error


def _one_token(ollama: Ollama, model: str, options: Options, deadline: float) -> None:
    limits = Timeouts(first_byte=deadline, idle=deadline, total=deadline)
    try:
        ollama.chat(model, QUESTION, None, options.model_copy(update={"num_predict": 1}), timeouts=limits)
    except (AnswerEmpty, AnswerLooped):
        return
    except TooSlow as error:
        raise Hung(f"Ollama gave no token of {model} within {deadline:g} s", detail=error.message) from error


def _with_numbers(error: OutOfMemory, ollama: Ollama, model: str, num_ctx: int, memory: Any) -> ReelscribeError:
    """The same with what the model needs and what there is, where the server runs on this machine."""
    found = next((one for one in ollama.installed() if same_name(one.name, model)), None) if ollama.local else None
    if found is None:
        return error
    need = choice.need(found, num_ctx)
    if need > memory.total and not choice.graphics_card():
        message = f"{model} needs about {choice.gib(need)} of memory, and this machine has {choice.gib(memory.total)}"
        return ModelTooLarge(message, error.advice)
    message = f"Ollama has too little memory for {model}: it needs about {choice.gib(need)}, and {choice.gib(memory.available)} is free"
    return OutOfMemory(message, error.advice, error.detail)
