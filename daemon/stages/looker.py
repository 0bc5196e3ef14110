"""Asks a vision model about one picture at a time. What it answers is checked; a picture that it fails at twice is left out, and said."""

import re
from collections import Counter
from collections.abc import Callable
from hashlib import blake2b
from json import dumps
from typing import TYPE_CHECKING, Any

from daemon.contract.errors import ReelscribeError
from daemon.contract.values import Frozen
from daemon.llm import guards, health
from daemon.llm.answers import ask
from daemon.llm.client import Ollama
from daemon.llm.errors import AnswerInvalid, PromptTooLong, RequestRefused
from daemon.llm.values import Message, Options, Showing
from daemon.stages.shelf import Shelf

if TYPE_CHECKING:
    from daemon.media.likeness import Image

LONGEST_SIDE = 1024  # pixels; vision models see hardly more, and some make thousands of tokens of a larger picture
LONGEST_CAPTION = 300  # characters
IN_A_ROW = 6  # pictures without a good answer, after which a model that never had one is asked no more
QUESTION = "What does this picture show?"
SCHEMA = {
    "type": "object",
    "properties": {"sees": {"type": "string", "minLength": 1, "maxLength": LONGEST_CAPTION}},
    "required": ["sees"],
    "additionalProperties": False,
}
SHAPE = f'Answer with JSON alone, {{"sees": "…"}}, where "sees" is what the picture shows, in at most {LONGEST_CAPTION} characters.'
REFUSAL = re.compile(r"^\W*(i['’]?m sorry|i am sorry|sorry,|i can ?not|i can['’]t|i['’]?m unable|i am unable|as an ai)", re.IGNORECASE)


class Seen(Frozen):
    """A caption as it is kept."""

    text: str


class Looker:
    """One film's eyes. ``system`` is what the model is told before each picture: the same for all, so that it is read once.

    ``counts`` says what was done: pictures ``seen``, ``kept`` from before, and ``left_out``, of which ``note`` tells a person.
    """

    def __init__(
        self, ollama: Ollama, model: str, options: Options, shelf: Shelf, *, system: str, digest: str, note: Callable[[str], None]
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._ollama = ollama
        self._model = model
        self._options = options
        self._shelf = shelf
        self._system = f"{system}\n{SHAPE}"
        self._note = note
        self._identity = [self._system, QUESTION, SCHEMA, model, digest, options.model_dump(mode="json", exclude={"keep_alive"})]
        self._ready = False

    def caption(self, name: str, image: "Image", content: bytes) -> str:
        """What the picture shows; ``""`` where the model has no good answer. ``content`` is the file that the picture came from."""
        key = self._key(content)
        if kept := self._shelf.get(key, Seen):
            self.counts["kept"] += 1
            return kept.text
        if self._hopeless:
            self.counts["left_out"] += 1
            return ""
        try:
            text = self._ask(image)
        except (AnswerInvalid, PromptTooLong, RequestRefused) as error:
            return self._left_out(name, error)
        self.counts["seen"] += 1
        self._shelf.put(key, Seen(text=text))
        return text

    @property
    def _hopeless(self) -> bool:
        return self.counts["left_out"] >= IN_A_ROW and not (self.counts["seen"] or self.counts["kept"])

    def _ask(self, image: "Image") -> str:
        """The answer; at half the size where the picture is too much for the window."""
        from daemon.media.likeness import shrunk

        if not self._ready:
            health.ready(self._ollama, self._model, self._options)
            self._ready = True
        try:
            return self._answer(shrunk(image, LONGEST_SIDE))
        except PromptTooLong:
            return self._answer(shrunk(image, LONGEST_SIDE // 2))

    def _answer(self, jpeg: bytes) -> str:
        turns = (Message(role="system", content=self._system), Showing(role="user", content=QUESTION, images=(jpeg,)))
        return said(ask(self._ollama, self._model, turns, SCHEMA, self._options, check=wrong, sent_back=1))

    def _left_out(self, name: str, error: ReelscribeError) -> str:
        self.counts["left_out"] += 1
        self._note(f"picture {name} is left out: {error.message}")
        if self._hopeless:
            self._note(f"{self._model} is asked about no more pictures: it had no good answer for any of the first {IN_A_ROW}")
        return ""

    def _key(self, content: bytes) -> str:
        """Of the picture, the model and the question: a new skip or style looks at nothing again."""
        return blake2b(content + dumps(self._identity, sort_keys=True).encode(), digest_size=16).hexdigest()


def said(answer: Any) -> str:
    """The caption in an answer, on one line."""
    return " ".join(answer["sees"].split())


def wrong(answer: Any) -> list[str]:
    """What is wrong with an answer that has the right shape, as sentences for the model."""
    text = said(answer)
    if not re.search(r"[^\W\d_]{2}", text):
        return ["It says nothing of the picture."]
    if REFUSAL.search(text):
        return ["Say what the picture shows."]
    if guards.repetitive(text):
        return ["It repeats itself."]
    if not text.isprintable():
        return ["It holds signs that cannot be printed."]
    return []
