"""Keeps what a run gives as a version, before it is published."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from daemon.contract.states import Stage
from daemon.jobs.editions import Editions
from daemon.jobs.rows import Author, JobRow, NewLine, NewVersion, VersionRow
from daemon.jobs.store import Store
from daemon.screenplay.model import Screenplay
from daemon.stages.outcome import OUTCOME, Outcome
from daemon.stages.recipe import Json, Order
from daemon.stages.render import EDITION
from daemon.stages.task import RESULT
from daemon.worker.basis import with_files
from daemon.worker.staleness import made_with
from daemon.worker.trip import Taken, Trip

EARLY = "a draft, until the script is written"
FOUND = ("dialogue", "action")
TOLD = (Stage.LOOK, Stage.WRITE, Stage.CONTINUITY, Stage.REVISE)  # whose numbers a version carries
USED = ("calls", "tokens_cached", "loads", "load_seconds", "model_seconds", "cpu_seconds")
PEAKS = ("peak_memory",)
WRITING = {"style": "style", "language": "language", "chunk": "chunk length", "overlap": "overlap", "formats": "formats", "title": "title",
           "skips": "skips", "models": "models", "whisper": "speech settings"}  # fmt: skip
"""Settings that a version is kept with, and what a person calls them."""


@dataclass(frozen=True)
class Kept:
    """The version of a run: its order from here on, and what to tell of a wish that could not be done."""

    order: Order
    said: str = ""


class Versions:
    """The versions of jobs, by way of the job table."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._editions = store.editions

    async def keep(self, job: JobRow, trip: Trip, taken: Sequence[Taken], seconds: float) -> Kept:
        """Keeps the rendered script as a version, unless it is the current one word for word. ``seconds``: what the run took so far.

        Raises Overtaken where somebody made another version meanwhile.
        """
        made = await asyncio.to_thread(_made, trip, self._editions)
        current, wish = self._store.current_version(job.id), trip.order.basis.wish
        with self._store.together():
            if current and current.screenplay == made.screenplay:
                number = current.number
                self._store.made_again(current.id, _settings(trip.order))
            else:
                number = self._store.keep_version(job.id, self._new(trip, taken, made, current, seconds), made.lines)
            if wish:
                ended = made.outcome.wish or "failed"
                self._store.wish_ended(wish["id"], ended, made.outcome.said, number if ended == "done" else None)
            self._store.chosen_anew(job.id)
        return Kept(replace(with_files(trip.order, self._store, job.id), version=number), made.outcome.said)

    def _new(self, trip: Trip, taken: Sequence[Taken], made: "_Made", current: VersionRow | None, seconds: float) -> NewVersion:
        order, settings = trip.order, _settings(trip.order)
        why, author = _why(order, settings, made, current)
        numbers: Json = {}
        for stage in TOLD:
            numbers = added(numbers, next((self._store.record_of(one.stage, one.key) for one in taken if one.stage is stage), {}))
        fresh = [one.record for one in taken if not one.kept]
        return NewVersion(
            parent=order.basis.number,
            why=why,
            author=author,
            style=order.settings.script.style,
            model=order.model or "",
            settings=settings,
            tokens_in=sum(record.get("tokens_in") or 0 for record in fresh),
            tokens_out=sum(record.get("tokens_out") or 0 for record in fresh),
            seconds=round(seconds, 3),
            warnings=made.outcome.warnings,
            pages=made.outcome.pages,
            record={name: value for name, value in (numbers | made.outcome.record).items() if name != "peak_memory"},
            screenplay=made.screenplay,
            written=made.written,
            evidence=made.evidence,
        )


def added(numbers: Mapping[str, Any], more: Mapping[str, Any]) -> Json:
    """The numbers of several stages together: what they used adds up, of anything else the last one counts."""
    peak = {name: max(numbers[name], more[name]) for name in PEAKS if name in numbers and name in more}
    return {**numbers, **more, **{name: numbers[name] + more[name] for name in USED if name in numbers and name in more}, **peak}


@dataclass(frozen=True)
class _Made:
    """What a run has given, as it is kept: digests, what is found in it, and how it went."""

    screenplay: str
    written: str
    evidence: str
    lines: tuple[NewLine, ...]
    outcome: Outcome
    scenes: Mapping[str, str]  # id → number


def _made(trip: Trip, editions: Editions) -> _Made:
    content = (trip.folder(Stage.REVISE) / RESULT).read_bytes()
    script = Screenplay.model_validate_json(content)
    evidence = json.loads((trip.folder(Stage.RENDER) / EDITION).read_bytes())
    del evidence["screenplay"]
    return _Made(
        screenplay=editions.put(content),
        written=editions.put((trip.folder(Stage.CONTINUITY) / RESULT).read_bytes()),
        evidence=editions.put(json.dumps(evidence, sort_keys=True).encode()),
        lines=tuple(lines(script)),
        outcome=Outcome.model_validate_json((trip.folder(Stage.REVISE) / OUTCOME).read_bytes()),
        scenes={scene.id: scene.number for scene in script.scenes},
    )


def lines(script: Screenplay) -> Iterator[NewLine]:
    """What can be found in a script: what is said and what is done."""
    for scene in script.scenes:
        who = ""
        for element in scene.elements:
            who = element.text if element.kind == "character" else who
            if element.kind in FOUND:
                yield NewLine(
                    scene=scene.id,
                    number=scene.number,
                    heading=scene.heading.text,
                    kind=element.kind,
                    who=who if element.kind == "dialogue" else "",
                    start=element.evidence.start,
                    text=element.text.replace("\ue000", " ").replace("\ue001", " "),
                )


def _settings(order: Order) -> Json:
    settings, script = order.settings, order.settings.script.model_dump(mode="json", exclude={"prompts"})
    ranges = [one.model_dump(mode="json") for one in (*order.choices.skips, *order.choices.keep, *order.cuts)]
    others: Json = {"title": order.choices.title, "skips": ranges, "characters": dict(order.choices.characters), "models": order.models}
    return script | others | {"whisper": settings.whisper.model_dump(mode="json"), "made_with": made_with(order)}


def _why(order: Order, settings: Json, made: _Made, current: VersionRow | None) -> tuple[str, Author]:
    """Why there is another version, in words, and whose it is."""
    wish: Mapping[str, Any] = order.basis.wish or {}
    if current and made.outcome.wish == "done":
        if wish["kind"] == "hand":
            return "edited by hand", "hand"
        wanted = f": {wish['instructions']}" if wish["instructions"] else ""
        return f"scene {made.scenes.get(wish['scene'], '?')} written again{wanted}", "machine"
    if order.early:
        return EARLY, "machine"
    if current is None or current.why == EARLY:
        return "written", "machine"
    if made.written == current.written and settings["characters"] != current.settings.get("characters", {}):
        return "names changed", "person"
    changed = [word for name, word in WRITING.items() if _chosen(settings, name) != _chosen(current.settings, name)]
    return "written again" + (f": other {', '.join(changed)}" if changed else ""), "machine"


def _chosen(settings: Mapping[str, Any], name: str) -> Any:
    """What a person chose: that parts were asked for once more is no other model."""
    value = settings.get(name)
    return {key: one for key, one in value.items() if key != "again"} if name == "models" and value else value
