"""Which scripts would be written otherwise today: by a newer Reelscribe, from other pages for the model, by a model that was exchanged.

Nothing is done about it by itself: a script is marked, and ``reelscribe refresh`` has it written again.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress

from config import pages
from config.settings import Settings
from daemon.contract.errors import ReelscribeError
from daemon.contract.states import Stage
from daemon.jobs.rows import VersionRow
from daemon.screenplay.writing.drafts import DRAFT
from daemon.stages.recipe import RECIPES, Json, Order
from daemon.worker import budget

ACTING = (Stage.PROBE, Stage.RENDER, Stage.PUBLISH)  # what they do otherwise changes no word of a script


def made_with(order: Order) -> Json:
    """What a version's words depend on beside the film and a person's choices, as it is kept with the version."""
    return in_force(order.settings, order.settings.script.style)


def in_force(settings: Settings, style: str) -> Json:
    """The same for whatever would be written in ``style`` today."""
    stages = {str(step.stage): step.version for step in RECIPES["screenplay"] if step.stage not in ACTING}
    prompts = settings.script.prompts
    return {"stages": stages, "pages": pages.digest(prompts, *pages.of_writing(style)), "look": pages.digest(prompts, pages.LOOK)}


def why_stale(kept: Json, now: Json, digests: Mapping[str, str]) -> str:
    """Why a version with these settings would be another one today; ``""`` where it would not.

    ``now`` is as ``made_with`` gives it, ``digests`` the models that are installed: name → digest.
    """
    with_ = kept.get("made_with")
    if not with_:  # nobody knows
        return ""
    models, reasons = kept.get("models", {}), list[str]()
    other = [stage for stage, version in now["stages"].items() if with_["stages"].get(stage) != version]
    if other:
        reasons.append(f"another Reelscribe wrote it ({', '.join(other)})")
    written, seen = models.get("engine") != DRAFT, bool(models.get("eyes"))
    if (written and with_["pages"] != now["pages"]) or (seen and with_["look"] != now["look"]):
        reasons.append("the pages for the model are others by now")
    for name, digest in ((models.get("model"), models.get("model_digest")), (models.get("eyes"), models.get("eyes_digest"))):
        if name and digests.get(name, digest) != digest:
            reasons.append(f"{name} is another model by now")
    return "; ".join(reasons)


class Staleness:
    """Tells of versions whether they are stale, by the ``settings`` in force and the models that Ollama had when it was last asked."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._digests: dict[str, str] = {}

    async def look(self) -> None:
        """Asks Ollama which models it has; where it does not answer, what was known holds on."""
        with suppress(ReelscribeError):
            self._digests = await budget.digests(self._settings())

    async def of(self, *rows: VersionRow) -> tuple[str, ...]:
        """Why each of them is stale; ``""`` where it is not."""
        return await asyncio.to_thread(self._of, rows)

    def _of(self, rows: tuple[VersionRow, ...]) -> tuple[str, ...]:
        settings = self._settings()
        now = {style: in_force(settings, style) for style in {row.style for row in rows}}
        return tuple(why_stale(row.settings, now[row.style], self._digests) for row in rows)
