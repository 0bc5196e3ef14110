"""Asking until the answer can be used."""

from typing import Any

import pytest

from daemon.llm import errors
from daemon.llm.answers import again, ask
from daemon.llm.client import Ollama
from daemon.llm.values import Message, Options
from tests.fakes.ollama import FakeOllama, FaultKind
from tests.fakes.ollama.models import LLAMA_8B

NAME = LLAMA_8B.name
OPTIONS = Options(num_predict=600)
MESSAGES = (
    Message(role="system", content="You write a script."),
    Message(
        role="user",
        content='S1 a woman at the window, camera pans left\nc1 SPEAKER 1 "We leave tonight."\nc2 SPEAKER 2 "Not without Marco."\n',
    ),
)
ELEMENT = {
    "type": "object",
    "properties": {
        "kind": {"type": "string", "enum": ["heading", "action", "dialogue", "camera"]},
        "shot": {"type": "string", "enum": ["", "S1"]},
        "cue": {"type": "string", "enum": ["", "c1", "c2"]},
        "who": {"type": "string", "enum": ["", "SPEAKER 1", "SPEAKER 2"]},
        "text": {"type": "string", "maxLength": 200},
    },
    "required": ["kind", "shot", "cue", "who", "text"],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {"elements": {"type": "array", "items": ELEMENT, "minItems": 1, "maxItems": 20}},
    "required": ["elements"],
    "additionalProperties": False,
}


class Pauses(list[float]):
    """Remembers the waits instead of waiting."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def test_a_good_answer_comes_at_once(ollama: FakeOllama, client: Ollama) -> None:
    answer = ask(client, NAME, MESSAGES, SCHEMA, OPTIONS)

    assert [element["cue"] for element in answer["elements"] if element["cue"]] == ["c1", "c2"]
    assert len(ollama.chats) == 1


@pytest.mark.parametrize(
    ("fault", "sent_back"),
    [
        (FaultKind.WRONG_SHAPE, "- $.elements must be of type array"),
        (FaultKind.STRANGE_IDS, 'is "S199", and must be one of ["", "S1"]'),
        (FaultKind.NOT_A_NUMBER, "- The answer was not valid JSON."),
        (FaultKind.EMPTY, "- The model said nothing"),
        (FaultKind.LOOP, "- The model repeats itself"),
    ],
)
def test_a_wrong_answer_is_sent_back_with_its_errors(ollama: FakeOllama, client: Ollama, fault: FaultKind, sent_back: str) -> None:
    ollama.fail(fault)

    assert ask(client, NAME, MESSAGES, SCHEMA, OPTIONS)["elements"]

    first, second = ollama.chats
    assert second["messages"][:2] == first["messages"]
    assert sent_back in second["messages"][-1]["content"]
    assert second["options"]["seed"] != first["options"]["seed"]


def test_the_wrong_answer_is_shown_again(ollama: FakeOllama, client: Ollama) -> None:
    ollama.fail(FaultKind.WRONG_SHAPE)
    ask(client, NAME, MESSAGES, SCHEMA, OPTIONS)

    assert ollama.chats[1]["messages"][2] == {"role": "assistant", "content": '{"answer": 42, "elements": "none"}'}


def test_how_often_it_is_sent_back_may_be_said(ollama: FakeOllama, client: Ollama) -> None:
    ollama.always(FaultKind.WRONG_SHAPE)

    with pytest.raises(errors.AnswerInvalid):
        ask(client, NAME, MESSAGES, SCHEMA, OPTIONS, sent_back=1)
    assert len(ollama.chats) == 2


def test_half_of_a_character_is_no_text(ollama: FakeOllama, client: Ollama, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written as an escape it comes through every parser, and could be written into no file."""
    monkeypatch.setattr("tests.fakes.ollama.answering.spoilt", lambda kind, text, seed: text.replace(" ", "\\ud800"))

    with pytest.raises(errors.AnswerInvalid, match="not JSON"):
        ask(client, NAME, MESSAGES, SCHEMA, OPTIONS)


