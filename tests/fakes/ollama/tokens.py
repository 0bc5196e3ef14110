"""A simple tokeniser: pieces of at most four letters or figures, a sign, or a stretch of white space. Joined, they are the text."""

import re
from collections.abc import Sequence
from typing import Any

PIECE = re.compile(r" ?[^\W_]{1,4}|\s+|.", re.DOTALL)
AROUND = 4  # tokens that the template puts around a message
IMAGE = 768  # what Ollama counts for a picture, whatever its size


def pieces(text: str) -> list[str]:
    """The tokens of a text."""
    return PIECE.findall(text)


def count(messages: Sequence[dict[str, Any]]) -> int:
    """The tokens of a rendered conversation."""
    return sum(_one(message) for message in messages) + 1


def _one(message: dict[str, Any]) -> int:
    return len(pieces(message.get("content", ""))) + AROUND + IMAGE * len(message.get("images") or ())
