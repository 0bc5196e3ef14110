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


def test_one_that_says_nothing_is_well(ollama: FakeOllama, client: Ollama) -> None:
    ollama.fail(FaultKind.EMPTY)

    ready(client, NAME, OPTIONS)
