"""The one-token question."""

import pytest

from daemon.llm import errors
from daemon.llm.client import Ollama
from daemon.llm.health import ready
from daemon.llm.values import Message, Options
from tests.fakes.ollama import FakeOllama, FaultKind
from tests.fakes.ollama.models import LLAMA_8B

NAME = LLAMA_8B.name
OPTIONS = Options(num_ctx=4096, num_predict=2000)


def test_one_token_with_the_options_of_the_work(ollama: FakeOllama, client: Ollama) -> None:
    ready(client, NAME, OPTIONS)
    client.chat(NAME, [Message(role="user", content="Hello there")], None, OPTIONS)

    asked, work = ollama.chats
    assert asked["options"] == work["options"] | {"num_predict": 1}
    assert ollama.scheduler.loads == [(NAME, 4096)], "the work finds the model loaded"


@pytest.mark.parametrize("fault", [FaultKind.HANG, FaultKind.HEADERS, FaultKind.TRICKLE_HEADERS, FaultKind.TRICKLE])
def test_a_server_that_only_looks_well(ollama: FakeOllama, client: Ollama, fault: FaultKind) -> None:
    ollama.fail(fault, seconds=0.02)
    assert client.version()

    with pytest.raises(errors.Hung):
        ready(client, NAME, OPTIONS, deadline=0.2)


@pytest.mark.parametrize(("fault", "seconds"), [(FaultKind.LINES, 0.01), (FaultKind.SLOW, 30)])
def test_a_server_that_never_comes_to_an_end(ollama: FakeOllama, client: Ollama, fault: FaultKind, seconds: float) -> None:
    ollama.fail(fault, seconds=seconds)

    with pytest.raises(errors.Hung):
        ready(client, NAME, OPTIONS, deadline=0.2)


def test_of_several_servers_one_that_hangs_is_passed_over(ollama: FakeOllama, tmp_path_factory: pytest.TempPathFactory) -> None:
    ollama.always(FaultKind.HANG, seconds=0.02)
    with FakeOllama(unix=tmp_path_factory.mktemp("far") / "s") as far, Ollama([ollama.url, f"{far.url}?remote"]) as client:
        ready(client, NAME, OPTIONS, deadline=0.2)
        assert [model["name"] for model in far.scheduler.processes()] == [NAME]
        asked = len(ollama.record.requests)
        client.chat(NAME, [Message(role="user", content="Hello there")], None, OPTIONS)
        assert len(ollama.record.requests) == asked, "the work stays where it is well"


@pytest.mark.parametrize("models", [(), None], ids=["the other has not the model", "the other takes the same memory"])
def test_one_that_hangs_is_waited_for_where_no_other_can_stand_in(
    ollama: FakeOllama, tmp_path_factory: pytest.TempPathFactory, models: tuple[()] | None
) -> None:
    ollama.always(FaultKind.HANG, seconds=0.02)
    far = FakeOllama(models=models, unix=tmp_path_factory.mktemp("far") / "s") if models is not None else FakeOllama()
    with far, Ollama([ollama.url, f"{far.url}?remote" if models is not None else far.url]) as client, pytest.raises(errors.Hung):
        ready(client, NAME, OPTIONS, deadline=0.2)


def test_one_that_says_nothing_is_well(ollama: FakeOllama, client: Ollama) -> None:
    ollama.fail(FaultKind.EMPTY)

    ready(client, NAME, OPTIONS)
