"""Writes a film's chunks by a model. Imported where a model is asked: the draft does without the libraries that this takes."""

from collections import Counter
from collections.abc import Sequence

from config.errors import ConfigProblems
from daemon.contract.errors import MustWait
from daemon.contract.states import HoldCause
from daemon.llm.client import Ollama
from daemon.screenplay.writing.chunks import Chunk
from daemon.screenplay.writing.draft import LANGUAGE
from daemon.screenplay.writing.drafts import DRAFT, Draft, Drafts
from daemon.screenplay.writing.prompt import Film, Prompts
from daemon.screenplay.writing.words import said
from daemon.stages import asking
from daemon.stages.findings import Findings
from daemon.stages.shelf import Shelf
from daemon.stages.task import Task
from daemon.stages.writer import Writer
from daemon.stages.writing import Writing, unusable


def written(task: Task, settings: Writing, chunks: Sequence[Chunk], film: Findings) -> Drafts:
    """The chunks in order. Raises MustWait where no Ollama answers, CannotGoOn where a page of a person's own cannot be used."""
    with asking.ollama(task.facts["ollama"]) as ollama:
        writer = _writer(ollama, task, settings, film)
        try:
            return _written(task, writer, chunks, film)
        except ConfigProblems as error:
            raise unusable(error) from error
        finally:
            task.record |= {"model": settings.model, "model_digest": settings.model_digest, **ollama.usage.record(), **writer.counts}


def _writer(ollama: Ollama, task: Task, settings: Writing, film: Findings) -> Writer:
    """A writer for ``film``, with the shelf on which its chunks are kept. Raises MustWait where no model is chosen."""
    if not settings.model:
        raise MustWait(HoldCause.MODEL, "no model is chosen to write", "Set ollama.writer to a model that Ollama has.")
    told = Film(
        title=settings.title,
        duration=film.analysis.duration,
        style=settings.style,
        language=settings.language or film.transcript.language,
        seen=bool(film.captions.captions),
    )
    return Writer(
        ollama,
        settings.model,
        settings.options(task.facts["ollama"]),
        Shelf(task.cache / "chunks"),
        prompts=Prompts(settings.rendering(task.facts.get("prompts")), told),
        spoken=said(film.transcript.cues),
        identity=[settings.model_digest, settings.pages, settings.style, told.language, told.seen, round(told.duration, 3)],
    )


def _written(task: Task, writer: Writer, chunks: Sequence[Chunk], film: Findings) -> Drafts:
    anything = any(chunk.cues or chunk.captions for chunk in chunks)
    cast = writer.cast(film.transcript.cues if anything else ())
    story, drafts = cast, list[Draft]()
    for chunk in chunks:
        task.progress(chunk.start, film.analysis.duration)
        drafts.append(writer.write(chunk, story))
        story = story.plus(drafts[-1].people, drafts[-1].places)
    task.progress(film.analysis.duration, film.analysis.duration)
    task.record |= _cues(chunks, drafts)
    engine = str(task.settings["model"]) if anything else DRAFT
    language = task.settings.get("language") if anything else LANGUAGE
    return Drafts(engine=engine, drafts=tuple(drafts), cast=cast.people, places=story.places, language=language)


def _cues(chunks: Sequence[Chunk], drafts: Sequence[Draft]) -> dict[str, int]:
    """How many cues there are, how many of them the script has, and how often one is there too often: 0, by construction."""
    used = Counter(beat.cue for draft in drafts for beat in draft.beats if beat.kind == "dialogue")
    wanted = {cue.id for chunk in chunks for cue in chunk.cues}
    return {"cues": len(wanted), "cues_used": len(wanted & set(used)), "cues_doubled": used.total() - len(used)}
