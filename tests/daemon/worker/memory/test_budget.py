"""Who writes, and that nothing heavy stays in memory: asked of a real server on loopback."""

from typing import Any

import psutil
import pytest

from config.settings import Settings
from daemon.contract.errors import CannotGoOn, MustWait
from daemon.contract.states import HoldCause
from daemon.llm import health
from daemon.llm.client import Ollama
from daemon.llm.errors import ModelTooLarge
from daemon.llm.values import Options
from daemon.worker.memory import budget
from tests.daemon.worker.films import drafting
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.models import ALL_ROUND, EYES, LLAMA_1B, LLAMA_8B, LLAMA_70B

GIB = 1 << 30
NOBODY = "http://127.0.0.1:9"


def asking(url: str, memory: int = 16 * GIB, fallback: str | None = None, **ollama: Any) -> Settings:
    writer = {"engine": "ollama", "fallback": fallback}
    return drafting(writer=writer, ollama={"url": url, **ollama}, memory={"limit": memory})


async def test_the_best_model_that_fits_writes(ollama: FakeOllama) -> None:
    ollama.models = [LLAMA_1B, LLAMA_8B, LLAMA_70B]
    chosen, why = await budget.choose_writer(asking(ollama.url))
    assert chosen
    assert (chosen.model.name, chosen.num_ctx) == (LLAMA_8B.name, 8192)
    assert LLAMA_70B.name in why


async def test_the_draft_asks_nobody(ollama: FakeOllama) -> None:
    assert (await budget.choose_writer(drafting(ollama={"url": ollama.url})))[0] is None
    assert ollama.record.requests == []


@pytest.mark.parametrize(("models", "cause"), [(None, HoldCause.OLLAMA), ([], HoldCause.MODEL), ([LLAMA_70B], HoldCause.MODEL)])
async def test_with_nobody_to_write_the_job_waits_or_the_draft_stands_in(ollama: FakeOllama, models: Any, cause: HoldCause) -> None:
    url = NOBODY if models is None else ollama.url
    ollama.models = models or []
    with pytest.raises(MustWait) as held:
        await budget.choose_writer(asking(url))
    assert held.value.cause is cause
    assert held.value.advice
    chosen, why = await budget.choose_writer(asking(url, fallback="draft"))
    assert chosen is None
    assert held.value.message in why


@pytest.mark.parametrize("fallback", [None, "draft"])
async def test_a_model_named_by_hand_that_is_missing_fails_whatever_else_there_is(ollama: FakeOllama, fallback: str | None) -> None:
    with pytest.raises(CannotGoOn, match="mixtral") as failed:
        await budget.choose_writer(asking(ollama.url, fallback=fallback, writer="mixtral:8x7b"))
    assert failed.value.advice == "ollama pull mixtral:8x7b"


async def test_a_model_named_by_hand_is_waited_for_where_the_server_that_comes_first_is_gone(ollama: FakeOllama) -> None:
    settings = asking(ollama.url, writer="mixtral:8x7b")
    settings = settings.model_copy(update={"ollama": settings.ollama.model_copy(update={"url": (NOBODY, ollama.url)})})
    with pytest.raises(MustWait, match=NOBODY) as held:
        await budget.choose_writer(settings)
    assert held.value.cause is HoldCause.OLLAMA


async def test_a_model_named_by_hand_that_can_never_fit_fails_with_one_that_does(
    ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.llm.choice.graphics_card", lambda: False)
    ollama.models = [LLAMA_8B, LLAMA_70B]
    with pytest.raises(ModelTooLarge) as failed:
        await budget.choose_writer(asking(ollama.url, writer=LLAMA_70B.name))
    assert LLAMA_8B.name in failed.value.advice


async def test_the_best_vision_model_that_fits_looks(ollama: FakeOllama) -> None:
    ollama.models = [LLAMA_8B, EYES, ALL_ROUND]
    chosen, why = await budget.choose_eyes(asking(ollama.url))
    assert chosen
    assert (chosen.model.name, chosen.num_ctx) == (EYES.name, 8192)
    assert EYES.name in why


async def test_without_a_vision_model_nobody_looks(ollama: FakeOllama) -> None:
    assert await budget.choose_eyes(asking(ollama.url)) == (None, "nobody: Ollama has no model that can look at pictures")


@pytest.mark.parametrize("eyes", [None, "none"])
async def test_nobody_looks_where_the_settings_say_so(ollama: FakeOllama, eyes: str | None) -> None:
    assert (await budget.choose_eyes(asking(ollama.url, eyes=eyes)))[0] is None
    assert ollama.record.requests == []


async def test_the_draft_has_only_the_eyes_that_a_person_named(ollama: FakeOllama) -> None:
    ollama.models = [EYES]
    assert (await budget.choose_eyes(drafting(ollama={"url": ollama.url})))[0] is None
    assert ollama.record.requests == []
    chosen, _ = await budget.choose_eyes(drafting(ollama={"url": ollama.url, "eyes": EYES.name}))
    assert chosen


async def test_with_no_ollama_the_job_waits_for_eyes_too_or_the_draft_does_without() -> None:
    with pytest.raises(MustWait) as held:
        await budget.choose_eyes(asking(NOBODY))
    assert held.value.cause is HoldCause.OLLAMA
    assert (await budget.choose_eyes(asking(NOBODY, fallback="draft")))[0] is None


async def test_eyes_named_by_hand_that_are_missing_fail(ollama: FakeOllama) -> None:
    with pytest.raises(CannotGoOn) as failed:
        await budget.choose_eyes(asking(ollama.url, eyes="moondream:1.8b"))
    assert failed.value.advice == "ollama pull moondream:1.8b"


async def test_room_is_made_and_seen(ollama: FakeOllama) -> None:
    settings = asking(ollama.url)
    with Ollama([ollama.url]) as client:
        health.ready(client, LLAMA_8B.name, Options())
        assert [model.name for model in client.loaded()] == [LLAMA_8B.name]
        assert await budget.make_room(settings) == (LLAMA_8B.name,)
        assert client.loaded() == ()
    assert ollama.scheduler.unloads == [LLAMA_8B.name]
    assert await budget.make_room(settings) == ()


async def test_without_ollama_there_is_room(settings: Settings) -> None:
    assert await budget.make_room(settings) == ()


def test_the_limit_is_what_the_settings_say_or_four_fifths_of_the_machine(settings: Settings) -> None:
    assert budget.limit(asking(NOBODY, memory=3 * GIB)) == 3 * GIB
    assert budget.limit(settings) == pytest.approx(0.8 * psutil.virtual_memory().total, abs=1)
