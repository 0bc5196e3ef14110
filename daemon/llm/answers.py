"""Asks until the answer can be used: valid JSON, valid by its schema, and right by the caller's own check."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from daemon.llm.client import Ollama
from daemon.llm.values import JsonSchema, Message, Options

Check = Callable[[Any], list[str]]
"""Given the parsed answer: sentences that say what is wrong with it, to be sent back to the model; empty when it is right."""


def ask(
    ollama: Ollama,
    model: str,
    messages: Sequence[Message],
    schema: JsonSchema,
    options: Options,
    check: Check = lambda parsed: [],
    *,
    on_text: Callable[[str], None] | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Any:
    """The parsed answer (what ``json.loads`` gives).

    A content failure is asked again at most twice, with another seed and the list of errors; an answer that was too long once more
    with a larger ``num_predict`` where that fits; what may pass by itself (busy, crashed, broken off) at most twice, ``pause``
    seconds apart. Then AnswerInvalid (or a leaf of it), so that the caller can write this part without a model. PromptTooLong,
    MustWait and CannotGoOn pass through at once. ``schema`` is enforced here whatever the server did with it.
    """
    raise NotImplementedError
