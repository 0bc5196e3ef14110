"""Estimates before a model has counted, and what it teaches."""

import pytest

from daemon.llm.tokens import PICTURE, Prefill, Yardstick
from daemon.llm.values import Answer, Message, Showing


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


def test_a_picture_counts_and_teaches_nothing() -> None:
    yardstick = Yardstick()
    shown = [*talk("word " * 100), Showing(role="user", content="What is it?", images=(b"jpeg",))]

    yardstick.learn(shown, 5000)

    assert not yardstick.learned
    assert yardstick.tokens(shown) > PICTURE


def answer(tokens: int, seconds: float, cached: int | None = None) -> Answer:
    return Answer(model="m", content="{}", done_reason="stop", prompt_tokens=tokens, prompt_seconds=seconds, cached_tokens=cached)


def test_what_was_in_the_cache_is_told_by_the_time_that_was_not_taken() -> None:
    prefill = Prefill()

    assert prefill.cached(answer(1000, 2.0)) == 0
    assert prefill.cached(answer(1000, 0.5)) == 750
    assert prefill.cached(answer(1000, 1.9)) == 0, "a machine is not always as quick"
    assert prefill.cached(answer(20, 0.0)) == 0, "too short to tell"


def test_a_newer_server_tells_it() -> None:
    assert Prefill().cached(answer(1000, 2.0, 640)) == 640
