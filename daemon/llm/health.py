"""Whether Ollama can really write, asked right before a write and at no other time, since it loads the model.

``/api/version`` answers while generation hangs for ever, so the only proof is a token, asked with the options of the real work.
"""

from daemon.llm.choice import make_room
from daemon.llm.client import Ollama
from daemon.llm.errors import AnswerEmpty, AnswerLooped, Hung, OutOfMemory, TooSlow
from daemon.llm.values import Message, Options, Timeouts

QUESTION = (Message(role="user", content="Say: yes"),)


def ready(ollama: Ollama, model: str, options: Options, *, deadline: float = 1800) -> None:
    """Returns when the model has given one token within ``deadline`` seconds, loading included.

    Raises Hung, Unreachable, OutOfMemory (after the server's other models were unloaded once), NoSuchModel and what else a chat may.
    """
    try:
        _one_token(ollama, model, options, deadline)
    except OutOfMemory:
        if not make_room(ollama):
            raise
        _one_token(ollama, model, options, deadline)


def _one_token(ollama: Ollama, model: str, options: Options, deadline: float) -> None:
    limits = Timeouts(first_byte=deadline, idle=deadline, total=deadline)
    try:
        ollama.chat(model, QUESTION, None, options.model_copy(update={"num_predict": 1}), timeouts=limits)
    except (AnswerEmpty, AnswerLooped):
        return
    except TooSlow as error:
        raise Hung(f"Ollama gave no token of {model} within {deadline:g} s", detail=error.message) from error
