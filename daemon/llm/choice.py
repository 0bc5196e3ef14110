"""Which model writes: the best one that fits the memory, or the one that a person named."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from daemon.contract.values import Frozen
from daemon.llm.client import Ollama
from daemon.llm.errors import ModelTooLarge, NoModelFits, NoSuchModel, NotSuited
from daemon.llm.names import is_cloud, same_name
from daemon.llm.values import InstalledModel, LoadedModel

Chosen_co = TypeVar("Chosen_co", covariant=True)

AUTO = "auto"
GIB = 1 << 30
OVERHEAD = GIB // 2  # compute buffers and the process itself


class Pull(Frozen):
    """A model of Ollama's library that writes well for its size, as ``ollama pull`` gets it (4 bit)."""

    name: str
    size: int  # bytes
    kv_bytes: int  # bytes a token of context


PULLS = (  # best first; sizes as the library lists them, layers and heads as the models' own files say
    Pull(name="llama3.1:70b", size=42_520_000_000, kv_bytes=80 * 8 * 256 * 2),
    Pull(name="qwen2.5:32b", size=19_850_000_000, kv_bytes=64 * 8 * 256 * 2),
    Pull(name="qwen2.5:14b", size=8_990_000_000, kv_bytes=48 * 8 * 256 * 2),
    Pull(name="llama3.1:8b", size=4_920_000_000, kv_bytes=32 * 8 * 256 * 2),
    Pull(name="llama3.2:3b", size=2_020_000_000, kv_bytes=28 * 8 * 256 * 2),
    Pull(name="llama3.2:1b", size=1_320_000_000, kv_bytes=16 * 8 * 128 * 2),
)
FAVOURITE = PULLS[0].name
REMOTE_PULL = "llama3.1:8b"  # nobody knows how much memory another machine has

NO_TEXT = ("embed", "minilm", "bge-", "rerank", "guard", "shieldgemma", "ocr", "whisper")
EYES = ("llava", "moondream", "minicpm-v", "bakllava", "-vl", "vl:", "vision")
ODD = ("code", "math", "sql", "medical", "meditron", "-text", "-base", "tiny")


class Choice(Frozen):
    """The model that writes. ``num_ctx`` is what was asked for, or the window that the model was trained for, if smaller."""

    model: InstalledModel
    num_ctx: int
    why: str


class Choosing(Protocol[Chosen_co]):
    """A way to choose among models: ``choose`` here, or the one for eyes."""

    def __call__(
        self,
        wanted: str,
        models: Iterable[InstalledModel],
        *,
        num_ctx: int,
        limit: int | None,
        loaded: Sequence[LoadedModel] = (),
        graphics: bool = False,
    ) -> Chosen_co:
        """The model that is meant by ``wanted``."""


def of_server(ollama: Ollama, choose: Choosing[Chosen_co], wanted: str, *, num_ctx: int, limit: int) -> Chosen_co:
    """Asks the server what it has, then chooses; ``limit`` is in bytes and counts for a server on this machine alone.

    Raises what ``choose`` raises and what a call of Ollama may; Unreachable where a server that only stands in cannot run a named model.
    """
    try:
        return choose(
            wanted,
            ollama.installed(),
            num_ctx=num_ctx,
            limit=limit if ollama.local else None,
            loaded=ollama.loaded(),
            graphics=graphics_card(),
        )
    except (NoSuchModel, ModelTooLarge) as error:
        raise ollama.missed or error from error


def choose(
    wanted: str,
    models: Iterable[InstalledModel],
    *,
    num_ctx: int,
    limit: int | None,
    loaded: Sequence[LoadedModel] = (),
    graphics: bool = False,
) -> Choice:
    """The model that writes under the name ``wanted`` (``"auto"``: the best that fits ``limit`` bytes; None: no limit).

    Raises NoModelFits for auto; NoSuchModel, NotSuited or ModelTooLarge for a name. With a graphics card in the machine
    (``graphics``), whose memory Ollama does not tell, a model named by hand is never called too large.
    """
    have = sorted(models, key=_rank, reverse=True)
    fitting = [model for model in have if can_write(model) and fits(model, num_ctx, limit, loaded)]
    if wanted == AUTO:
        return _best(have, fitting, num_ctx, limit)
    model = next((model for model in have if same_name(model.name, wanted)), None)
    if model is None:
        raise _not_installed(wanted, num_ctx, limit)
    if not can_write(model):
        raise NotSuited(f"{wanted} cannot write", "Choose a text model in ollama.writer, or auto.")
    if model not in fitting and not graphics:
        raise _too_large(model, fitting, num_ctx, limit or 0)
    return Choice(model=model, num_ctx=window(model, num_ctx), why=f"{wanted} was chosen by hand")


def can_write(model: InstalledModel) -> bool:
    """Whether a model is a text model that runs on the server itself: no embeddings, none that only describes pictures."""
    if model.remote or is_cloud(model.name) or "bert" in model.family:
        return False
    if model.capabilities and "completion" not in model.capabilities:
        return False
    return not _named(model, NO_TEXT) and not _named(model, EYES)


def fits(model: InstalledModel, num_ctx: int, limit: int | None, loaded: Sequence[LoadedModel] = ()) -> bool:
    """Whether a model's need is within ``limit`` bytes. One that lies in a graphics card takes nothing of it."""
    if limit is None:
        return True
    on_card = sum(other.size_vram for other in loaded if same_name(other.name, model.name))
    return need(model, num_ctx) - on_card <= limit


