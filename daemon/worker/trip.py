"""The trip of one film through its recipe: what is kept is taken, what is missing is made. Needs no job table."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from daemon.contract.evidence import Probe
from daemon.contract.states import Stage
from daemon.contract.task import Note, Report, Request
from daemon.llm.choice import Choice
from daemon.screenplay.writing.drafts import DRAFT, Drafts
from daemon.speech import speakers, weights
from daemon.stages.recipe import RECIPES, Order, Step
from daemon.stages.task import RESULT
from daemon.worker import child
from daemon.worker.artefacts import Artefacts
from daemon.worker.memory import budget
from daemon.worker.orders import check_ranges

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Taken:
    """How a step went: the key of its result, whether that was there already, and the numbers of the run."""

    stage: Stage
    key: str
    kept: bool
    record: dict[str, Any] = field(default_factory=dict)


class Trip:
    """A film under way: ``upcoming`` is the step that is next; it is prepared, admitted and taken.

    ``known`` tells how many bytes the speech model took here under a load (``weights.load``), where that is known.
    """

    def __init__(self, order: Order, recipe: str, artefacts: Artefacts, known: Callable[[str], int | None] = lambda _load: None) -> None:
        self.order = order
        self._known = known
        self._chosen: dict[Stage, Choice] = {}
        self.steps = RECIPES[recipe]
        self._ahead = list(self.steps)
        self._artefacts = artefacts
        self._keys: dict[Stage, str] = {}
        self._folders: dict[Stage, Path] = {}

    @property
    def upcoming(self) -> Step | None:
        """The step that is next; None: the trip is over."""
        return self._ahead[0] if self._ahead else None

    def is_kept(self, step: Step) -> bool:
        """Whether the step's result is there already, so that taking it is no work."""
        return step.kept and self._artefacts.has(step.stage, self.key(step)) and not self._misses_its_sound(step)

    def _misses_its_sound(self, step: Step) -> bool:
        """Whether the analysis must be made again, since its sound was removed to make room and somebody has to listen to it."""
        if step.stage is not Stage.ANALYSE or not self._artefacts.has_lost_its_sound(self.key(step)):
            return False
        listening = next((one for one in self.steps if one.stage is Stage.TRANSCRIBE), None)
        keys = self._keys | {step.stage: self.key(step)}
        return listening is not None and not self._artefacts.has(listening.stage, listening.key(self.order, keys))

    def key(self, step: Step) -> str:
        """The key of the step's result; of an upcoming step's, once it is prepared."""
        return step.key(self.order, self._keys)

    def folder(self, stage: Stage) -> Path:
        """Where the result of a step that was taken lies."""
        return self._folders[stage]

    def read(self, stage: Stage, model: type[Model]) -> Model:
        """The result of a step that was taken."""
        return model.model_validate_json((self._folders[stage] / RESULT).read_bytes())

    async def prepare(self, step: Step, on_report: Callable[[Report], None]) -> None:
        """Chooses the eyes, the writer, and who writes a scene again.

        Raises ``MustWait`` where what it needs is not there yet, and ``CannotGoOn`` where it can never be.
        """
        if step.stage is Stage.LOOK:
            await self._choose_eyes(on_report)
        elif step.stage is Stage.WRITE:
            await self._choose_writer(on_report)
        elif step.stage is Stage.REVISE and self.order.basis.asks_again:
            await self._choose_rewriter(on_report)
        elif step.stage is Stage.SKIPS:
            check_ranges(self.order, self.read(Stage.PROBE, Probe).duration)

    def model(self, step: Step) -> str | None:
        """The model that a prepared step needs in Ollama's memory; ``""``: none may be there; None: that is all the same to it."""
        if self.is_kept(step):
            return None
        needed = {
            Stage.TRANSCRIBE: "",
            Stage.LOOK: self.order.eyes,
            Stage.WRITE: self.order.model,
            Stage.REVISE: self.order.rewriter.get("model"),
        }
        return needed.get(step.stage)

    async def admit(self, step: Step) -> None:
        """Makes room for a prepared step that is heavy. Raises ``NeverFits`` and ``NotNow``, with the numbers."""
        if self.is_kept(step):
            return
        if step.stage is Stage.TRANSCRIBE:
            listening = self.order.listening
            voices = self._voices
            known = self._known(weights.load(listening, voices))
            await budget.admit_listening(self.order.settings, listening, self.order.models_dir, known, voices)
        elif chosen := self._chosen.get(step.stage):
            await budget.admit_model(self.order.settings, chosen)

    async def take(self, on_report: Callable[[Report], None]) -> Taken:
        """Does the upcoming (prepared) step, in a child process unless its result is there. Raises what the stage raised."""
        step = self._ahead[0]
        key, kept = self.key(step), self.is_kept(step)
        record = {} if kept else await self._make(step, key, on_report)
        self._folders[step.stage] = self._artefacts.folder(step.stage, key)
        # A copy of a film has another identity and the same content: what follows depends on the content alone.
        self._keys[step.stage] = self.read(step.stage, Probe).digest if step.stage is Stage.PROBE else key
        del self._ahead[0]
        return Taken(step.stage, key, kept, record)

    async def _choose_eyes(self, on_report: Callable[[Report], None]) -> None:
        if self._as_before(Stage.LOOK):
            return
        chosen, why = await budget.choose_eyes(self.order.settings)
        if chosen:
            self._chosen[Stage.LOOK] = chosen
            self.order = self.order.seen_by(chosen.model.name, chosen.model.digest, chosen.num_ctx)
        on_report(Note(text=f"eyes: {why}"))

    def _as_before(self, stage: Stage) -> bool:
        """Whether the models of the version before are taken: what they gave is there still, so that nobody need be asked."""
        before = self.order.as_before()
        step = next(step for step in self.steps if step.stage is stage)
        if before is None or not self._artefacts.has(stage, step.key(before, self._keys)):
            return False
        self.order = before
        return True

    async def _choose_writer(self, on_report: Callable[[Report], None]) -> None:
        if self._as_before(Stage.WRITE):
            return
        chosen, why = await budget.choose_writer(self.order.settings)
        if chosen:
            self._chosen[Stage.WRITE] = chosen
            self.order = self.order.written_by(chosen.model.name, chosen.model.digest, chosen.num_ctx)
            if self._was_drafted():
                self.order = replace(self.order, again=self.order.basis.number or 0)
        on_report(Note(text=f"writer: {why}"))

    async def _choose_rewriter(self, on_report: Callable[[Report], None]) -> None:
        if not self.order.model:  # the draft wrote this film: the stage says that a scene of it cannot be written again
            return
        chosen = await budget.choose_rewriter(self.order.settings, self.order.model)
        self._chosen[Stage.REVISE] = chosen
        self.order = self.order.rewritten_by(chosen.model.name, chosen.model.digest, chosen.num_ctx)
        on_report(Note(text=f"{chosen.model.name} writes the scene again"))

    def _was_drafted(self) -> bool:
        """Whether a person wants a film run again of which parts, or all, were drafted because no model's answer was of use."""
        step = next(step for step in self.steps if step.stage is Stage.WRITE)
        key, basis = step.key(self.order, self._keys), self.order.basis
        if basis.models or not basis.number or not self._artefacts.has(Stage.WRITE, key):
            return False
        found = Drafts.model_validate_json((self._artefacts.folder(Stage.WRITE, key) / RESULT).read_bytes())
        return found.engine == DRAFT or any(draft.fallback for draft in found.drafts)

    async def _make(self, step: Step, key: str, on_report: Callable[[Report], None]) -> dict[str, Any]:
        made = self._artefacts.begin()
        try:
            finished = await child.run(self._request(step, made), on_report, step.stall, budget.room(self.order.settings).most)
            self._artefacts.keep(made, step.stage, key, instead=not step.kept or self._misses_its_sound(step))
        except BaseException:
            self._artefacts.drop(made)
            raise
        return finished.record | self._load(step, finished.record)

    @property
    def _voices(self) -> int:
        """Bytes that telling voices takes; 0 where that is little for any film."""
        engine = speakers.chosen(self.order.settings.speakers.engine, self.order.models_dir)
        return weights.telling(self.read(Stage.PROBE, Probe).duration) if engine == "sherpa" else 0

    def _load(self, step: Step, record: dict[str, Any]) -> dict[str, Any]:
        """What the memory of a run is filed under, where it says what the speech model takes."""
        listened = step.stage is Stage.TRANSCRIBE and record.get("heard_before") is False
        return {"load": weights.load(self.order.listening, self._voices)} if listened else {}

    def _request(self, step: Step, out: Path) -> Request:
        return Request(
            stage=step.stage,
            source=self.order.source,
            out=out,
            inputs={stage: self._folders[stage] for stage in step.takes},
            cache=self._artefacts.cache,
            settings=step.settings(self.order),
            facts=step.facts(self.order),
            reads=step.reads(self.order),
            boxed=step.boxed,
        )
