"""How the stages that ask a model reach it, by the facts that the daemon hands them."""

from collections.abc import Mapping
from typing import Any

from daemon.llm.client import Ollama
from daemon.llm.values import Timeouts

DEADLINES = {"connect": "connect_timeout", "first_byte": "first_token_timeout", "idle": "idle_timeout", "total": "total_timeout"}


def ollama(facts: Mapping[str, Any]) -> Ollama:
    """A client by the settings under ``ollama``, with their deadlines."""
    return Ollama(facts["url"], timeouts=Timeouts(**{name: facts[key] for name, key in DEADLINES.items() if key in facts}))
