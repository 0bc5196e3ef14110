"""What lies in the server's memory: one model at a time, loaded with the options of the work, and seen there before it is asked.

Ollama's scheduler can block every model but the resident one for ever (a request that names a ``keep_alive`` while another model
waits for the memory makes the resident one stay); only an explicit unload ends that. So the others are asked to leave before a
model is loaded, and once more where a load or an answer does not come.
"""

from collections.abc import Callable
from typing import TypeVar

from daemon.llm.client import Ollama
from daemon.llm.errors import Hung, OutOfMemory, SmallWindow
from daemon.llm.names import same_name
from daemon.llm.values import LoadedModel, Options, Timeouts

T = TypeVar("T")


def make_room(ollama: Ollama, *, keep: str = "", num_ctx: int | None = None, anywhere: bool = False) -> tuple[str, ...]:
    """Unloads what the server on this machine holds, sees it gone, and names it. Raises StillLoaded.

    The model ``keep`` stays, unless its window is another than ``num_ctx``. A server on another machine is left alone, since others
    may work with it, unless ``anywhere``.
    """
    if not (anywhere or ollama.local):
        return ()
    names = tuple(model.name for model in ollama.loaded() if not _stays(model, keep, num_ctx))
    for name in names:
        ollama.unload(name)
    return names


def load(ollama: Ollama, model: str, options: Options, deadline: float) -> None:
    """Has the server hold ``model`` alone, with the very options of the work. ``deadline`` is in seconds.

    Raises SmallWindow where its window is smaller than was asked for, and what a call may raise.
    """
    make_room(ollama, keep=model, num_ctx=options.num_ctx)
    limits = Timeouts(first_byte=deadline, idle=deadline, total=deadline)
    ollama.preload(model, options, timeouts=limits)
    if _window(ollama, model, options) < options.num_ctx:  # another program may have loaded it anew meanwhile
        ollama.preload(model, options, timeouts=limits)
    if (window := _window(ollama, model, options)) < options.num_ctx:
        raise SmallWindow(
            f"Ollama gives {model} a window of {window} tokens in place of {options.num_ctx}", f"Set ollama.num_ctx: {window}."
        )


def with_room(ollama: Ollama, model: str, options: Options, call: Callable[[], T]) -> T:
    """What ``call`` gives; where it comes to nothing for want of memory or in silence, the other models go, and it is called again."""
    try:
        return call()
    except (Hung, OutOfMemory):
        if not make_room(ollama, keep=model, num_ctx=options.num_ctx, anywhere=True):
            raise
    return call()


def _stays(loaded: LoadedModel, keep: str, num_ctx: int | None) -> bool:
    """An older server does not tell its windows."""
    return bool(keep) and same_name(loaded.name, keep) and (num_ctx is None or loaded.context_length in (None, num_ctx))


def _window(ollama: Ollama, model: str, options: Options) -> int:
    """Tokens. One file under two names is listed under the one that was used first: the only model there is ours."""
    there = ollama.loaded()
    named = [loaded for loaded in there if same_name(loaded.name, model)]
    ours = named or (there if len(there) == 1 else ())
    return min((loaded.context_length or options.num_ctx for loaded in ours), default=options.num_ctx)
