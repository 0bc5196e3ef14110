"""Room for a model of Ollama's: asked of a real server on loopback."""

import pytest

from config.settings import Settings
from daemon.contract.errors import MustWait
from daemon.contract.states import HoldCause
from daemon.llm import choice, machine
from daemon.llm.machine import Memory
from daemon.worker.memory import budget
from tests.daemon.worker.films import drafting
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.models import EYES, LLAMA_8B

GIB = 1 << 30


@pytest.fixture(autouse=True)
def a_small_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """16 GiB, of which 4 are free, and no graphics card."""
    monkeypatch.setattr(machine, "memory", lambda: Memory(16 * GIB, 4 * GIB))
    monkeypatch.setattr(choice, "graphics_card", lambda: False)


def asking(ollama: FakeOllama, **more: object) -> Settings:
    return drafting(writer={"engine": "ollama"}, ollama={"url": ollama.url}, **more)


async def admitted(settings: Settings) -> None:
    chosen, _ = await budget.choose_writer(settings)
    assert chosen
    await budget.admit_model(settings, chosen)


async def test_what_does_not_fit_now_waits_with_the_numbers(ollama: FakeOllama) -> None:
    with pytest.raises(MustWait, match=r"llama3.1:8b needs about 6\.\d GiB of memory, and 4\.0 GiB is free") as held:
        await admitted(asking(ollama))
    assert held.value.cause is HoldCause.MEMORY


async def test_what_lies_there_already_needs_nothing_more(ollama: FakeOllama) -> None:
    ollama.scheduler.load(LLAMA_8B, 8192)
    await admitted(asking(ollama))


async def test_what_leaves_first_makes_room(ollama: FakeOllama) -> None:
    ollama.scheduler.load(EYES, 8192)
    await admitted(asking(ollama))


async def test_a_person_who_said_how_much_may_be_used_is_believed(ollama: FakeOllama) -> None:
    await admitted(asking(ollama, memory={"limit": 8 * GIB}))


async def test_a_graphics_card_takes_it(ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "graphics_card", lambda: True)
    await admitted(asking(ollama))


async def test_another_machines_memory_is_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    with FakeOllama(unix=tmp_path_factory.mktemp("far") / "s") as far:
        settings = drafting(writer={"engine": "ollama"}, ollama={"url": f"{far.url}?remote"})
        far.scheduler.load(EYES, 8192)
        await admitted(settings)
        assert await budget.make_room(settings) == (), "others may work with it"
        assert far.scheduler.unloads == []


async def test_every_server_on_this_machine_lets_go_also_where_one_is_silent(ollama: FakeOllama) -> None:
    with FakeOllama() as other:
        for server in (ollama, other):
            server.scheduler.load(LLAMA_8B, 8192)
        settings = drafting(ollama={"url": ["http://127.0.0.1:9", ollama.url, other.url]})
        assert await budget.make_room(settings) == (LLAMA_8B.name, LLAMA_8B.name)
        assert (ollama.scheduler.processes(), other.scheduler.processes()) == ([], [])
