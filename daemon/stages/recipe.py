"""The recipe at a glance: which stages a film walks through, what each takes, and which settings its result depends on.

Nothing heavy is imported here: the daemon reads this page to know what to do next, the stages themselves run in children.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

from config import pages
from config.cutlists import Cut
from config.overrides import Overrides
from config.settings import Settings, Whisper
from daemon.contract.states import Stage
from daemon.contract.values import packed, shown
from daemon.speech import speakers
from daemon.stages.skip_rules.lessons import Lesson

Json = dict[str, Any]
CHOSEN = ("engine", "model", "model_digest", "num_ctx", "again", "eyes", "eyes_digest", "eyes_num_ctx")
"""What an order says of the models that were chosen for it."""


@dataclass(frozen=True)
class Basis:
    """What a film's script stands on where it was written before. Documents lie under their digests.

    ``number`` is that of the version that a run began with. ``base`` is that version as people have it, ``written`` what the machine had
    written for it, ``before`` the names that it has. ``wish`` is what was asked for; ``hand`` a file that a person edited, and
    ``edited_from`` the version that it was made of. ``models`` are those that saw and wrote it, as ``Order.as_before`` takes them.
    """

    number: int | None = None
    base: Path | None = None
    written: Path | None = None
    before: Mapping[str, str] = field(default_factory=dict)
    wish: Mapping[str, Any] | None = None
    hand: Path | None = None
    edited_from: Path | None = None
    models: Mapping[str, Any] = field(default_factory=dict)

    @property
    def asks_again(self) -> bool:
        """Whether a scene is to be written again, by a model."""
        return bool(self.wish and self.wish["kind"] == "regenerate")

    @property
    def documents(self) -> dict[str, Path]:
        """Those that there are, by their names."""
        there = {"base": self.base, "written": self.written, "hand": self.hand, "edited_from": self.edited_from}
        return {name: path for name, path in there.items() if path}


@dataclass(frozen=True)
class Order:
    """What is asked for one film: a person's choices, and the things around it that stages need to know."""

    source: Path
    identity: tuple[int, ...]  # device, inode, size, modification and change time: what makes it this very file
    choices: Overrides
    folder: Path  # where the script goes
    stem: str  # what its files are called
    spare_folder: Path  # below it goes what cannot be written into ``folder``
    models_dir: Path
    stamp: str = ""  # of the override files that the choices were read from
    cuts: tuple[Cut, ...] = ()  # what other programs' cut lists beside the film leave out
    relatives: Mapping[str, Path] = field(default_factory=dict)  # films that came before: key of the analysis → its folder
    lessons: tuple[Lesson, ...] = ()  # ranges that were learned before
    known: Mapping[Path, str] = field(default_factory=dict)  # what was last written for this film: file → SHA-256
    refused: Mapping[Path, str] = field(default_factory=dict)  # edited files that cannot be read back: file → SHA-256
    mode: Literal["fast", "exact"] = "fast"  # of the analysis: exact looks at every picture
    version: int = 0  # the one to be given; 0: the next after those that lie there
    engine: str = "draft"  # "ollama" once a model is chosen
    model: str | None = None
    model_digest: str = ""
    num_ctx: int = 0
    again: int = 0  # the version whose parts that no model could write are asked for once more
    eyes: str | None = None  # the model that looks; None: nobody does
    eyes_digest: str = ""
    eyes_num_ctx: int = 0
    rewriter: Mapping[str, Any] = field(default_factory=dict)  # who writes a scene that is asked for again, as in ``CHOSEN``
    basis: Basis = Basis()
    early: bool = False  # a draft that is there until the script is written
    easier: Whisper | None = None  # smaller settings for the speech model, where memory was too small for those that are meant

    @property
    def listening(self) -> Whisper:
        """The speech model's settings."""
        return self.easier or self.settings.whisper

    @property
    def settings(self) -> Settings:
        """The configuration with this film's overrides laid over it."""
        return self.choices.settings

    def written_by(self, model: str, digest: str, num_ctx: int) -> "Order":
        """The same order, with ``model`` as its writer, in a window of ``num_ctx`` tokens."""
        return replace(self, engine="ollama", model=model, model_digest=digest, num_ctx=num_ctx)

    def seen_by(self, model: str, digest: str, num_ctx: int) -> "Order":
        """The same order, with ``model`` as its eyes."""
        return replace(self, eyes=model, eyes_digest=digest, eyes_num_ctx=num_ctx)

    def rewritten_by(self, model: str, digest: str, num_ctx: int) -> "Order":
        """The same order, with ``model`` to write the scene that is asked for again."""
        return replace(self, rewriter={"engine": "ollama", "model": model, "model_digest": digest, "num_ctx": num_ctx})

    @property
    def models(self) -> Json:
        """Who sees and who writes, and by which settings they were chosen."""
        ollama, writer = self.settings.ollama, self.settings.writer
        wanted = {"writer": ollama.writer, "eyes": ollama.eyes, "num_ctx": ollama.num_ctx, "engine": writer.engine}
        return {"wanted": wanted} | {name: getattr(self, name) for name in CHOSEN}

    def as_before(self) -> "Order | None":
        """The same order with the models of the version before; None where others are wanted, or the draft stood in for one."""
        before = self.basis.models
        if not before or before.get("wanted") != self.models["wanted"] or before["engine"] != self.settings.writer.engine:
            return None
        return replace(self, **{name: before[name] for name in CHOSEN if name in before})