def need(model: InstalledModel, num_ctx: int) -> int:
    """Bytes that a model takes with a window of ``num_ctx`` tokens: its file, keys and values, and half a GiB."""
    kv_bytes = (128 << 10) + model.size // 200_000 if model.kv_bytes is None else model.kv_bytes
    return model.size + kv_bytes * window(model, num_ctx) + OVERHEAD


def pull_for(limit: int | None, num_ctx: int) -> str:
    """The best model of the library that fits ``limit`` bytes, by name; ``""`` where none does."""
    if limit is None:
        return REMOTE_PULL
    return next((pull.name for pull in PULLS if pull_need(pull, num_ctx) <= limit), "")


def pull_need(pull: Pull, num_ctx: int) -> int:
    """Bytes that a model of the library would take."""
    return pull.size + pull.kv_bytes * num_ctx + OVERHEAD


def graphics_card(system: Path = Path("/")) -> bool:
    """Whether this machine has a graphics card that Ollama can use, as the drivers' own folders say."""
    nvidia = system / "proc/driver/nvidia/gpus"
    return (nvidia.is_dir() and any(nvidia.iterdir())) or (system / "dev/kfd").exists()


def _best(have: Sequence[InstalledModel], fitting: Sequence[InstalledModel], num_ctx: int, limit: int | None) -> Choice:
    if not fitting:
        raise _nothing_fits(have, num_ctx, limit)
    best = fitting[0]
    return Choice(model=best, num_ctx=window(best, num_ctx), why=_why(best, have, num_ctx, limit))


def _why(best: InstalledModel, have: Sequence[InstalledModel], num_ctx: int, limit: int | None) -> str:
    size = gib(need(best, num_ctx))
    if limit is None:
        return f"{best.name} is the best text model on this server"
    if _favourite(best):
        return f"{best.name} fits: it needs {size} of {gib(limit)}"
    larger = next((model for model in have if can_write(model)), best)
    if larger != best:
        more = gib(need(larger, num_ctx))
        return f"{best.name} is the best that fits: it needs {size} of {gib(limit)}; {larger.name} would need {more}"
    return f"{best.name} is the best text model installed: it needs {size} of {gib(limit)}"


def _rank(model: InstalledModel) -> tuple[bool, bool, float, bool, int, str]:
    """Larger is better; a model for something else is worse than any; one that cannot think needs no stopping."""
    parameters = model.parameters or model.size / 0.6e9  # 4 bit models take about 0.6 bytes a parameter
    return (_favourite(model), not odd(model), parameters, "thinking" not in model.capabilities, model.size, model.name)


def _favourite(model: InstalledModel) -> bool:
    return model.name.startswith(FAVOURITE) and not odd(model)


def odd(model: InstalledModel) -> bool:
    """Whether its name says that it was made for something else."""
    return _named(model, ODD)


def _named(model: InstalledModel, parts: Iterable[str]) -> bool:
    name = model.name.rpartition("/")[2].lower()
    return any(part in name for part in parts)


def window(model: InstalledModel, num_ctx: int) -> int:
    """``num_ctx``, or what the model was trained for, if smaller: Ollama cuts it without a word."""
    return min(num_ctx, model.context_length or num_ctx)


def _nothing_fits(have: Sequence[InstalledModel], num_ctx: int, limit: int | None) -> NoModelFits:
    writers = [model for model in have if can_write(model)]
    if not writers:
        return NoModelFits("Ollama has no model that can write", _pull_advice(limit, num_ctx))
    least = min(writers, key=lambda model: need(model, num_ctx))
    message = f"No model fits in {gib(limit or 0)}: the smallest, {least.name}, needs {gib(need(least, num_ctx))}"
    return NoModelFits(message, _pull_advice(limit, num_ctx))


def _pull_advice(limit: int | None, num_ctx: int) -> str:
    name = pull_for(limit, num_ctx)
    return f"ollama pull {name}" if name else "Raise memory.limit, lower ollama.num_ctx, or set writer.engine: draft."


def _not_installed(wanted: str, num_ctx: int, limit: int | None) -> NoSuchModel:
    if is_cloud(wanted):
        raise NotSuited(f"{wanted} does not run on this machine", "Choose a local model in ollama.writer, or auto.")
    known = next((pull for pull in PULLS if same_name(pull.name, wanted)), None)
    too_large = known is not None and limit is not None and pull_need(known, num_ctx) > limit
    advice = _pull_advice(limit, num_ctx) if too_large else f"ollama pull {wanted}"
    return NoSuchModel(f"Ollama does not have the model {wanted}", advice)


def _too_large(model: InstalledModel, fitting: Sequence[InstalledModel], num_ctx: int, limit: int) -> ModelTooLarge:
    message = f"{model.name} needs {gib(need(model, num_ctx))} of memory, and {gib(limit)} may be used"
    if fitting:
        return ModelTooLarge(message, f"Set ollama.writer: {fitting[0].name}, which fits.")
    return ModelTooLarge(message, _pull_advice(limit, num_ctx))


def gib(size: int) -> str:
    """Bytes as a person reads them."""
    return f"{size / GIB:.1f} GiB"
