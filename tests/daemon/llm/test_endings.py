"""What becomes of a job for each thing that can go wrong at the far side of the wire."""

from typing import Any

import pytest

from daemon.contract.errors import CannotGoOn, MustWait, ReelscribeError, TryAgain
from daemon.llm import errors
from daemon.llm.answers import ask
from daemon.llm.client import Ollama
from daemon.llm.health import ready
from daemon.llm.values import Message, Options, Timeouts
from tests.daemon.llm.test_answers import MESSAGES, SCHEMA
from tests.fakes.ollama import FakeOllama, FaultKind
from tests.fakes.ollama.models import LLAMA_8B, LLAMA_70B

NAME = LLAMA_8B.name
OPTIONS = Options(num_predict=600)
PATIENT = Timeouts(first_byte=60, idle=60, total=60)
IMPATIENT = Timeouts(first_byte=1, idle=1, total=60)

GOES_ON, FALLS_BACK, SPLIT, AGAIN, FAILED = "goes on", "falls back", "split", "again", "failed"
UNTIL_OLLAMA, UNTIL_MEMORY = "held: ollama", "held: memory"

ENDINGS = {
    FaultKind.DELAY: UNTIL_OLLAMA,
    FaultKind.SLOW: UNTIL_OLLAMA,
    FaultKind.HANG: UNTIL_OLLAMA,
    FaultKind.HEADERS: UNTIL_OLLAMA,
    FaultKind.STALL: UNTIL_OLLAMA,
    FaultKind.TRICKLE: UNTIL_OLLAMA,
    FaultKind.TRICKLE_HEADERS: UNTIL_OLLAMA,
    FaultKind.LINES: AGAIN,
    FaultKind.DROP: UNTIL_OLLAMA,
    FaultKind.BREAK: AGAIN,
    FaultKind.NO_DONE: AGAIN,
    FaultKind.ERROR_MIDWAY: AGAIN,
    FaultKind.MEMORY_MIDWAY: UNTIL_MEMORY,
    FaultKind.MISSING: FAILED,
    FaultKind.CRASH: AGAIN,
    FaultKind.MEMORY: UNTIL_MEMORY,
    FaultKind.CONTEXT: SPLIT,
    FaultKind.REFUSED: FAILED,
    FaultKind.BUSY: AGAIN,
    FaultKind.TOO_MANY: AGAIN,
    FaultKind.HTML: UNTIL_OLLAMA,
    FaultKind.NOT_LINES: UNTIL_OLLAMA,
    FaultKind.NOTHING: AGAIN,
    FaultKind.EMPTY: FALLS_BACK,
    FaultKind.CUT: FALLS_BACK,
    FaultKind.LOOP: FALLS_BACK,
    FaultKind.BLANKS: FALLS_BACK,
    FaultKind.GARBAGE: FALLS_BACK,
    FaultKind.HUGE: FALLS_BACK,
    FaultKind.NOT_A_NUMBER: FALLS_BACK,
    FaultKind.WRONG_SHAPE: FALLS_BACK,
    FaultKind.STRANGE_IDS: FALLS_BACK,
    FaultKind.INVENTED_QUOTE: GOES_ON,  # of the right shape: what is said in it is the grounding's to judge
    FaultKind.TIMECODE: GOES_ON,
    FaultKind.CARELESS: GOES_ON,
    FaultKind.IN_THOUGHTS: GOES_ON,
    FaultKind.COUNTS_HALF: SPLIT,
}
SECONDS = {FaultKind.DELAY: 30, FaultKind.SLOW: 30}  # of a fault that is a wait
DEADLINES = dict.fromkeys(
    (FaultKind.DELAY, FaultKind.SLOW, FaultKind.HANG, FaultKind.HEADERS, FaultKind.STALL, FaultKind.TRICKLE, FaultKind.TRICKLE_HEADERS),
    IMPATIENT,
) | {FaultKind.LINES: Timeouts(total=0.6)}


def ending(error: ReelscribeError) -> str:
    """A chunk whose answers are of no use is drafted, one that is too long is split; all else becomes of the job."""
    match error:
        case errors.AnswerInvalid():
            return FALLS_BACK
        case errors.PromptTooLong():
            return SPLIT
        case MustWait():
            return f"held: {error.cause}"
        case TryAgain():
            return AGAIN
        case CannotGoOn():
            return FAILED
    raise AssertionError(error)


def asked(client: Ollama, messages: tuple[Message, ...] = MESSAGES) -> str:
    try:
        ask(client, NAME, messages, SCHEMA, OPTIONS, pause=lambda seconds: None)
    except ReelscribeError as error:
        return ending(error)
    return GOES_ON


def test_every_fault_is_in_the_table() -> None:
    assert set(ENDINGS) == set(FaultKind)


@pytest.mark.parametrize("fault", FaultKind)
def test_what_becomes_of_it(ollama: FakeOllama, fault: FaultKind) -> None:
    messages = MESSAGES
    if fault is FaultKind.COUNTS_HALF:  # a cut is told by a count that is far from what the prompt must have
        messages = (MESSAGES[0], Message(role="user", content=MESSAGES[1].content + "A woman walks along the rainy harbour. " * 500))
    client = Ollama([ollama.url], timeouts=DEADLINES.get(fault, PATIENT))
    ready(client, NAME, OPTIONS, deadline=10)
    ollama.always(fault, SECONDS.get(fault, 0.01))

    assert asked(client, messages) == ENDINGS[fault]


@pytest.mark.parametrize(
    "server",
    [{"era": "A", "fault": FaultKind.MEMORY}, {"era": "B", "fault": FaultKind.MEMORY}, {"era": "B", "memory": 2 << 30}],
    ids=["requires more system memory", "signal: killed", "insufficient memory"],
)
def test_want_of_memory_in_all_its_wordings(server: dict[str, Any]) -> None:
    fault = server.pop("fault", None)
    with FakeOllama(**server) as fake, Ollama([fake.url]) as client:
        if fault:
            fake.always(fault)
        assert asked(client) == UNTIL_MEMORY


def test_a_question_that_breaks_the_runner_is_given_up_and_the_film_goes_on(ollama: FakeOllama) -> None:
    client = Ollama([ollama.url])
    ready(client, NAME, OPTIONS)
    ollama.fail(FaultKind.CRASH, times=3)

    assert asked(client) == FALLS_BACK
    assert asked(client) == GOES_ON
    seeds = [chat["options"]["seed"] for chat in ollama.chats[1:4]]
    assert len(set(seeds)) == 3, "an answer that the server broke off would be the same"


class Machine:
    """As much of psutil's numbers as is looked at."""

    def __init__(self, total: int) -> None:
        self.total, self.available = total, total // 2


@pytest.mark.parametrize(("total", "kind", "says"), [(64, errors.OutOfMemory, "32.0 GiB is free"), (16, errors.ModelTooLarge, "16.0 GiB")])
def test_want_of_memory_comes_with_the_numbers(monkeypatch: pytest.MonkeyPatch, total: int, kind: type[ReelscribeError], says: str) -> None:
    monkeypatch.setattr("daemon.llm.choice.graphics_card", lambda: False)
    with FakeOllama([LLAMA_70B], memory=8 << 30) as server, Ollama([server.url]) as client, pytest.raises(kind) as raised:
        ready(client, LLAMA_70B.name, OPTIONS, machine=lambda: Machine(total << 30))

    assert says in raised.value.message
    assert "42.6 GiB" in raised.value.message