def test_it_is_sent_back_twice_and_then_given_up(ollama: FakeOllama, client: Ollama) -> None:
    ollama.always(FaultKind.WRONG_SHAPE)

    with pytest.raises(errors.AnswerInvalid) as raised:
        ask(client, NAME, MESSAGES, SCHEMA, OPTIONS)

    assert len(ollama.chats) == 3
    assert raised.value.errors == ('$ may not have "answer"', "$.elements must be of type array")
    assert len({chat["options"]["seed"] for chat in ollama.chats}) == 3


def test_the_callers_check_is_heard(ollama: FakeOllama, client: Ollama) -> None:
    verdicts = iter([["c1 is used twice."], []])

    def check(answer: Any) -> list[str]:
        assert answer["elements"]
        return next(verdicts)

    ask(client, NAME, MESSAGES, SCHEMA, OPTIONS, check=check)

    assert "- c1 is used twice." in ollama.chats[1]["messages"][-1]["content"]


def test_a_check_that_is_never_content(client: Ollama) -> None:
    with pytest.raises(errors.AnswerInvalid) as raised:
        ask(client, NAME, MESSAGES, SCHEMA, OPTIONS, check=lambda answer: ["It quotes words that nobody said."])

    assert raised.value.errors == ("It quotes words that nobody said.",)


def test_an_answer_that_was_too_long_may_be_longer_once(ollama: FakeOllama, client: Ollama) -> None:
    ollama.fail(FaultKind.CUT)

    ask(client, NAME, MESSAGES, SCHEMA, OPTIONS)

    assert [chat["options"]["num_predict"] for chat in ollama.chats] == [600, 1200]
    assert ollama.chats[0]["messages"] == ollama.chats[1]["messages"]


def test_where_more_does_not_fit_it_must_be_briefer(ollama: FakeOllama, client: Ollama) -> None:
    ollama.fail(FaultKind.CUT)

    ask(client, NAME, MESSAGES, SCHEMA, Options(num_ctx=1024, num_predict=965))

    first, second = ollama.chats
    assert second["options"]["num_predict"] < first["options"]["num_predict"] == 965
    assert "be briefer" in ollama.chats[1]["messages"][-1]["content"]


def test_always_too_long(ollama: FakeOllama, client: Ollama) -> None:
    ollama.always(FaultKind.CUT)

    with pytest.raises(errors.AnswerCutShort):
        ask(client, NAME, MESSAGES, SCHEMA, OPTIONS)


@pytest.mark.parametrize("fault", [FaultKind.BUSY, FaultKind.CRASH, FaultKind.BREAK, FaultKind.NO_DONE])
def test_what_may_pass_is_tried_again(ollama: FakeOllama, client: Ollama, fault: FaultKind) -> None:
    pauses = Pauses()
    ollama.fail(fault, times=2)

    assert ask(client, NAME, MESSAGES, SCHEMA, OPTIONS, pause=pauses)["elements"]
    assert pauses == [1.0, 5.0]


def test_what_does_not_pass_is_told(ollama: FakeOllama, client: Ollama) -> None:
    ollama.always(FaultKind.BUSY)

    with pytest.raises(errors.ServerBusy):
        ask(client, NAME, MESSAGES, SCHEMA, OPTIONS, pause=Pauses())
    assert len(ollama.chats) == 3


@pytest.mark.parametrize(("fault", "error"), [(FaultKind.MEMORY, errors.OutOfMemory), (FaultKind.MISSING, errors.NoSuchModel)])
def test_what_trying_again_cannot_mend_is_told_at_once(
    ollama: FakeOllama, client: Ollama, fault: FaultKind, error: type[Exception]
) -> None:
    ollama.fail(fault)

    with pytest.raises(error):
        ask(client, NAME, MESSAGES, SCHEMA, OPTIONS, pause=Pauses())
    assert len(ollama.chats) == 1


def test_each_try_has_another_seed_and_the_same_window() -> None:
    tries = [again(OPTIONS, number) for number in range(3)]

    assert [options.seed for options in tries] == [1, 2, 3]
    assert [options.temperature for options in tries] == [0.4, 0.55, 0.7]
    assert {options.num_ctx for options in tries} == {8192}
    assert again(Options(temperature=2.0), 2).temperature == 2.0
