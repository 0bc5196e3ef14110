"""Writes chunk by chunk with a model. What it answers is checked; a chunk whose answers do not hold is drafted instead, and marked."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from daemon.contract.evidence import Cue
from daemon.contract.values import Frozen
from daemon.llm import health
from daemon.llm.answers import Check, ask
from daemon.llm.client import Ollama
from daemon.llm.errors import AnswerCutShort, AnswerInvalid, PromptTooLong
from daemon.llm.values import JsonSchema, Message, Options
from daemon.screenplay.writing.answer_schema import answer_schema, cast_schema
from daemon.screenplay.writing.cast import parted, pieces
from daemon.screenplay.writing.chunks import Chunk, chunk_key, halves
from daemon.screenplay.writing.draft import drafted
from daemon.screenplay.writing.drafts import DRAFT, Draft
from daemon.screenplay.writing.grounding import Grounded, ground, named, places
from daemon.screenplay.writing.prompt import VERSION, Prompts
from daemon.screenplay.writing.story import Story
from daemon.screenplay.writing.words import Said
from daemon.stages.shelf import Shelf

TOKENS_A_LINE, TOKENS_A_SHOT, TOKENS_AROUND = 60, 100, 150  # about what an answer takes: for a cue, for a shot with prose, beside them

COUNTED = ("asked", "kept", "mended", "sent_back", "repaired", "fallen_back")  # that are told also where they are 0

Turns = tuple[Message, Message]


class Written(Frozen):
    """A chunk as it is kept: with the story so far that the model was told, which is not in its key."""

    draft: Draft
    story: Story


class Writer:
    """One film's writer. ``spoken`` is all that is said in it; ``identity`` what its words depend on beside the evidence.

    ``counts`` says what was done: chunks ``asked``, ``kept`` and ``fallen_back``, those that were ``split`` and those ``repaired``
    after their errors were ``sent_back``; ``mended`` and ``mended_KIND``; pieces of speech of which the ``cast_failed``.
    """

    def __init__(
        self, ollama: Ollama, model: str, options: Options, shelf: Shelf, *, prompts: Prompts, spoken: Said, identity: Sequence[Any]
    ) -> None:
        self.counts: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
        self._ollama = ollama
        self._model = model
        self._options = options
        self._shelf = shelf
        self._prompts = prompts
        self._spoken = spoken
        self._ready = False
        self._identity = [VERSION, model, options.model_dump(mode="json", exclude={"keep_alive"}), *identity]

    def cast(self, cues: Sequence[Cue]) -> Story:
        """Fixes who is who and where, from all that is said. Nobody speaks, or no answer is of use: an empty story."""
        key = chunk_key(Chunk(id=0, start=0, end=0, cues=tuple(cues)), "cast", *self._identity)
        kept = self._shelf.get(key, Story) if cues else Story()
        if kept is not None:
            return kept
        story = Story()
        for piece in pieces(cues, self._room(_turns(self._prompts.cast, self._prompts.speech((), story)))):
            story = self._cast(piece, story)
        if not self.counts["cast_failed"]:
            self._shelf.put(key, story)
        return story

    def write(self, chunk: Chunk, story: Story) -> Draft:
        """One chunk, off the shelf where it lies there. Answers that do not hold give a draft that says why in ``fallback``."""
        if _says_nothing(chunk):
            return drafted(chunk)
        key = chunk_key(chunk, *self._identity)
        kept = self._shelf.get(key, Written)
        self.counts["kept" if kept else "asked"] += 1
        made = kept.draft if kept else self._write(chunk, story)
        if not kept and not made.fallback:
            self._shelf.put(key, Written(draft=made, story=story.near(chunk)))
        return made

    def _cast(self, cues: Sequence[Cue], story: Story) -> Story:
        """With what one piece of the film's speech tells; a piece that is too long for the window is read in two."""
        turns = _turns(self._prompts.cast, self._prompts.speech(cues, story))
        voices = {cue.voice for cue in cues}
        if len(cues) > 1 and self._room(turns) < 0:
            return self._cast_in_two(cues, story)
        try:
            answer = self._ask(turns, cast_schema(voices))
        except PromptTooLong:
            return self._cast_in_two(cues, story)
        except AnswerInvalid:
            self.counts["cast_failed"] += 1
            return story
        return story.plus(named(answer, voices, self._spoken), places(answer, self._spoken))

    def _cast_in_two(self, cues: Sequence[Cue], story: Story) -> Story:
        if len(cues) < 2:
            self.counts["cast_failed"] += 1
            return story
        for half in parted(cues, 2):
            story = self._cast(half, story)
        return story

    def _write(self, chunk: Chunk, story: Story) -> Draft:
        """Asked as a whole, or in parts where the prompt or the answer would be too long; nothing is ever cut."""
        if _says_nothing(chunk):
            return drafted(chunk)
        turns = _turns(self._prompts.system, self._prompts.part(chunk, story))
        parts = halves(chunk)
        if parts and (self._room(turns) < 0 or _answer_tokens(chunk) > self._options.num_predict):
            return self._split(chunk, parts, story)
        try:
            grounded = self._grounded(chunk, turns)
        except (PromptTooLong, AnswerCutShort) as error:
            return self._split(chunk, parts, story) if parts else self._fallen_back(chunk, error.message)
        except AnswerInvalid as error:
            return self._fallen_back(chunk, error.message)
        self._count(grounded)
        return Draft(
            chunk=chunk.id,
            start=chunk.start,
            end=chunk.end,
            engine=self._model,
            beats=grounded.beats,
            people=grounded.people,
            places=grounded.places,
        )

    def _split(self, chunk: Chunk, parts: Sequence[Chunk], story: Story) -> Draft:
        self.counts["split"] += 1
        made: list[Draft] = []
        for part in parts:
            made.append(self._write(part, story))
            story = story.plus(made[-1].people, made[-1].places)
        return _joined(chunk, self._model, made)

    def _grounded(self, chunk: Chunk, turns: Turns) -> Grounded:
        sent_back = self.counts["sent_back"]
        answer = self._ask(turns, answer_schema(chunk), lambda answer: ground(answer, chunk, self._spoken).errors)
        self.counts["repaired"] += self.counts["sent_back"] > sent_back
        return ground(answer, chunk, self._spoken)

    def _ask(self, turns: Turns, schema: JsonSchema, check: Check = lambda _answer: []) -> Any:
        """The model's answer. Before the first question it must give a token: what is asked for health loads the model."""
        if not self._ready:
            health.ready(self._ollama, self._model, self._options)
            self._ready = True
        return ask(self._ollama, self._model, turns, schema, self._options, check=check, repair=self._repair)

    def _repair(self, errors: Sequence[str]) -> str:
        self.counts["sent_back"] += 1
        return self._prompts.repair(errors)

    def _room(self, turns: Turns) -> int:
        """Tokens that the window has beside these turns and the answer; below 0: too few."""
        return self._ollama.room(self._model, turns, self._options.num_ctx) - self._options.num_predict

    def _count(self, grounded: Grounded) -> None:
        self.counts["mended"] += grounded.mended
        self.counts.update({f"mended_{kind}": number for kind, number in grounded.mendings.items() if number})

    def _fallen_back(self, chunk: Chunk, why: str) -> Draft:
        self.counts["fallen_back"] += 1
        return drafted(chunk, why)


def _says_nothing(chunk: Chunk) -> bool:
    """Nobody speaks and nobody looked: there is nothing that a model could know, so none is asked."""
    return not (chunk.cues or chunk.captions)


def _turns(system: str, question: str) -> Turns:
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
