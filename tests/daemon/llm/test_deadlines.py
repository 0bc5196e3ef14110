"""No call lasts for ever, whatever the server sends or does not send."""

import socket
from contextlib import ExitStack

import pytest

from daemon.llm import errors
from daemon.llm.client import Ollama
from daemon.llm.values import Message, Options, Timeouts
from daemon.llm.wire import Patience
from tests.fakes.ollama import FakeOllama, FaultKind
from tests.fakes.ollama.models import LLAMA_8B

NAME = LLAMA_8B.name
HELLO = (Message(role="user", content="A woman walks along the rainy harbour at night. " * 20),)
OPTIONS = Options(num_predict=400)


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (FaultKind.HANG, 0),
        (FaultKind.DELAY, 30),
        (FaultKind.HEADERS, 0),
        (FaultKind.TRICKLE_HEADERS, 0.02),
        (FaultKind.TRICKLE, 0.02),
    ],
)
def test_no_begin(ollama: FakeOllama, client: Ollama, fault: FaultKind, seconds: float) -> None:
    ollama.fail(fault, seconds=seconds)

    with pytest.raises(errors.Hung, match="did not begin to answer within 1 s"):
        client.chat(NAME, HELLO, None, OPTIONS, timeouts=Timeouts(first_byte=1))

    assert ollama.wait_until(lambda: ollama.record.requests[-1].outcome == "left"), "the server was left waiting"


@pytest.mark.parametrize(("fault", "seconds"), [(FaultKind.STALL, 0), (FaultKind.SLOW, 30)])
def test_silence_in_the_middle(ollama: FakeOllama, client: Ollama, fault: FaultKind, seconds: float) -> None:
    ollama.fail(fault, seconds=seconds)

    with pytest.raises(errors.Hung, match=r"fell silent for 0\.3 s"):
        client.chat(NAME, HELLO, None, OPTIONS, timeouts=Timeouts(idle=0.3))

    assert ollama.wait_until(lambda: ollama.record.requests[-1].outcome == "left"), "the server was left waiting"


def test_lines_for_ever_end_with_the_call(ollama: FakeOllama, client: Ollama) -> None:
    ollama.fail(FaultKind.LINES, seconds=0.01)

    with pytest.raises(errors.TooSlow, match="still answering after 1 s"):
        client.chat(NAME, HELLO, None, OPTIONS, timeouts=Timeouts(total=1))


def test_a_byte_now_and_then_ends_with_the_call(ollama: FakeOllama) -> None:
    """httpx's own time-out begins anew with every byte."""
    client = Ollama([ollama.url], timeouts=Timeouts(first_byte=60, idle=60, total=1))
    ollama.fail(FaultKind.TRICKLE, seconds=0.02)

    with pytest.raises(errors.Hung, match="within 1 s"):
        client.chat(NAME, HELLO, None, OPTIONS)


def test_a_slow_answer_that_keeps_coming_is_waited_for(ollama: FakeOllama) -> None:
    client = Ollama([ollama.url], timeouts=Timeouts(first_byte=5, idle=5, total=30))
    ollama.fail(FaultKind.SLOW, seconds=0.001)

    assert client.chat(NAME, HELLO, None, OPTIONS).content


def test_loading_counts_as_waiting_for_the_first_byte() -> None:
    with FakeOllama(load_seconds=30) as server:
        client = Ollama([server.url], timeouts=Timeouts(first_byte=1))
        with pytest.raises(errors.Hung):
            client.chat(NAME, HELLO, None, OPTIONS)
        assert server.wait_until(lambda: server.record.requests[-1].outcome == "left")
        assert server.scheduler.loads == [], "a load that nobody waits for is given up"


def test_a_server_that_takes_no_connection_is_not_waited_for_long() -> None:
    """Its queue is full: the system answers nothing at all."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        place = listener.getsockname()
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(place)
        client = Ollama([f"http://127.0.0.1:{place[1]}"], timeouts=Timeouts(connect=0.2))

        with pytest.raises(errors.Unreachable, match="does not answer"):
            client.version()


def test_the_clock_of_a_call() -> None:
    now = [100.0]
    patience = Patience(Timeouts(first_byte=10, idle=2, total=15), clock=lambda: now[0])
    assert patience.left() == 10

    now[0] = 109
    patience.heard()
    assert patience.left() == 2

    now[0] = 114
    patience.heard()
    assert patience.left() == 1
    assert not patience.total_passed

    now[0] = 115
    assert patience.left() == 0
    assert patience.total_passed
