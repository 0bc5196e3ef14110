"""A scene that is asked for again asks a model, and so passes what writing a film passes: a choice, a turn, room in the memory."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from config.places import Places
from config.settings import Settings
from daemon.contract.scripts import Regenerate
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.editing.choosing import Choosing
from daemon.editing.scripts import Scripts
from daemon.jobs.rows import JobRow
from daemon.llm import choice, machine
from daemon.llm.machine import Memory
from daemon.worker.artefacts import Artefacts
from daemon.worker.trip import Trip
from tests.daemon.jobs.conftest import Clock
from tests.daemon.worker.films import drafting, ignored
from tests.daemon.worker.test_worker import Bench
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.models import LLAMA_1B, LLAMA_8B

GIB = 1 << 30


@pytest.fixture(autouse=True)
def a_machine_with_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """16 GiB, of which 12 are free, and no graphics card."""
    monkeypatch.setattr(machine, "memory", lambda: Memory(16 * GIB, 12 * GIB))
    monkeypatch.setattr(choice, "graphics_card", lambda: False)


@pytest.fixture
async def bench(tmp_path: Path, artefacts: Artefacts, places: Places, settings: Settings, ollama: FakeOllama) -> AsyncIterator[Bench]:
    clock = Clock()
    clock.now = datetime(2026, 3, 11, 12).timestamp()  # noon, on the wall
    bench = Bench(tmp_path, artefacts, places, settings, clock)
    ollama.models = [LLAMA_8B]
    bench.settings = drafting(writer={"engine": "ollama"}, ollama={"url": ollama.url}, script={"chunk": 21})  # of no other test
    yield bench
    bench.store.close()


@pytest.fixture
async def written(bench: Bench, artefacts: Artefacts, places: Places, short_film: Path, ollama: FakeOllama) -> JobRow:
    """A film with its script, of which the first scene with words is wanted as in no other test; nothing lies in Ollama's memory."""
    job = bench.film(short_film)
    await bench.step()
    scripts = Scripts(bench.store, artefacts, Choosing(bench.store, places, lambda: bench.settings, lambda _job: None))
    _, script = await scripts.text(job.id)
    scene = next(scene for scene in script.scenes if any(element.kind == "dialogue" for element in scene.elements))
    await scripts.ask_again(job.id, Regenerate(scene=scene.id, instructions=f"more tension {bench.inbox.parent.name}"))
    ollama.scheduler.keep(LLAMA_8B, 0)
    ollama.scheduler.loads.clear()
    return job


async def test_it_waits_for_room_with_the_numbers_and_goes_on_by_itself(
    bench: Bench, written: JobRow, ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = len(ollama.chats)
    monkeypatch.setattr(machine, "memory", lambda: Memory(16 * GIB, 4 * GIB))
    await bench.step()
    held = bench.job(written)
    assert (held.state, held.cause) == (JobState.HELD, HoldCause.MEMORY)
    assert "llama3.1:8b needs about 6." in held.reason
    assert "4.0 GiB is free" in held.reason
    assert (len(ollama.chats), ollama.scheduler.loads) == (asked, [])

    monkeypatch.setattr(machine, "memory", lambda: Memory(16 * GIB, 12 * GIB))
    await bench.later(61)
    assert bench.job(written).state is JobState.COMPLETED
    assert ollama.scheduler.loads == [(LLAMA_8B.name, 8192)]
    row = bench.store.current_version(written.id)
    assert row
    assert "written again: more tension" in row.why


async def test_its_model_counts_where_it_is_decided_whose_turn_it_is(bench: Bench, written: JobRow, artefacts: Artefacts) -> None:
    trip = Trip(bench.worker._take_order(bench.job(written)), "screenplay", artefacts)
    while (step := trip.upcoming) and step.stage is not Stage.REVISE:
        await trip.prepare(step, ignored)
        await trip.take(ignored)
    assert step
    assert trip.model(step) is None, "nobody is chosen yet"
    await trip.prepare(step, ignored)
    assert trip.model(step) == LLAMA_8B.name


async def test_where_the_model_that_wrote_is_gone_the_one_writes_that_would_write_now(
    bench: Bench, written: JobRow, ollama: FakeOllama
) -> None:
    ollama.models = [LLAMA_1B]
    await bench.step()
    assert bench.job(written).state is JobState.COMPLETED
    assert ollama.scheduler.loads == [(LLAMA_1B.name, 8192)]
    row = bench.store.current_version(written.id)
    assert row
    assert (row.model, row.settings["models"]["model"]) == (LLAMA_8B.name, LLAMA_8B.name), "the rest of it is as it was"
