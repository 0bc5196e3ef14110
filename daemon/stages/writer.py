"""Writes chunk by chunk with a model. What it answers is checked; a chunk whose answers do not hold is drafted instead, and marked."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from daemon.contract.evidence import Cue
from daemon.contract.values import Frozen
from daemon.llm import health
from daemon.llm.answers import Check, ask
from daemon.llm.client import Ollama
from daemon.llm.errors import AnswerInvalid, PromptTooLong
from daemon.llm.values import JsonSchema, Message, Options
from daemon.screenplay import prompt
from daemon.screenplay.chunks import Chunk, chunk_key, halves
from daemon.screenplay.draft import DRAFT, draft
from daemon.screenplay.grounding import Grounded, ground, named, places
from daemon.screenplay.drafts import Draft
from daemon.screenplay.prompt import Story
from daemon.screenplay.words import Said
from daemon.stages.shelf import Shelf

CHARACTERS_A_TOKEN = 2  # fewer than any language that we know takes, so that the cast's prompt surely fits
TOKENS_A_LINE, TOKENS_A_SHOT, TOKENS_AROUND = 60, 100, 150  # about what an answer takes: for a cue, for a shot with prose, beside them


class Written(Frozen):
    """A chunk as it is kept: with the story so far that the model was told, which is not in its key."""

    draft: Draft
    story: Story


class Writer:
    """One film's writer. ``identity`` is what its words depend on beside the evidence; ``counts`` says what was done."""

    def __init__(
        self, ollama: Ollama, model: str, options: Options, shelf: Shelf, *, system: str, film: Said, identity: Sequence[Any]
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._ollama = ollama
        self._model = model
        self._options = options
        self._shelf = shelf
        self._system = system
        self._film = film
        self._ready = False
        self._identity = [prompt.VERSION, system, model, options.model_dump(mode="json", exclude={"keep_alive"}), *identity]

    def cast(self, cues: Sequence[Cue]) -> Story:
        """Fixes who is who and where, from all that is said. Nobody speaks, or the answer is of no use: an empty story."""
        if not cues:
            return Story(people={}, places=())
        key = chunk_key(Chunk(id=0, start=0, end=0, cues=tuple(cues)), "cast", *self._identity)
        story = self._shelf.get(key, Story) or self._cast(cues)
        self._shelf.put(key, story)
        return story

    def write(self, chunk: Chunk, story: Story, duration: float) -> Draft:
        """One chunk. Where nobody speaks there is nothing that a model could know, so none is asked."""
        if not chunk.cues:
            return drafted(chunk)
        key = chunk_key(chunk, *self._identity)
        kept = self._shelf.get(key, Written)
        self.counts["kept" if kept else "asked"] += 1
        made = kept.draft if kept else self._write(chunk, story, duration)
        if not kept and not made.fallback:
            self._shelf.put(key, Written(draft=made, story=story))
        return made

    def _cast(self, cues: Sequence[Cue]) -> Story:
        room = CHARACTERS_A_TOKEN * (self._options.num_ctx - self._options.num_predict) - len(prompt.CAST_RULES)
        messages = _turns(prompt.CAST_RULES, prompt.cast_question(cues, room))
        voices = {cue.voice for cue in cues}
        try:
            answer = self._ask(messages, prompt.cast_schema(voices))
        except (AnswerInvalid, PromptTooLong):
            self.counts["cast_failed"] += 1
            return Story(people={}, places=())
        return Story(people=named(answer, voices, self._film), places=places(answer, self._film))

    def _write(self, chunk: Chunk, story: Story, duration: float) -> Draft:
        parts = halves(chunk)
        if parts and _answer_tokens(chunk) > self._options.num_predict:
            return self._split(chunk, parts, story, duration)
        try:
            grounded = self._grounded(chunk, story, duration)
        except PromptTooLong as error:
            return self._split(chunk, parts, story, duration) if parts else self._fallen_back(chunk, error.message)
        except AnswerInvalid as error:
            return self._fallen_back(chunk, error.message)
        self.counts["mended"] += grounded.mended
        return Draft(
            chunk=chunk.id,
            start=chunk.start,
            end=chunk.end,
            engine=self._model,
            beats=grounded.beats,
            people=grounded.people,
            places=grounded.places,
        )

    def _split(self, chunk: Chunk, parts: Sequence[Chunk], story: Story, duration: float) -> Draft:
        """Written part by part, since the prompt or the answer would be too long; nothing is ever cut."""
        return _joined(chunk, self._model, [self._write(part, story, duration) for part in parts])

    def _grounded(self, chunk: Chunk, story: Story, duration: float) -> Grounded:
        messages = _turns(self._system, prompt.question(chunk, story, duration))

        def check(answer: Any) -> list[str]:
            errors = ground(answer, chunk, self._film).errors
            self.counts["sent_back"] += bool(errors)
            return errors

        answer = self._ask(messages, prompt.answer_schema(chunk), check)
        return ground(answer, chunk, self._film)

    def _ask(self, messages: Sequence[Message], schema: JsonSchema, check: Check = lambda _answer: []) -> Any:
        """The model's answer. Before the first question it must give a token: what is asked for health loads the model."""
        if not self._ready:
            health.ready(self._ollama, self._model, self._options)
            self._ready = True
        return ask(self._ollama, self._model, messages, schema, self._options, check=check)

    def _fallen_back(self, chunk: Chunk, why: str) -> Draft:
        self.counts["fallen_back"] += 1
        return drafted(chunk, why)


def drafted(chunk: Chunk, fallback: str = "") -> Draft:
    """The chunk by the draft writer; ``fallback`` says why, where a model was meant to write it."""
    return Draft(chunk=chunk.id, start=chunk.start, end=chunk.end, engine=DRAFT, beats=draft(chunk), fallback=fallback)


def _turns(system: str, question: str) -> tuple[Message, Message]:
    return Message(role="system", content=system), Message(role="user", content=question)


def _answer_tokens(chunk: Chunk) -> int:
    return TOKENS_A_LINE * len(chunk.cues) + TOKENS_A_SHOT * len(chunk.shots_in_sight) + TOKENS_AROUND


def _joined(chunk: Chunk, model: str, parts: Sequence[Draft]) -> Draft:
    return Draft(
        chunk=chunk.id,
        start=chunk.start,
        end=chunk.end,
        engine=DRAFT if all(part.engine == DRAFT for part in parts) else model,
        beats=tuple(beat for part in parts for beat in part.beats),
        people={voice: name for part in reversed(parts) for voice, name in part.people.items()},
        places=tuple(place for part in parts for place in part.places),
        fallback="; ".join(dict.fromkeys(part.fallback for part in parts if part.fallback)),
    )
