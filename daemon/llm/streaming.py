"""Reads a streamed answer: lines out of pieces that were cut anywhere, and one answer out of lines."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from pydantic import ValidationError

from daemon.llm.errors import AnswerEmpty, AnswerLooped, BrokenOff, NotOllama
from daemon.llm.guards import runaway
from daemon.llm.mapping import from_error
from daemon.llm.replies import ChatLine
from daemon.llm.values import Answer

LONGEST_LINE = 1 << 20  # bytes; the largest true one, generate's old ``context`` array aside, is a few hundred


def lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    r"""The lines in ``pieces``, split at ``\n`` alone. What is left at the end without one is a line too."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line for line in whole if line.strip())
        if len(rest) > LONGEST_LINE:
            raise NotOllama("What answers sends a line without an end")
    if rest.strip():
        yield rest


def collect(
    lines: Iterable[bytes],
    model: str,
    num_predict: int,
    *,
    on_line: Callable[[], None],
    on_text: Callable[[str], None] | None = None,
) -> Answer:
    """The answer that ``lines`` make up. Raises BrokenOff where none says that it is done, AnswerLooped, AnswerEmpty."""
    content = thinking = ""
    for raw in lines:
        on_line()
        line = _parsed(raw)
        if line.error is not None:
            raise from_error(line.error, model)
        if (piece := line.message) is not None:
            content, thinking = content + piece.content, thinking + piece.thinking
            _watch(content or thinking, num_predict)
            if on_text is not None and piece.content:
                on_text(piece.content)
        if line.done:
            return _whole(line, model, content, thinking)
    raise BrokenOff("Ollama ended its answer without saying that it was done")


def _parsed(raw: bytes) -> ChatLine:
    try:
        return ChatLine.model_validate_json(raw)
    except ValidationError as error:
        raise NotOllama("What answers does not send Ollama's lines", detail=raw[:500].decode(errors="replace")) from error


def _watch(text: str, num_predict: int) -> None:
    if fault := runaway(text, num_predict):
        raise AnswerLooped(fault, detail=text[-500:])


def _whole(line: ChatLine, model: str, content: str, thinking: str) -> Answer:
    answer = line.answer(model, content if content.strip() else _json_in(thinking))
    if not answer.content and answer.done_reason == "stop":
        raise AnswerEmpty("The model said nothing")
    return answer


def _json_in(thinking: str) -> str:
    """Some servers put the whole answer of a model that can think into its thoughts."""
    with suppress(ValueError, RecursionError):
        if isinstance(json.loads(thinking), dict | list):
            return thinking
    return ""
