"""Lines out of pieces, and one answer out of lines."""

import json
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.llm import errors
from daemon.llm.streaming import collect, lines
from daemon.llm.values import Answer


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(ends)]


@given(st.lists(st.text(min_size=1)), st.lists(st.integers(min_value=0)))
def test_lines_may_be_cut_anywhere(texts: list[str], places: list[int]) -> None:
    """Also inside a character; other signs that end a line elsewhere (U+2028, carriage return) end none here."""
    objects = [{"text": text} for text in texts]
    data = b"".join(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n" for value in objects)

    assert [json.loads(line.decode("utf-8", "surrogatepass")) for line in lines(cut(data, places))] == objects


def test_a_last_line_without_its_end() -> None:
    assert list(lines([b'{"a": 1}\n\n{"b"', b": 2}"])) == [b'{"a": 1}', b'{"b": 2}']


def test_a_line_without_an_end_is_given_up() -> None:
    with pytest.raises(errors.NotOllama):
        list(lines([b"x" * 65536] * 20))


def collected(*objects: dict[str, Any], num_predict: int = 100) -> Answer:
    return collect((json.dumps(value).encode() for value in objects), "m", num_predict, on_line=lambda: None)


def piece(text: str, **more: Any) -> dict[str, Any]:
    return {"message": {"role": "assistant", "content": text}, "done": False, **more}


def test_times_come_in_seconds() -> None:
    last = {
        "done": True,
        "done_reason": "stop",
        "total_duration": 3_500_000_000,
        "load_duration": 1_000_000_000,
        "prompt_eval_count": 12,
        "eval_count": 3,
    }

    answer = collected(piece("Rain."), last)

    assert (answer.content, answer.total_seconds, answer.load_seconds, answer.prompt_tokens, answer.answer_tokens) == (
        "Rain.",
        3.5,
        1.0,
        12,
        3,
    )


def test_what_a_newer_server_adds_is_passed_over() -> None:
    assert collected(piece("Rain.", logprobs=[1]), {"done": True, "prompt_eval_cached_count": 5}).content == "Rain."


def test_done_false_is_no_answer() -> None:
    with pytest.raises(errors.BrokenOff):
        collected(piece("Rain."), {"done": False})


def test_thoughts_are_no_answer() -> None:
    with pytest.raises(errors.AnswerEmpty):
        collected({"message": {"role": "assistant", "content": "", "thinking": "Hm, rain."}}, {"done": True, "done_reason": "stop"})


def test_thoughts_that_ate_all_tokens_leave_an_empty_answer() -> None:
    answer = collected({"message": {"role": "assistant", "content": "", "thinking": "Hm."}}, {"done": True, "done_reason": "length"})

    assert (answer.content, answer.done_reason) == ("", "length")


def test_what_comes_after_the_end_is_not_read() -> None:
    assert collected(piece("Rain."), {"done": True}, {"error": "late"}).content == "Rain."


@pytest.mark.parametrize("line", [b"<html>", b'"text"', b"[1]", b'{"message": "text"}', b'{"done": "perhaps"}', b"\xff\xfe"])
def test_what_is_no_line_of_ollamas(line: bytes) -> None:
    with pytest.raises(errors.NotOllama):
        collect([line], "m", 100, on_line=lambda: None)
