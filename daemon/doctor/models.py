"""The models: the one that listens, those of Ollama, and how fast one of them writes."""

from collections.abc import Callable
from pathlib import Path

from config.settings import Settings
from daemon.contract.doctor import Finding
from daemon.contract.errors import CannotGoOn, ReelscribeError
from daemon.contract.values import shown
from daemon.llm import choice, health
from daemon.llm.choice import Choice, gib
from daemon.llm.client import Ollama
from daemon.llm.errors import AnswerLooped
from daemon.llm.values import Answer, Message, Options, Timeouts
from daemon.speech import models

NETWORK = Path("/proc/self/net/dev")
SLOW = 3.0  # tokens a second, below which an hour's film takes a night
TOKENS = 96  # of the measured answer
WITHIN = 180.0  # seconds for a model to be loaded, and as many for it to answer
TASK = (Message(role="user", content="Describe, in five plain sentences, a woman who waits for a night train in the rain."),)


def whisper(settings: Settings, models_dir: Path, network: Path = NETWORK) -> Finding:
    """Whether the speech model is here, or can be fetched."""
    wanted = settings.whisper.model
    try:
        folder = models.find(wanted, models_dir)
    except CannotGoOn as error:
        return Finding(name="whisper", verdict="bad", found=error.message, advice=error.advice)
    if folder:
        return Finding(name="whisper", verdict="ok", found=f"{shown(wanted)}, in {shown(folder)}")
    advice = f"reelscribe models pull {wanted}"
    if _alone(network):
        return Finding(name="whisper", verdict="bad", found=f"{wanted} is not here, and there is no network", advice=advice)
    return Finding(name="whisper", verdict="warn", found=f"{wanted} is not here; the first film fetches it", advice=advice)


def ollama(client: Ollama) -> Finding:
    """Whether it answers, and what it has."""
    try:
        version, found = client.version(), client.installed()
    except ReelscribeError as error:
        return Finding(name="ollama", verdict="bad", found=error.message, advice=error.advice or "Start it: systemctl start ollama")
    names = ", ".join(shown(model.name) for model in found[:6]) or "no models"
    return Finding(name="ollama", verdict="ok", found=f"version {shown(version)}, has {names}{' and more' if len(found) > 6 else ''}")


def chosen(name: str, choose: Callable[[], tuple[Choice | None, str]]) -> tuple[Finding, Choice | None]:
    """Which model does the work ``name``, and why; or why none does."""
    try:
        model, why = choose()
    except ReelscribeError as error:
        return Finding(name=name, verdict="bad", found=error.message, advice=error.advice), None
    return Finding(name=name, verdict="ok", found=why), model


def needs(client: Ollama, *chosen: Choice | None) -> dict[str, int]:
    """About how many bytes of this machine's memory each model takes, by name: none where the server is another machine, or has a card."""
    if not client.local or choice.graphics_card():
        return {}
    return {one.model.name: choice.need(one.model, one.num_ctx) for one in chosen if one}


def speed(client: Ollama, model: Choice, keep_alive: str) -> Finding:
    """How fast the model writes a short text, always the same."""
    options = Options(num_ctx=model.num_ctx, num_predict=TOKENS, keep_alive=keep_alive)
    try:
        health.ready(client, model.model.name, options, deadline=WITHIN)
        answer = client.chat(model.model.name, TASK, None, options, timeouts=Timeouts(first_byte=WITHIN, idle=WITHIN, total=WITHIN))
    except AnswerLooped:
        return Finding(name="speed", verdict="warn", found=f"{model.model.name} repeats itself", advice="Choose another in ollama.writer.")
    except ReelscribeError as error:
        return Finding(name="speed", verdict="bad", found=error.message, advice=error.advice)
    return rated(model, answer)


def rated(model: Choice, answer: Answer) -> Finding:
    """The numbers of an answer, judged."""
    rate = answer.answer_tokens / (answer.answer_seconds or answer.total_seconds or 1.0)
    found = f"{model.model.name} writes {rate:.1f} tokens a second"
    if rate >= SLOW:
        return Finding(name="speed", verdict="ok", found=found)
    smaller = choice.pull_for(choice.need(model.model, model.num_ctx) // 2, model.num_ctx)
    advice = f"A smaller model is faster: ollama pull {smaller}" if smaller else "writer.engine: draft needs no model."
    return Finding(name="speed", verdict="warn", found=f"{found} ({gib(choice.need(model.model, model.num_ctx))})", advice=advice)


def not_now() -> Finding:
    """A film is being worked on: a model that is loaded beside it could take the memory that it needs."""
    return Finding(name="speed", verdict="warn", found="not measured: a film is being worked on", advice="Ask again when nothing runs.")


def _alone(network: Path) -> bool:
    """Whether this process has no network but its own loop."""
    try:
        lines = network.read_text().splitlines()[2:]
    except OSError:
        return False
    return {line.partition(":")[0].strip() for line in lines} <= {"lo"}
