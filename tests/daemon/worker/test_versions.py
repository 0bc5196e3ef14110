"""Runs and versions: what a run stands on, what it keeps, and that nobody is asked for what is there."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from config.places import Places
from config.settings import Settings
from daemon.contract.scripts import Lock, Regenerate
from daemon.contract.states import JobState, Stage
from daemon.editing.choosing import Choosing
from daemon.editing.scripts import Scripts
from daemon.jobs.rows import Facts, JobRow
from daemon.jobs.store import Store
from daemon.worker.artefacts import Artefacts
from daemon.worker.orders import Orders, order_for
from daemon.worker.versions import added
from daemon.worker.worker import Worker
from tests.daemon.worker.films import drafting


class Desk:
    """A worker on a real table, a film, and somebody who works on its script."""

    def __init__(self, folder: Path, film: Path, artefacts: Artefacts, places: Places) -> None:
        self.store = Store.open(folder / "jobs.db")
        self.film = folder / "film.mp4"
        self.film.write_bytes(film.read_bytes())
        self.settings: Settings = drafting(script={"formats": ["fountain"]})
        orders = Orders(self.store, places, lambda: self.settings, lambda *_: "")
        self.worker = Worker(self.store, artefacts, orders, clock=lambda: 0.0)
        self.scripts = Scripts(self.store, artefacts, Choosing(self.store, places, lambda: self.settings, lambda _: None))
        path = bytes(self.film)
        number = self.store.arrive(path, path.rpartition(b"/")[0], Facts.of(self.film.stat()), "screenplay")
        self.store.move(number, JobState.PENDING)
        self.number = number

    @property
    def job(self) -> JobRow:
        job = self.store.job(self.number)
        assert job
        return job

    async def run(self) -> JobRow:
        """One run of the job."""
        if self.job.state is not JobState.PENDING:
            self.store.move(self.number, JobState.PENDING)
        await self.worker.step(0.0)
        return self.job

    @property
    def versions(self) -> list[tuple[int, str]]:
        return [(row.number, row.why) for row in self.store.versions(self.number).items]


@pytest.fixture
async def desk(tmp_path: Path, short_film: Path, artefacts: Artefacts, places: Places) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path, short_film, artefacts, places)
    assert (await desk.run()).state is JobState.COMPLETED
    yield desk
    desk.store.close()


async def test_a_run_that_changes_nothing_makes_no_version(desk: Desk) -> None:
    assert desk.versions == [(1, "written")]
    await desk.run()
    assert desk.versions == [(1, "written")]
    row = desk.store.version(desk.number, 1)
    assert (row.author, row.style, row.model, row.parent) == ("machine", "hollywood", "", None)
    assert row.record["invented_lines"] == 0
    assert "version 1," in desk.film.with_suffix(".fountain").read_text()


def test_what_looking_and_writing_used_adds_up() -> None:
    looked = {"model": "llava:7b", "calls": 6, "loads": 1, "peak_memory": 80, "seen": 6}
    wrote = {"model": "llama3.1:8b", "calls": 4, "loads": 1, "peak_memory": 70, "repaired": 1}
    assert added(looked, wrote) == {"model": "llama3.1:8b", "calls": 10, "loads": 2, "peak_memory": 80, "seen": 6, "repaired": 1}


async def test_another_title_is_another_version_that_says_so_and_bears_its_number(desk: Desk) -> None:
    desk.film.with_suffix(".reelscribe.yaml").write_text("title: The Letter\n")
    await desk.run()
    assert desk.versions == [(2, "written again: other title"), (1, "written")]
    assert "version 2," in desk.film.with_suffix(".fountain").read_text()


async def test_names_change_the_script_and_taking_them_back_changes_it_back(desk: Desk) -> None:
    override = desk.film.with_suffix(".reelscribe.yaml")
    first = desk.store.version(desk.number, 1)
    _, script = await desk.scripts.text(desk.number)
    voice = next(element.voice or element.text for scene in script.scenes for element in scene.elements if element.kind == "character")
    override.write_text(f"characters: {{{voice}: OLGA}}\n")
    await desk.run()
    assert "OLGA" in desk.film.with_suffix(".fountain").read_text()
    override.unlink()
    await desk.run()
    assert desk.versions == [(3, "names changed"), (2, "names changed"), (1, "written")]
    assert desk.store.version(desk.number, 3).screenplay == first.screenplay


async def test_an_edit_that_meets_another_change_gets_no_twin_and_is_in_the_next_version(desk: Desk) -> None:
    script = desk.film.with_suffix(".fountain")
    edited = script.read_bytes().replace(b"/* reelscribe", b"Marco waits.\n\n/* reelscribe")
    script.write_bytes(edited)
    desk.film.with_suffix(".reelscribe.yaml").write_text("title: The Letter\n")
    job = await desk.run()
    assert (script.read_bytes(), "edited by hand meanwhile" in job.warning) == (edited, True)
    digest = desk.store.editions.put(edited, sha256(edited).hexdigest())
    desk.store.edited(desk.number, bytes(script), digest, len(edited), 0, 1)
    job = await desk.run()
    text = script.read_text()
    assert ("Title: The Letter" in text, "Marco waits." in text, job.warning) == (True, True, "")
    assert desk.versions[:2] == [(3, "edited by hand"), (2, "written again: other title")]
    assert sorted(path.name for path in desk.film.parent.glob("*.fountain")) == ["film.fountain"]


async def test_a_rollback_stands_whatever_the_machine_would_write(desk: Desk) -> None:
    desk.film.with_suffix(".reelscribe.yaml").write_text("title: The Letter\n")
    await desk.run()
    assert await desk.scripts.roll_back(desk.number, 1) == 3
    assert desk.job.state is JobState.PENDING
    await desk.run()
    assert [number for number, _ in desk.versions] == [3, 2, 1]
    assert "The Letter" not in desk.film.with_suffix(".fountain").read_text()


async def test_a_lock_that_is_made_while_a_run_goes_on_is_not_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.film.with_suffix(".reelscribe.yaml").write_text("title: The Lock\n")
    desk.store.move(desk.number, JobState.PENDING)
    ended = desk.store.stage_ended

    def then_lock(run: int, *told: object, **more: object) -> None:
        ended(run, *told, **more)  # type: ignore[arg-type]
        if desk.job.stage is Stage.REVISE and len(desk.versions) == 1:
            locking.append(asyncio.ensure_future(desk.scripts.lock(desk.number, Lock(scene="1"))))

    locking: list[asyncio.Future[int]] = []
    monkeypatch.setattr(desk.store, "stage_ended", then_lock)
    await desk.worker.step(0.0)
    assert await locking[0] in (2, 3)
    if desk.job.state is JobState.PENDING:  # overtaken: it takes the lock up, and goes on from there
        desk.store.due(1e9)
        desk.store.move(desk.number, JobState.PAUSED)
        await desk.run()
    _, script = await desk.scripts.text(desk.number)
    assert (script.title_page.title, script.scenes[0].locked) == ("The Lock", True)


async def test_a_wish_that_cannot_be_granted_is_said_and_changes_nothing(desk: Desk) -> None:
    await desk.scripts.ask_again(desk.number, Regenerate(scene="1"))
    job = await desk.run()
    assert job.state is JobState.COMPLETED
    assert "without a language model" in job.warning
    assert [(wish.state, "language model" in wish.said) for wish in desk.store.wishes(desk.number)] == [("failed", True)]
    assert desk.versions == [(1, "written")]


async def test_a_lost_folder_of_versions_begins_the_script_anew(desk: Desk) -> None:
    row = desk.store.version(desk.number, 1)
    for digest in (row.screenplay, row.written, row.evidence):
        desk.store.editions.drop(digest)
    assert (await desk.run()).state is JobState.COMPLETED
    assert (await desk.scripts.text(desk.number))[0].number == 1


def test_the_models_of_the_version_before_are_taken_as_long_as_they_are_wanted(
    tmp_path: Path, short_film: Path, settings: Settings, places: Places
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(short_film.read_bytes())
    by_model = Settings.model_validate({"ollama": {"writer": "a"}})
    order = order_for(film, tmp_path, by_model, places).written_by("a:8b", "digest", 4096)
    later = replace(order_for(film, tmp_path, by_model, places), basis=replace(order.basis, models=order.models))
    before = later.as_before()
    assert before
    assert (before.model, before.model_digest, before.num_ctx) == ("a:8b", "digest", 4096)
    others = Settings.model_validate({"ollama": {"writer": "b"}})
    assert replace(order_for(film, tmp_path, others, places), basis=later.basis).as_before() is None
    assert order.as_before() is None