def _nothing(_order: Order) -> Json:
    return {}


@dataclass(frozen=True)
class Step:
    """One stage of the recipe.

    ``version`` rises when the same inputs give another result. ``settings`` is the part of the order that the result
    depends on, and goes into the artefact's key; ``facts`` is what the stage needs besides, ``reads`` what it may read of
    other films. A ``boxed`` stage opens no socket; one that is not ``kept`` acts on the world and so is done in every
    run. ``stall`` is how many seconds it may go without a word.
    """

    stage: Stage
    version: int
    takes: tuple[Stage, ...] = ()
    settings: Callable[[Order], Json] = _nothing
    facts: Callable[[Order], Json] = _nothing
    reads: Callable[[Order], tuple[Path, ...]] = lambda _order: ()
    boxed: bool = True
    kept: bool = True
    stall: float = 900

    def key(self, order: Order, inputs: Mapping[Stage, str]) -> str:
        """The name of this step's artefact: a hash of the stage, its version, its settings and the keys of what it took."""
        parts = [self.stage, self.version, self.settings(order), {stage: inputs[stage] for stage in self.takes}]
        return blake2b(json.dumps(parts, sort_keys=True, default=str).encode(), digest_size=16).hexdigest()


def _opening(order: Order) -> Json:
    wanted: Json = {"subtitles": True} if order.settings.whisper.subtitles else {}
    return {"identity": order.identity} | wanted


def _hearing(order: Order) -> Json:
    """With the engine that is meant here, so that models which arrive later are used."""
    voices = order.settings.speakers
    engine = speakers.chosen(voices.engine, order.models_dir)
    return order.listening.model_dump(mode="json") | {"speakers": {"engine": engine, "count": voices.count}}


def _ranges(order: Order) -> Json:
    lists = {"skips": order.choices.skips, "keep": order.choices.keep, "cuts": order.cuts, "learned": order.lessons}
    ranges: Json = {name: [one.model_dump(mode="json") for one in values] for name, values in lists.items()}
    return ranges | {"relatives": sorted(order.relatives)}


def _writing(order: Order) -> Json:
    settings = order.settings
    again = {"again": order.again} if order.again else {}
    return again | {
        "engine": order.engine,
        "model": order.model,
        "model_digest": order.model_digest,
        "num_ctx": order.num_ctx,
        "style": settings.script.style,
        "pages": _pages(order) if order.model else "",  # a draft is written without
        "title": order.choices.title or shown(order.stem),
        "chunk": settings.script.chunk,
        "overlap": settings.script.overlap,
        "language": settings.script.language,
    }


def _pages(order: Order) -> str:
    script = order.settings.script
    return pages.digest(script.prompts, *pages.of_writing(script.style))


def _asking(order: Order) -> Json:
    prompts = order.settings.script.prompts
    return {"ollama": order.settings.ollama.model_dump(mode="json"), "prompts": packed(prompts) if prompts else None}


def _form(order: Order) -> Json:
    script = order.settings.script
    layout = {"evidence": script.evidence, "skipped_subtitles": script.skipped_subtitles, "paper": script.paper}
    return {"formats": list(script.formats), "film": shown(order.source.name), "layout": layout}


def _looking(order: Order) -> Json:
    if order.eyes is None:
        return {}
    settings = order.settings
    return {
        "eyes": order.eyes,
        "eyes_digest": order.eyes_digest,
        "num_ctx": order.eyes_num_ctx,
        "page": pages.digest(settings.script.prompts, pages.LOOK),
        "language": settings.script.language or settings.whisper.language,
    }


