"""What people do with scripts: look at versions, lock, roll back, ask for a scene again, name people, export.

Documents are read in threads; the job table is written on the loop.
"""

import asyncio
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from config.override_writing import calling, naming
from config.settings import Settings
from config.times import clock
from daemon.contract.errors import CannotGoOn
from daemon.contract.evidence import Transcript
from daemon.contract.scripts import Lock, Naming, Regenerate, UnclearLine
from daemon.contract.states import JobState, Stage
from daemon.contract.task import Report, Request
from daemon.contract.values import packed, unpacked
from daemon.editing.choosing import Choosing
from daemon.jobs.errors import Locked, NoSuchVersion
from daemon.jobs.rows import EventRow, JobRow, NewVersion, VersionRow
from daemon.jobs.store import Store
from daemon.screenplay.formats import mark
from daemon.screenplay.formats.listed import FORMATS
from daemon.screenplay.model import Scene, Screenplay
from daemon.screenplay.renames import cast
from daemon.screenplay.revision import scene_called, with_lock
from daemon.stages.render import EDITION, Rendered
from daemon.stages.task import RESULT
from daemon.worker import child
from daemon.worker.artefacts import Artefacts
from daemon.worker.staleness import Staleness
from daemon.worker.versions import lines

AT_ONCE = 200  # scripts
UNDER_WAY = (JobState.PENDING, JobState.PROCESSING)
QUIET = 120.0  # seconds without a word after which an export is given up


