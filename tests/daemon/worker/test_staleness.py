"""Scripts that would be other ones today are known, and written again only where somebody asks for it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config.places import Places
from config.settings import Settings
from daemon.contract.states import JobState
from daemon.worker.artefacts import Artefacts
from daemon.worker.choosing import Choosing
from daemon.worker.scripts import Scripts
from daemon.worker.staleness import Staleness, why_stale
from tests.daemon.jobs.conftest import Clock
from tests.daemon.worker.films import drafting
from tests.daemon.worker.test_worker import Bench
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.models import LLAMA_8B, FakeModel

NOW = {"stages": {"transcribe": 2, "write": 3}, "pages": "p2", "look": "l2"}
BY_MODEL = {"engine": "ollama", "model": "llama3.1:8b", "model_digest": "d1", "eyes": None, "eyes_digest": ""}
SEEN = BY_MODEL | {"eyes": "llava:7b", "eyes_digest": "e1"}
DRAFT = {"engine": "draft", "model": None, "model_digest": "", "eyes": None, "eyes_digest": ""}
INSTALLED = {"llama3.1:8b": "d1", "llava:7b": "e1"}


@pytest.mark.parametrize(
    ("made_with", "models", "installed", "why"),
    [
        (NOW, SEEN, INSTALLED, ""),
        (NOW, SEEN, {}, ""),  # Ollama does not answer, or the model is gone: nobody knows of a better one
        (NOW | {"stages": {"transcribe": 2, "write": 2}}, BY_MODEL, INSTALLED, "another Reelscribe wrote it (write)"),
        (NOW | {"pages": "p1"}, BY_MODEL, INSTALLED, "the pages for the model are others by now"),
        (NOW | {"pages": "p1"}, DRAFT, INSTALLED, ""),  # nobody read them
        (NOW | {"look": "l1"}, SEEN, INSTALLED, "the pages for the model are others by now"),
        (NOW | {"look": "l1"}, BY_MODEL, INSTALLED, ""),
        (NOW, BY_MODEL, {"llama3.1:8b": "d2"}, "llama3.1:8b is another model by now"),
        (NOW, SEEN, INSTALLED | {"llava:7b": "e2"}, "llava:7b is another model by now"),
        (None, BY_MODEL, {"llama3.1:8b": "d2"}, ""),  # kept before anybody noted it
    ],
)
def test_why_a_script_is_stale(made_with: Any, models: dict[str, Any], installed: dict[str, str], why: str) -> None:
    kept = {"models": models} | ({"made_with": made_with} if made_with else {})
    assert why_stale(kept, NOW, installed) == why


@dataclass(frozen=True)
class Exchanged(FakeModel):
    """Another model under the same name."""

    @property
    def digest(self) -> str:
        """Not the one that it was."""
        return "f" * 64


@pytest.fixture
async def bench(tmp_path: Path, artefacts: Artefacts, places: Places, settings: Settings) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path, artefacts, places, settings, Clock())
    yield bench
    bench.store.close()


async def test_a_script_by_a_model_that_was_exchanged_is_written_again_when_somebody_asks(
    bench: Bench, artefacts: Artefacts, places: Places, short_film: Path, ollama: FakeOllama
) -> None:
    bench.settings = drafting(writer={"engine": "ollama"}, ollama={"url": ollama.url}, memory={"limit": 16 << 30}, script={"chunk": 19})
    scripts = Scripts(
        bench.store,
        artefacts,
        Choosing(bench.store, places, lambda: bench.settings, lambda _job: None),
        Staleness(lambda: bench.settings),
    )
    job = bench.film(short_film)
    await bench.step()

    async def stale() -> str:
        row = bench.store.current_version(job.id)
        assert row
        return (await scripts.stale(row))[0]

    assert (await stale(), await scripts.all_stale()) == ("", ())
    ollama.models = [Exchanged(LLAMA_8B.name, LLAMA_8B.size)]
    assert await scripts.all_stale() == (job.id,)
    assert await stale() == "llama3.1:8b is another model by now"
    asked = len(ollama.chats)
    assert not await bench.step(), "nothing is done about it by itself"

    await scripts.refresh(job.id)
    assert bench.job(job).state is JobState.PENDING
    await bench.step()
    assert bench.job(job).state is JobState.COMPLETED
    assert len(ollama.chats) > asked
    assert (await stale(), await scripts.all_stale()) == ("", ())
