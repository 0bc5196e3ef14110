"""Writes the screenplay's beats, chunk by chunk: by a model through Ollama, or by the draft writer from the evidence alone."""

from collections.abc import Sequence

from daemon.contract.errors import MustWait
from daemon.contract.states import HoldCause
from daemon.screenplay.writing.chunks import Chunk, divide
from daemon.screenplay.writing.draft import LANGUAGE, drafted
from daemon.screenplay.writing.drafts import DRAFT, Drafts
from daemon.stages.findings import Findings, findings
from daemon.stages.task import Task
from daemon.stages.writing import Writing


def run(task: Task) -> Drafts:
    """The chunks in order. Raises MustWait where no Ollama answers, unless the draft may stand in."""
    settings, film = Writing.model_validate(task.settings), findings(task)
    chunks = divide(film.analysis, film.transcript, film.plan, settings.chunk, settings.overlap, film.captions)
    if settings.engine == DRAFT:
        return _drafts(chunks)
    try:
        return _by_model(task, settings, chunks, film)
    except MustWait as error:
        if settings.fallback != DRAFT or error.cause is not HoldCause.OLLAMA:
            raise
        task.note(f"the built-in draft writes: {error.message}")
        return _drafts(chunks)


def _drafts(chunks: Sequence[Chunk]) -> Drafts:
    return Drafts(engine=DRAFT, drafts=tuple(drafted(chunk) for chunk in chunks), language=LANGUAGE)


def _by_model(task: Task, settings: Writing, chunks: Sequence[Chunk], film: Findings) -> Drafts:
    from daemon.stages import by_model

    return by_model.written(task, settings, chunks, film)
