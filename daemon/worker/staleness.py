"""Which scripts a run would write otherwise today: by a newer Reelscribe, other settings, other pages, a model that was exchanged.

A run does again what has another key. So a version keeps what the keys of its stages were made of, as far as that is not the film's own,
and it is stale where they would be made of something else today. Nothing is done about it by itself: a script is marked, and
``reelscribe refresh`` has it written again.
"""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from config import overrides
from config.overrides import Overrides
from config.settings import Settings
from daemon.contract.errors import ReelscribeError
from daemon.contract.states import Stage
from daemon.jobs.rows import VersionRow
from daemon.llm.choice import AUTO
from daemon.llm.names import same_name
from daemon.screenplay.writing.drafts import DRAFT
from daemon.stages.recipe import CHOSEN, SCREENPLAY, Json, Order
from daemon.worker.memory import budget

ACTING = (Stage.PROBE, Stage.PUBLISH)  # what they do otherwise changes nothing in a script
LOOKS = Stage.RENDER  # another version of it changes no word
SETTINGS = {
    "style": "style", "language": "language", "chunk": "chunk length", "overlap": "overlap", "formats": "formats", "layout": "layout",
    "audio_language": "language of the sound", "speakers": "speakers", "mode": "mode of the analysis",
}  # fmt: skip
"""Settings that stages depend on, and what a person calls them; those of the speech model go by its name."""


def made_with(order: Order) -> Json:
    """What a version was made with beside the film, as it is kept with it. ``laid``: what a person said for this film alone."""
    laid = dict(order.choices.laid)
    return {"laid": laid, "stages": _depends(order.settings, order.models, order.models_dir)}


def why_stale(kept: Json, settings: Settings, models_dir: Path, digests: Mapping[str, str]) -> str:
    """Why a version with these settings would be another one today; ``""`` where it would not.

    ``settings`` are those in force for all films, ``digests`` the models that are installed: name → digest.
    """
    before, models = kept.get("made_with", {}), kept.get("models", {})
    if "laid" not in before:  # nobody knows
        return ""
    try:
        wanted = overrides.over(settings, before["laid"])
    except ValueError:  # what was said of this film is not understood any more: its next run says so
        return ""
    today = _depends(wanted, _exchanged(models, digests), models_dir)
    return "; ".join(dict.fromkeys((*_told(before["stages"], today, models), *_others(models, wanted))))


def _depends(settings: Settings, models: Mapping[str, Any], models_dir: Path) -> Json:
    """What the keys of the stages are made of, for a film of which nothing is known: stage → its version and its settings."""
    nothing, chosen = Path(), {name: models[name] for name in CHOSEN if name in models}
    order = replace(Order(nothing, (), Overrides(settings), nothing, "", nothing, models_dir), **chosen)
    steps = (step for step in SCREENPLAY if step.stage not in ACTING)
    parts = {step.stage: step.settings(order) | ({} if step.stage is LOOKS else {"version": step.version}) for step in steps}
    found: Json = json.loads(json.dumps(parts, default=str))
    return found


def _exchanged(models: Json, digests: Mapping[str, str]) -> Json:
    """The models of a version, as they are called today."""
    now = {"model_digest": digests.get(models.get("model") or ""), "eyes_digest": digests.get(models.get("eyes") or "")}
    return models | {name: digest for name, digest in now.items() if digest}


def _told(before: Json, today: Json, models: Json) -> Iterator[str]:
    """How they differ, in words."""
    changed = {(stage, name) for stage, parts in today.items() for name in parts if _of(before, stage, name) != parts[name]}
    newer = [stage for stage in today if (stage, "version") in changed]
    if newer:
        yield f"another Reelscribe wrote it ({', '.join(newer)})"
    names = {name for _, name in changed}
    if names & {"pages", "page"} and "style" not in names:
        yield "the pages for the model are others by now"
    for name in ("model", "eyes"):
        if f"{name}_digest" in names and models.get(name):
            yield f"{models[name]} is another model by now"
    others = [word for name, word in SETTINGS.items() if name in names]
    others += ["speech model"] if any(stage == Stage.TRANSCRIBE and name not in ("version", "speakers") for stage, name in changed) else []
    if others:
        yield f"other settings: {', '.join(others)}"


def _of(before: Json, stage: str, name: str) -> Any:
    return before.get(stage, {}).get(name)


def _others(models: Json, settings: Settings) -> Iterator[str]:
    """Who else is to write or to look, as the settings say. ``auto`` means whoever did."""
    ollama, before = settings.ollama, models.get("wanted", {})
    engine = settings.writer.engine
    if engine != models.get("engine"):
        yield "the built-in draft wrote it" if models.get("engine") == DRAFT else "the built-in draft is to write"
    elif engine != DRAFT and _another(ollama.writer, models.get("model")):
        yield f"{ollama.writer} is to write"
    if engine != DRAFT and ollama.eyes is None and models.get("eyes"):
        yield "nobody is to look"
    elif engine != DRAFT and ollama.eyes and _another(ollama.eyes, models.get("eyes")):
        yield f"{ollama.eyes} is to look"
    if engine != DRAFT and ollama.num_ctx != before.get("num_ctx"):
        yield "other settings: ollama.num_ctx"


def _another(wanted: str, did: str | None) -> bool:
    return wanted != AUTO and not (did and same_name(wanted, did))


class Staleness:
    """Tells of versions whether they are stale, by the ``settings`` in force and the models that Ollama had when it was last asked."""

    def __init__(self, settings: Callable[[], Settings], models_dir: Path) -> None:
        self._settings = settings
        self._models_dir = models_dir
        self._digests: dict[str, str] = {}

    async def look(self) -> None:
        """Asks Ollama which models it has; where it does not answer, what was known holds on."""
        with suppress(ReelscribeError):
            self._digests = await budget.digests(self._settings())

    async def of(self, *rows: VersionRow) -> tuple[str, ...]:
        """Why each of them is stale; ``""`` where it is not."""
        return await asyncio.to_thread(self._of, rows)

    def _of(self, rows: tuple[VersionRow, ...]) -> tuple[str, ...]:
        settings, known = self._settings(), dict[str, str]()

        def why(row: VersionRow) -> str:
            made = json.dumps([row.settings.get("made_with"), row.settings.get("models")], sort_keys=True)
            if made not in known:  # films of one inbox are mostly made with the same
                known[made] = why_stale(row.settings, settings, self._models_dir, self._digests)
            return known[made]

        return tuple(map(why, rows))