def _revising(order: Order) -> Json:
    basis, form = order.basis, _form(order)
    digests = {name: path.name for name, path in basis.documents.items()}
    return {
        "characters": dict(order.choices.characters),
        "before": dict(basis.before),
        "wish": dict(basis.wish) if basis.wish else None,
        "writing": _writing(replace(order, **order.rewriter)) if basis.asks_again else None,
        "film": form["film"],
        "layout": form["layout"],
        **{name: digests.get(name, "") for name in ("base", "written", "edited_from")},
    }


SCREENPLAY: tuple[Step, ...] = (
    Step(Stage.PROBE, version=2, settings=_opening),
    Step(
        Stage.ANALYSE,
        version=1,
        takes=(Stage.PROBE,),
        settings=lambda order: {"audio_language": order.settings.audio.language, "mode": order.mode},
    ),
    Step(
        Stage.TRANSCRIBE,
        version=2,
        takes=(Stage.PROBE, Stage.ANALYSE),
        settings=_hearing,
        facts=lambda order: {"models_dir": packed(order.models_dir)},
    ),
    Step(
        Stage.SKIPS,
        version=2,
        takes=(Stage.PROBE, Stage.ANALYSE, Stage.TRANSCRIBE),
        settings=_ranges,
        facts=lambda order: {"relatives": {key: packed(folder) for key, folder in order.relatives.items()}},
        reads=lambda order: tuple(order.relatives.values()),
    ),
    Step(
        Stage.LOOK,
        version=1,
        takes=(Stage.ANALYSE, Stage.SKIPS),
        settings=_looking,
        facts=_asking,
        boxed=False,
        stall=7200,
    ),
    Step(
        Stage.WRITE,
        version=2,
        takes=(Stage.PROBE, Stage.ANALYSE, Stage.TRANSCRIBE, Stage.SKIPS, Stage.LOOK),
        settings=_writing,
        facts=_asking,
        boxed=False,
        stall=7200,
    ),
    Step(
        Stage.CONTINUITY,
        version=3,
        takes=(Stage.WRITE, Stage.ANALYSE, Stage.TRANSCRIBE, Stage.SKIPS, Stage.LOOK),
        settings=lambda order: {"title": order.choices.title, "name": shown(order.stem)},
    ),
    Step(
        Stage.REVISE,
        version=1,
        takes=(Stage.CONTINUITY, Stage.PROBE, Stage.ANALYSE, Stage.TRANSCRIBE, Stage.SKIPS, Stage.LOOK),
        settings=_revising,
        facts=lambda order: {
            **_asking(order),
            "documents": {name: packed(path) for name, path in order.basis.documents.items()},
        },
        boxed=False,
        stall=7200,
    ),
    Step(
        Stage.RENDER,
        version=2,
        takes=(Stage.REVISE, Stage.PROBE, Stage.ANALYSE, Stage.TRANSCRIBE, Stage.SKIPS, Stage.LOOK),
        settings=_form,
    ),
    Step(
        Stage.PUBLISH,
        version=1,
        takes=(Stage.RENDER,),
        settings=lambda order: {"formats": list(order.settings.script.formats)},
        facts=lambda order: {
            "folder": packed(order.folder),
            "stem": packed(order.stem),
            "spare_folder": packed(order.spare_folder),
            "known": {packed(path): digest for path, digest in order.known.items()},
            "refused": {packed(path): digest for path, digest in order.refused.items()},
            "version": order.version,
            "identity": order.identity[:4],
        },
        boxed=False,
        kept=False,
    ),
)
"""The ordered stages of the ``screenplay`` recipe."""

MEASURED = tuple(step for step in SCREENPLAY if step.stage in (Stage.PROBE, Stage.ANALYSE, Stage.TRANSCRIBE, Stage.SKIPS))
"""What can be told without a writer. Its skips heed what is said."""

SEEN = tuple(
    replace(step, takes=tuple(stage for stage in step.takes if stage is not Stage.TRANSCRIBE))
    for step in MEASURED
    if step.stage is not Stage.TRANSCRIBE
)
"""The same with no speech model: nobody knows of a word that would protect a range."""

RECIPES: dict[str, tuple[Step, ...]] = {"screenplay": SCREENPLAY, "measured": MEASURED, "seen": SEEN}
