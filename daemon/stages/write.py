"""Writes the screenplay's elements, chunk by chunk: by a model through Ollama, or by the draft writer from the evidence alone."""

from collections.abc import Sequence
from typing import Any

from daemon.contract.errors import MustWait
from daemon.contract.evidence import Analysis, SkipPlan, Transcript
from daemon.contract.states import HoldCause, Stage
from daemon.contract.values import Frozen
from daemon.llm.client import Ollama
from daemon.llm.values import Options, Timeouts
from daemon.screenplay import prompt
from daemon.screenplay.chunks import Chunk, divide
from daemon.screenplay.draft import DRAFT
from daemon.screenplay.drafts import Draft, Drafts
from daemon.screenplay.words import said
from daemon.stages.shelf import Shelf
from daemon.stages.styles import instructions
from daemon.stages.task import Task
from daemon.stages.writer import Writer, drafted

LONGEST_ANSWER = 2048  # tokens; three times what a talkative half minute takes
SEED, TEMPERATURE = 1, 0.4


class Writing(Frozen):
    """The stage's settings. ``model_digest`` is what Ollama says of the model, so that a new one under an old name writes anew."""

    engine: str = DRAFT
    model: str | None = None
    model_digest: str = ""
    num_ctx: int = 8192
    style: str = "hollywood"
    chunk: float = 30
    overlap: float = 5
    language: str | None = None
    fallback: str | None = None


def run(task: Task) -> Drafts:
    """The chunks in order. Raises MustWait where no Ollama answers, unless the draft may stand in."""
    settings = Writing.model_validate(task.settings)
    analysis = task.read(Stage.ANALYSE, Analysis)
    transcript = task.read(Stage.TRANSCRIBE, Transcript)
    chunks = divide(analysis, transcript, task.read(Stage.SKIPS, SkipPlan), settings.chunk, settings.overlap)
    if settings.engine == DRAFT:
        return _drafts(chunks)
    try:
        return _by_model(task, settings, chunks, analysis, transcript)
    except MustWait as error:
        if settings.fallback != DRAFT or error.cause is not HoldCause.OLLAMA:
            raise
        task.note(f"the built-in draft writes: {error.message}")
        return _drafts(chunks)


def _drafts(chunks: Sequence[Chunk]) -> Drafts:
    return Drafts(engine=DRAFT, drafts=tuple(drafted(chunk) for chunk in chunks))


def _by_model(task: Task, settings: Writing, chunks: Sequence[Chunk], analysis: Analysis, transcript: Transcript) -> Drafts:
    if not settings.model:
        raise MustWait(HoldCause.MODEL, "no model is chosen to write", "Set ollama.writer to a model that Ollama has.")
    facts: dict[str, Any] = task.facts["ollama"]
    with Ollama(facts["url"], timeouts=_timeouts(facts)) as ollama:
        writer = Writer(
            ollama,
            settings.model,
            _options(settings, facts),
            Shelf(task.cache / "chunks"),
            system=prompt.system(instructions(settings.style), settings.language or transcript.language),
            film=said(transcript.cues),
            identity=[settings.model_digest, round(analysis.duration, 3)],
        )
        try:
            return _written(task, writer, chunks, analysis, transcript)
        finally:
            usage = ollama.usage
            numbers = {"calls": usage.calls, "tokens_in": usage.prompt_tokens, "tokens_out": usage.answer_tokens}
            task.record |= {"model": settings.model, **numbers, "model_seconds": round(usage.seconds, 3), **writer.counts}


def _written(task: Task, writer: Writer, chunks: Sequence[Chunk], analysis: Analysis, transcript: Transcript) -> Drafts:
    anything = any(chunk.cues for chunk in chunks)
    cast = writer.cast(transcript.cues if anything else ())
    story, drafts = cast, list[Draft]()
    for chunk in chunks:
        task.progress(chunk.start, analysis.duration)
        drafts.append(writer.write(chunk, story, analysis.duration))
        story = story.plus(drafts[-1].people, drafts[-1].places)
    task.progress(analysis.duration, analysis.duration)
    engine = str(task.settings["model"]) if anything else DRAFT
    return Drafts(engine=engine, drafts=tuple(drafts), cast=cast.people, places=story.places)


def _options(settings: Writing, facts: dict[str, Any]) -> Options:
    """One set for every call of a film: another one would make Ollama load the model again."""
    return Options(
        num_ctx=settings.num_ctx,
        num_predict=min(LONGEST_ANSWER, settings.num_ctx // 3),
        seed=SEED,
        temperature=TEMPERATURE,
        keep_alive=facts.get("keep_alive", "10m"),
    )


def _timeouts(facts: dict[str, Any]) -> Timeouts:
    names = {"connect": "connect_timeout", "first_byte": "first_token_timeout", "idle": "idle_timeout", "total": "total_timeout"}
    return Timeouts(**{name: facts[key] for name, key in names.items() if key in facts})
