"""Which model looks at the pictures: the best that can see and fits the memory, the one that a person named, or none."""

from collections.abc import Iterable, Sequence

from daemon.llm.choice import AUTO, Choice, fits, gib, need, odd, window
from daemon.llm.errors import ModelTooLarge, NoSuchModel, NotSuited
from daemon.llm.names import is_cloud, same_name
from daemon.llm.values import InstalledModel, LoadedModel

LEAST_WINDOW = 8192  # tokens: one picture may take thousands, and some runners crash in a smaller one
EXAMPLE = "qwen2.5vl:7b"
WITHOUT = "or set ollama.eyes: none to go on without."


def choose(
    wanted: str,
    models: Iterable[InstalledModel],
    *,
    num_ctx: int,
    limit: int | None,
    loaded: Sequence[LoadedModel] = (),
    graphics: bool = False,
) -> tuple[Choice | None, str]:
    """The model that looks under the name ``wanted``, and why. For ``"auto"`` that may be none.

    Its window is ``num_ctx``, or 8192 where that is less. Raises NoSuchModel, NotSuited or ModelTooLarge for a name; the rest is as
    for the writer.
    """
    num_ctx = max(num_ctx, LEAST_WINDOW)
    seeing = sorted((model for model in models if can_see(model)), key=_rank, reverse=True)
    fitting = [model for model in seeing if fits(model, num_ctx, limit, loaded)]
    if wanted == AUTO:
        return _best(seeing, fitting, num_ctx, limit)
    model = next((model for model in seeing if same_name(model.name, wanted)), None)
    if model is None:
        raise _cannot_look(wanted, models)
    if model not in fitting and not graphics:
        message = f"{model.name} needs {gib(need(model, num_ctx))} of memory, and {gib(limit or 0)} may be used"
        advice = f"Set ollama.eyes: {fitting[0].name}, which fits." if fitting else f"Choose a smaller model, {WITHOUT}"
        raise ModelTooLarge(message, advice)
    return Choice(model=model, num_ctx=window(model, num_ctx), why="it was chosen by hand"), f"{model.name} was chosen by hand"


def can_see(model: InstalledModel) -> bool:
    """Whether a model that runs on the server itself takes pictures and answers in words."""
    if model.remote or is_cloud(model.name):
        return False
    return {"vision", "completion"} <= set(model.capabilities)


def _best(
    seeing: Sequence[InstalledModel], fitting: Sequence[InstalledModel], num_ctx: int, limit: int | None
) -> tuple[Choice | None, str]:
    if not seeing:
        return None, "nobody: Ollama has no model that can look at pictures"
    if not fitting:
        least = min(seeing, key=lambda model: need(model, num_ctx))
        return None, f"nobody: {least.name} would need {gib(need(least, num_ctx))} of {gib(limit or 0)}"
    why = f"{fitting[0].name} is the best vision model that fits"
    return Choice(model=fitting[0], num_ctx=window(fitting[0], num_ctx), why=why), why


def _rank(model: InstalledModel) -> tuple[bool, float, int, str]:
    """Larger is better; one made for something else, such as reading pages, is worse than any."""
    special = odd(model) or "ocr" in model.name.lower()
    return (not special, model.parameters or model.size / 0.6e9, model.size, model.name)


def _cannot_look(wanted: str, models: Iterable[InstalledModel]) -> NoSuchModel | NotSuited:
    if is_cloud(wanted):
        return NotSuited(f"{wanted} does not run on this machine", f"Choose a local model in ollama.eyes, {WITHOUT}")
    if any(same_name(model.name, wanted) for model in models):
        return NotSuited(f"{wanted} cannot look at pictures", f"Choose a vision model in ollama.eyes, such as {EXAMPLE}, {WITHOUT}")
    return NoSuchModel(f"Ollama does not have the model {wanted}", f"ollama pull {wanted}")
