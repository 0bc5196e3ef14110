"""Spoils a good answer in the way that a fault asks for."""

import json
import re
from random import Random
from typing import Any

from tests.fakes.ollama.faults import FaultKind

MANY = 20_000  # pieces of an answer that has no end of its own: a client has given up long before
INVENTED = 'She turns and says "Purple monkeys sign treaties at dawn" to nobody.'
TIMED = "At 00:01:12 the door opens."


def spoilt(kind: FaultKind | None, text: str, seed: int) -> str:
    """The answer's text after the fault; ``text`` where it is none of the content's."""
    match kind:
        case FaultKind.EMPTY:
            return ""
        case FaultKind.CUT:
            return text[: max(len(text) // 2, 1)]
        case FaultKind.LOOP:
            return text[: len(text) // 3] + " and then and then" * MANY
        case FaultKind.BLANKS:
            return text[: len(text) // 3] + "\n \t" * MANY
        case FaultKind.GARBAGE:
            return "G" * MANY
        case FaultKind.NOT_A_NUMBER:
            return '{"elements": NaN}'
        case FaultKind.WRONG_SHAPE:
            return '{"answer": 42, "elements": "none"}'
    return _changed(kind, text, seed)


def _changed(kind: FaultKind | None, text: str, seed: int) -> str:
    """Faults that need a whole answer to begin with."""
    if kind not in (FaultKind.STRANGE_IDS, FaultKind.INVENTED_QUOTE, FaultKind.TIMECODE, FaultKind.CARELESS):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return json.dumps(_walked(value, kind, Random(seed)), ensure_ascii=False)


def _walked(value: Any, kind: FaultKind, random: Random) -> Any:
    if isinstance(value, dict):
        return {key: _walked(inner, kind, random) for key, inner in value.items()}
    if isinstance(value, list):
        items = [_walked(inner, kind, random) for inner in value]
        return _careless(items, random) if kind is FaultKind.CARELESS else items
    return _word(value, kind) if isinstance(value, str) else value


def _careless(items: list[Any], random: Random) -> list[Any]:
    """Every third item is left out, every third stands there twice."""
    return [item for item in items for _ in range(random.choice((0, 1, 2)))] or items[:1]


def _word(text: str, kind: FaultKind) -> str:
    if kind is FaultKind.STRANGE_IDS and re.fullmatch(r"[A-Za-z]{1,2}\d+", text):
        return f"{text}99"
    if " " in text and text[0].isalpha() and not text.isupper():
        return {FaultKind.INVENTED_QUOTE: INVENTED, FaultKind.TIMECODE: TIMED}.get(kind, text)
    return text