class Scripts:
    """The scripts of a job table. Every question may raise NoSuchJob, NoSuchVersion and EditionGone."""

    def __init__(self, store: Store, artefacts: Artefacts, choices: Choosing, staleness: Staleness | None = None) -> None:
        self._staleness = staleness or Staleness(Settings, Path())
        self._marked: dict[int, str] = {}
        self._store = store
        self._artefacts = artefacts
        self._choices = choices
        self._exporting = asyncio.Lock()
        store.on_event(self._hear)

    async def text(self, job_id: int, number: int | None = None) -> tuple[VersionRow, Screenplay]:
        """A version (None: the current one) and its text."""
        row = self._row(job_id, number)
        return row, await asyncio.to_thread(self._store.editions.read, row.screenplay, Screenplay)

    async def stale(self, *rows: VersionRow) -> tuple[str, ...]:
        """Why each of these versions would be written otherwise today; ``""`` where it would not."""
        return await self._staleness.of(*rows)

    @property
    def marked(self) -> Mapping[int, str]:
        """Why films' scripts are stale, by the numbers of their jobs, as ``all_stale`` last found it. Those that are done again are not."""
        return self._marked

    def _hear(self, event: EventRow) -> None:
        """Called by the store after each change."""
        done_again = event.data.get("state") in (*UNDER_WAY, JobState.COMPLETED)
        if event.job_id is not None and (done_again or event.type == "job.deleted"):
            self._marked.pop(event.job_id, None)

    async def refresh(self, job_id: int) -> None:
        """Has a film's script written again, by whoever would write it today. Raises IllegalMove where its film is gone."""
        row = self._row(job_id, None)
        with self._store.together():
            self._store.ask_anew(row.job_id)
            self._store.run_for(row.job_id, "Its script is written again.")

    async def all_stale(self) -> tuple[int, ...]:
        """The films whose current script is stale, by their jobs' numbers. Asks Ollama which models it has."""
        await self._staleness.look()
        found, after = dict[int, tuple[JobRow, str]](), None
        while True:
            pairs, after = self._store.scripts_page(after, AT_ONCE)
            reasons = await self.stale(*(row for _, row in pairs))
            found |= {job.id: (job, why) for (job, _), why in zip(pairs, reasons, strict=True) if why and not job.gone}
            if after is None:
                break
        self._marked = {number: why for number, (job, why) in found.items() if job.state not in UNDER_WAY}
        return tuple(found)

    async def ask_again(self, job_id: int, asked: Regenerate) -> None:
        """A scene is to be written again by the next run. Raises Locked where it is locked."""
        _, script = await self.text(job_id)
        scene = _scene(script, asked.scene)
        if scene.locked:
            raise Locked(f"Scene {scene.number} is locked.", f"`reelscribe script unlock {job_id} --scene {scene.number}` frees it.")
        self._store.ask_again(job_id, scene.id, asked.instructions.strip())

    async def lock(self, job_id: int, asked: Lock) -> int:
        """Locks or frees a scene, or a line of it: another version. Gives its number; the current one's where nothing changes."""
        row, script = await self.text(job_id)
        scene = _scene(script, asked.scene)
        try:
            changed = with_lock(script, scene.id, asked.line, asked.locked)
        except LookupError as error:
            raise NoSuchVersion(str(error.args[0]), f"`reelscribe script show {job_id} --scene {scene.number}` numbers them.") from error
        if changed == script:
            return row.number
        digest = await asyncio.to_thread(self._store.editions.put, changed.model_dump_json().encode())
        what = f"scene {scene.number}" + (f", line {asked.line}" if asked.line else "")
        why = f"{what} {'locked' if asked.locked else 'unlocked'}"
        same = {name: getattr(row, name) for name in NewVersion.model_fields}
        costless = {"tokens_in": 0, "tokens_out": 0, "seconds": 0.0}
        new = NewVersion.model_validate(same | costless | {"parent": row.number, "why": why, "author": "person", "screenplay": digest})
        return self._store.keep_version(job_id, new, lines(changed))

    async def roll_back(self, job_id: int, number: int) -> int:
        """Makes the text of an old version the current one, as a new version that is published. Gives its number."""
        _, script = await self.text(job_id, number)
        with self._store.together():
            made = self._store.roll_back(job_id, number, lines(script))
            self._store.run_for(job_id, "Its script was rolled back.")
        return made

    async def name(self, job_id: int, asked: Naming) -> str:
        """Writes a name into the film's override file; gives the file. A cue (``c31``) is given to a person by its time.

        Raises Locked where its line, or the name above it, is.
        """
        transcript = await self._transcript(job_id)
        cue = next((cue for cue in transcript.cues if cue.id == asked.who), None) if transcript else None
        if cue:
            await self._check_free(job_id, cue.id)
        people = await self._cast(job_id)
        change = naming(clock(cue.middle), asked.name, cue.text) if cue else calling(asked.who, asked.name, people)
        await self._choices.choose(job_id, lambda _: change)
        return (await self._choices.of(job_id)).file

    async def review(self, job_id: int) -> tuple[UnclearLine, ...]:
        """The cues of which nobody can tell who says them, as the current version prints them."""
        _, script = await self.text(job_id)
        transcript = await self._transcript(job_id)
        printed = dict(_speakers(script))
        unclear = set(transcript.unclear if transcript else ())
        return tuple(
            UnclearLine(cue=cue.id, text=cue.text, start=cue.start, end=cue.end, who=printed.get(cue.id, ""))
            for cue in (transcript.cues if transcript else ())
            if cue.id in unclear
        )

    async def delete(self, job_id: int, number: int | None, *, hard: bool) -> None:
        """Takes a version, or all of a job's, out of sight; ``hard`` destroys what no other version needs."""
        for digest in self._store.delete_versions(job_id, number, hard=hard):
            await asyncio.to_thread(self._store.editions.drop, digest)

    async def export(self, job_id: int, number: int | None, form: str) -> tuple[str, bytes]:
        """A version in one format, made from what was kept: the name that suits the file, and the file. Asks no model.

        Raises CannotGoOn for a format that is not known, and where the film has nothing for it.
        """
        if form not in FORMATS:
            raise NoSuchVersion(f"There is no format called {form}.", f"There are {', '.join(FORMATS)}.")
        row, job = self._row(job_id, number), self._job(job_id)
        async with self._exporting:
            content = await self._rendered(row, job, form)
        stem = Path(os.fsdecode(job.path)).stem
        return f"{stem}.{FORMATS[form].extension}", mark.marked(content, row.number, FORMATS[form].mark)

    async def _rendered(self, row: VersionRow, job: JobRow, form: str) -> bytes:
        """A boxed child writes the format, since what it needs for that is heavy and the text is anybody's."""
        made, kept = self._artefacts.begin(), self._artefacts.begin()
        try:
            stills = await asyncio.to_thread(self._lay, row, kept)
            request = Request(
                stage=Stage.RENDER,
                source=Path(os.fsdecode(job.path)),
                out=made,
                inputs={Stage.RENDER: kept} | ({Stage.ANALYSE: stills} if stills else {}),
                cache=self._artefacts.cache,
                settings={"formats": [form]},
            )
            await child.run(request, _unheard, QUIET)
            rendered = Rendered.model_validate_json((made / RESULT).read_bytes())
            return (made / rendered.files[0].name).read_bytes()
        except CannotGoOn as error:
            raise CannotGoOn(error.detail.splitlines()[0] if error.detail else error.message, error.advice, error.detail) from error
        finally:
            self._artefacts.drop(made)
            self._artefacts.drop(kept)

    def _lay(self, row: VersionRow, folder: Path) -> Path | None:
        """Lays the whole edition into ``folder``; gives where its stills lie, where they still do."""
        edition: dict[str, Any] = json.loads(self._store.editions.get(row.evidence))
        stills = unpacked(edition["stills"]) if edition.get("stills") else None
        there = stills if stills and stills.is_dir() else None
        edition |= {"screenplay": json.loads(self._store.editions.get(row.screenplay)), "stills": packed(there) if there else None}
        (folder / EDITION).write_text(json.dumps(edition), encoding="utf-8")
        return there

    async def _check_free(self, job_id: int, cue: str) -> None:
        """Raises Locked where a cue's line keeps the name that it has."""
        _, script = await self.text(job_id)
        for scene in script.scenes:
            if number := _locked_at(scene, cue):
                free = f"`reelscribe script unlock {job_id} --scene {scene.number} --line {number}` frees it."
                raise Locked(f"Line {number} of scene {scene.number} is locked.", free)

    async def _cast(self, job_id: int) -> dict[str, str]:
        """Voice → its name in the current version; nobody, where nothing was written yet."""
        return cast((await self.text(job_id))[1]) if self._store.current_version(job_id) else {}

    async def _transcript(self, job_id: int) -> Transcript | None:
        row = self._store.current_version(job_id)
        if row is None:
            return None
        evidence = await asyncio.to_thread(self._store.editions.get, row.evidence)
        return Transcript.model_validate(json.loads(evidence)["transcript"])

    def _row(self, job_id: int, number: int | None) -> VersionRow:
        job = self._job(job_id)
        row = self._store.current_version(job.id) if number is None else self._store.version(job.id, number)
        if row is None:
            raise NoSuchVersion("Nothing was written of this film yet.", f"`reelscribe show {job_id}` tells how far it is.")
        return row

    def _job(self, job_id: int) -> JobRow:
        if (job := self._store.job(job_id)) is None:
            raise NoSuchVersion(f"There is no job {job_id}.", "`reelscribe jobs` lists them.")
        return job


def _unheard(_report: Report) -> None:
    """An export is quick: nobody is told how far it is."""


def _scene(script: Screenplay, name: str) -> Scene:
    scene = scene_called(script, name)
    if scene is None:
        numbers = [scene.number for scene in script.scenes]
        span = f"It has the scenes {numbers[0]} to {numbers[-1]}." if numbers else "It has no scenes."
        raise NoSuchVersion(f"There is no scene {name}.", span)
    return scene


def _locked_at(scene: Scene, cue: str) -> int | None:
    """The line (from 1) that keeps a cue of the scene under its name: its own, or the name above it."""
    name = 0
    for number, element in enumerate(scene.elements, 1):
        name = number if element.kind == "character" else name
        if cue in element.evidence.cues and element.kind == "dialogue":
            return next((each for each in (number, name) if each and scene.elements[each - 1].locked), None)
    return None


def _speakers(script: Screenplay) -> Iterator[tuple[str, str]]:
    """Cue → the name under which it is printed."""
    for scene in script.scenes:
        who = ""
        for element in scene.elements:
            who = element.text if element.kind == "character" else who
            if element.kind == "dialogue":
                yield from ((cue, who) for cue in element.evidence.cues)
