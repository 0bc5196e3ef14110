"""Estimates before a model has counted, and what it teaches."""

import pytest

from daemon.llm.tokens import Yardstick
from daemon.llm.values import Message


def talk(text: str) -> list[Message]:
    return [Message(role="system", content="You write."), Message(role="user", content=text)]


def test_the_first_guess_is_rather_too_high() -> None:
    assert Yardstick().tokens(talk("word " * 1000)) > 1250


def test_it_learns_from_a_reply() -> None:
    yardstick = Yardstick()
    messages = talk("word " * 1000)

    yardstick.learn(messages, 1024)

    assert yardstick.learned
    assert yardstick.tokens(messages) == pytest.approx(1024, rel=0.01)


def test_later_replies_weigh_half() -> None:
    yardstick = Yardstick()
    yardstick.learn(talk("a" * 4000), 1000 + 24)
    yardstick.learn(talk("a" * 4000), 2000 + 24)

    assert yardstick.bytes_per_token == pytest.approx((4.01 + 2.005) / 2, rel=0.01)


@pytest.mark.parametrize("counted", [0, 1, 30])
def test_a_count_that_says_nothing_teaches_nothing(counted: int) -> None:
    yardstick = Yardstick()

    yardstick.learn(talk("hello"), counted)

    assert not yardstick.learned


def test_a_mad_count_does_not_make_it_mad() -> None:
    yardstick = Yardstick()

    yardstick.learn(talk("a" * 100_000), 50)

    assert yardstick.bytes_per_token == 8.0


def test_room_for_the_answer() -> None:
    yardstick = Yardstick()
    messages = talk("a" * 3000)

    assert 2800 < yardstick.room(messages, 4096) < 4096 - 1000
    assert yardstick.room(messages, 1024) <= 0


def test_a_prompt_is_refused_only_where_it_cannot_fit() -> None:
    yardstick = Yardstick()

    assert not yardstick.cannot_fit(talk("a" * 3000), 2000, 3000)
    assert yardstick.cannot_fit(talk("a" * 30_000), 2000, 4096)
