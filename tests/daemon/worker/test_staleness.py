"""Scripts that would be other ones today are known, and written again only where somebody asks for it."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from config import overrides
from config.overrides import Overrides
from config.places import Places
from config.settings import Settings
from daemon.contract.states import JobState, Stage
from daemon.editing.choosing import Choosing
from daemon.editing.scripts import Scripts
from daemon.stages.recipe import SCREENPLAY, Json, Order
from daemon.worker import staleness
from daemon.worker.artefacts import Artefacts
from daemon.worker.staleness import Staleness, made_with, why_stale
from tests.daemon.jobs.conftest import Clock
from tests.daemon.worker.films import drafting
from tests.daemon.worker.test_worker import Bench
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.models import LLAMA_8B, FakeModel

HERE = Path("/nowhere")
INSTALLED = {"llama3.1:8b": "d1", "llava:7b": "e1"}
BY_MODEL: dict[str, Any] = {"engine": "ollama", "model": "llama3.1:8b", "model_digest": "d1", "num_ctx": 8192, "again": 0}
SEEN = BY_MODEL | {"eyes": "llava:7b", "eyes_digest": "e1", "eyes_num_ctx": 8192}
DRAFT: dict[str, Any] = {"engine": "draft"}


def order(settings: Settings, models: dict[str, Any], laid: dict[str, Any] | None = None) -> Order:
    choices = Overrides(overrides.over(settings, laid or {}), laid=laid or {})
    return replace(Order(HERE, (1,), choices, HERE, "film", HERE, HERE), **models)


def kept(settings: Settings, models: dict[str, Any], laid: dict[str, Any] | None = None) -> Json:
    """A version's settings, read back from the table."""
    made = order(settings, models, laid)
    found: Json = json.loads(json.dumps({"models": made.models, "made_with": made_with(made)}))
    return found


def drafting_now(**more: Any) -> Settings:
    return Settings.model_validate({"writer": {"engine": "draft"}} | more)


@pytest.mark.parametrize(
    ("models", "installed", "why"),
    [
        (SEEN, INSTALLED, ""),
        (SEEN, {}, ""),  # Ollama does not answer, or the model is gone: nobody knows of a better one
        (BY_MODEL, {"llama3.1:8b": "d2"}, "llama3.1:8b is another model by now"),
        (SEEN, INSTALLED | {"llava:7b": "e2"}, "llava:7b is another model by now"),
        (DRAFT, INSTALLED, "the built-in draft wrote it"),  # when no model was there
    ],
)
def test_models_that_were_exchanged(models: dict[str, Any], installed: dict[str, str], why: str) -> None:
    assert why_stale(kept(Settings(), models), Settings(), HERE, installed) == why


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, ""),
        ({"script": {"style": "documentary"}}, "other settings: style"),
        ({"script": {"chunk": 60, "formats": ["pdf"]}}, "other settings: chunk length, formats"),
        ({"script": {"paper": "a4"}}, "other settings: layout"),
        ({"script": {"language": "de"}}, "other settings: language"),
        ({"whisper": {"model": "large-v3"}}, "other settings: speech model"),
        ({"speakers": {"engine": "off"}}, "other settings: speakers"),
        ({"audio": {"language": "fr"}}, "other settings: language of the sound"),
        ({"ollama": {"writer": "llama3.1:8b"}}, ""),  # which did
        ({"ollama": {"writer": "qwen2.5:14b"}}, "qwen2.5:14b is to write"),
        ({"ollama": {"eyes": None}}, "nobody is to look"),
        ({"ollama": {"eyes": "moondream"}}, "moondream is to look"),
        ({"ollama": {"num_ctx": 16384}}, "other settings: ollama.num_ctx"),
        ({"writer": {"engine": "draft"}}, "the built-in draft is to write"),
        ({"watch": {"rescan": 120}, "memory": {"limit": "8GiB"}, "worker": {"detour": 3}}, ""),  # on which no word depends
    ],
)
def test_settings_that_were_changed(settings: dict[str, Any], why: str) -> None:
    assert why_stale(kept(Settings(), SEEN), Settings.model_validate(settings), HERE, INSTALLED) == why


def test_what_a_person_said_for_one_film_alone_holds_whatever_the_settings_say() -> None:
    casual = kept(Settings(), SEEN, {"script": {"style": "casual"}})
    assert why_stale(casual, Settings.model_validate({"script": {"style": "documentary"}}), HERE, INSTALLED) == ""
    assert why_stale(casual, Settings.model_validate({"script": {"chunk": 60}}), HERE, INSTALLED) == "other settings: chunk length"


def test_another_reelscribe(monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept(Settings(), SEEN)
    newer = tuple(replace(step, version=99) if step.stage in (Stage.WRITE, Stage.RENDER) else step for step in SCREENPLAY)
    monkeypatch.setattr(staleness, "SCREENPLAY", newer)
    assert why_stale(before, Settings(), HERE, INSTALLED) == "another Reelscribe wrote it (write)"


def test_other_pages_are_of_no_concern_to_a_draft(tmp_path: Path) -> None:
    (tmp_path / "look.md").write_text("What is there?")
    own = {"script": {"prompts": str(tmp_path)}}
    assert why_stale(kept(Settings(), SEEN), Settings.model_validate(own), HERE, {}) == "the pages for the model are others by now"
    assert why_stale(kept(drafting_now(), DRAFT), drafting_now(**own), HERE, {}) == ""


def test_what_was_kept_before_anybody_noted_it_is_not_stale() -> None:
    assert why_stale({"models": order(Settings(), BY_MODEL).models}, Settings(), HERE, {"llama3.1:8b": "d2"}) == ""


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
        Staleness(lambda: bench.settings, places.models),
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

    bench.settings = bench.settings.model_copy(update={"script": bench.settings.script.model_copy(update={"formats": ("md", "fdx")})})
    assert await scripts.all_stale() == (job.id,)
    assert scripts.marked == {job.id: "other settings: formats"}
    await scripts.refresh(job.id)
    await bench.step()
    assert (bench.inbox / "film.fdx").exists()
    assert scripts.marked == {}, "what was just done is not stale"
    assert (await stale(), await scripts.all_stale()) == ("", ())
    assert len(bench.store.versions(job.id).items) == 1, "not a word of it is another"

    bench.settings = bench.settings.model_copy(update={"script": bench.settings.script.model_copy(update={"formats": ("md",)})})
    assert await scripts.all_stale() == (job.id,)
    bench.store.delete(job.id)
    assert scripts.marked == {}, "what is not there is not counted"
