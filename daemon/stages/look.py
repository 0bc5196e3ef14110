"""Look: what the keyframes show, in a vision model's words. Where no model is chosen to look, nobody does.

Not shown to the model: pictures of shots that are skipped, black ones, and those that look like one that was shown just before.
"""

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from config import pages
from config.errors import ConfigProblems
from daemon.contract.evidence import Analysis, Caption, Captions, SkipPlan
from daemon.contract.states import Stage
from daemon.contract.values import Frozen, unpacked
from daemon.llm.errors import ModelTooLarge, OutOfMemory
from daemon.llm.values import Options
from daemon.screenplay.writing.kept import trimmed
from daemon.stages.shelf import Shelf
from daemon.stages.task import Task
from daemon.stages.writing import unusable

if TYPE_CHECKING:
    from daemon.media.likeness import Look
    from daemon.stages.looker import Looker

LONGEST_ANSWER = 300  # tokens; a caption takes about 80
SEED, TEMPERATURE = 1, 0.2
REMEMBERED = 6  # pictures that a new one is compared with: two people who talk are shown in turn
LETTERS = ("", "b", "c", "d", "e", "f", "g", "h")
ADVICE = "Choose a smaller model in ollama.eyes, or set ollama.eyes: none to go on without."


Shown = deque[tuple["Look", str]]
"""What the last pictures looked like that the model was shown, and their captions; the one that was seen again last comes last."""


class Looking(Frozen):
    """The stage's settings.

    ``eyes_digest`` is what Ollama says of the model, ``page`` the digest of the page that it is given; ``language`` is that of the
    captions, None: English.
    """

    eyes: str = ""
    eyes_digest: str = ""
    num_ctx: int = 8192
    page: str = ""
    language: str | None = None

    def told(self, folder: str | None) -> str:
        """The page, the one in ``folder`` (packed) before the shipped one. Raises CannotGoOn where it cannot be filled in."""
        from config.rendering import Rendering

        try:
            found = pages.read(unpacked(folder) if folder else None)
            return Rendering(found).text(pages.LOOK, language=self.language or "")
        except ConfigProblems as error:
            raise unusable(error) from error


class Picture(NamedTuple):
    """A keyframe: the id of its caption, its shot, and its name in the analysis artefact."""

    id: str
    shot: str
    file: str


def run(task: Task) -> Captions:
    """A caption for each picture that says something new. Raises MustWait where the model cannot be reached."""
    settings = Looking.model_validate(task.settings)
    return _by_model(task, settings) if settings.eyes else Captions()


def _by_model(task: Task, settings: Looking) -> Captions:
    from daemon.stages import asking
    from daemon.stages.looker import Looker

    told = settings.told(task.facts.get("prompts"))
    wanted = tuple(pictures(task.read(Stage.ANALYSE, Analysis), task.read(Stage.SKIPS, SkipPlan)))
    with asking.ollama(task.facts["ollama"]) as ollama:
        options = _options(settings, task.facts["ollama"].get("keep_alive", "10m"))
        shelf = Shelf(task.cache / "captions")
        looker = Looker(ollama, settings.eyes, options, shelf, system=told, digest=settings.eyes_digest, note=task.note)
        try:
            found = tuple(_seen(task, looker, wanted))
        except (OutOfMemory, ModelTooLarge) as error:
            raise type(error)(error.message, ADVICE, error.detail) from error
        finally:
            task.record |= {"model": settings.eyes, **ollama.usage.record(), **looker.counts}
    return Captions(model=settings.eyes if found else "", captions=found)


def pictures(analysis: Analysis, plan: SkipPlan) -> Iterator[Picture]:
    """The keyframes of the shots that the skips leave, in the order of the film."""
    for shot in analysis.shots:
        if trimmed(shot, plan.skips):
            for letter, file in zip(LETTERS, shot.keyframes, strict=False):
                yield Picture(f"k{shot.id.lstrip('S')}{letter}", shot.id, file)


def _seen(task: Task, looker: "Looker", wanted: tuple[Picture, ...]) -> Iterator[Caption]:
    shown: Shown = deque(maxlen=REMEMBERED)
    told: set[tuple[str, str]] = set()  # shot and caption: a second keyframe of a shot that shows the same says nothing new
    for number, (name, shot, file) in enumerate(wanted):
        task.progress(number, len(wanted), "pictures")
        text = _text(looker, shown, name, task.artefact(Stage.ANALYSE) / file)
        if text and (shot, text) not in told:
            told.add((shot, text))
            yield Caption(id=name, shot=shot, keyframe=file, text=text)
    task.progress(len(wanted), len(wanted), "pictures")


def _text(looker: "Looker", shown: Shown, name: str, path: Path) -> str:
    """The caption, or that of a picture like it. Only pictures that were shown are compared with, so that no caption wanders."""
    from daemon.media import likeness

    image = likeness.read(path)
    if image is None or likeness.shows_nothing(image):
        looker.counts["empty"] += 1
        return ""
    look = likeness.look(image)
    twin = next((one for one in shown if likeness.alike(one[0], look)), None)
    if twin is None:
        twin = (look, looker.caption(name, image, path.read_bytes()))
    else:
        looker.counts["alike"] += 1
        shown.remove(twin)
    shown.append(twin)
    return twin[1]


def _options(settings: Looking, keep_alive: str) -> Options:
    """One set for every call of a film: another one would make Ollama load the model again."""
    return Options(num_ctx=settings.num_ctx, num_predict=LONGEST_ANSWER, seed=SEED, temperature=TEMPERATURE, keep_alive=keep_alive)
