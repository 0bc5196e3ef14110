"""The rules about a growing answer and a counted prompt."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.llm import guards


@pytest.mark.parametrize(
    "tail",
    [
        "G" * 120,
        "ha " * 40,
        "and then she turns " * 7,
        '{"kind": "action", "shot": "S1", "cue": "", "who": "", "text": "She waits."}, ' * 4,
    ],
)
def test_a_loop_is_seen(tail: str) -> None:
    assert guards.looping("She walks to the window. " + tail)


def test_a_loop_is_seen_as_soon_as_it_is_one() -> None:
    text = "She walks. " + "and then " * 100
    first = next(size for size in range(len(text)) if guards.looping(text[:size]))

    assert first < len("She walks. ") + guards.REPEATED + len("and then ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No, no, no, no! Stop, stop, stop!",
        "a" * 100,
        "-" * 60,
        json.dumps([{"kind": "dialogue", "shot": "", "cue": f"c{number}", "who": "", "text": ""} for number in range(200)]),
    ],
)
def test_a_lively_answer_is_none(text: str) -> None:
    assert not guards.looping(text)
    assert guards.runaway(text, 10_000) == ""


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("A man in a grey coat waits at a door. A dog waits beside him.", False),
        ("A red car, a red car, and behind it a red car on the road.", True),
        ("the window the window the window the window", True),
        ("G" * 200, True),
        ("Rain.", False),
        ("", False),
    ],
)
def test_a_caption_that_repeats_itself(text: str, is_one: bool) -> None:
    assert guards.repetitive(text) is is_one


def test_white_space_without_an_end() -> None:
    assert not guards.blank_run('{"a":' + "\n\n" + " " * 20)
    assert guards.blank_run('{"a":' + "\n \t" * 40)


def test_an_answer_longer_than_it_can_be() -> None:
    assert not guards.too_long("x" * 1100, 10)
    assert guards.too_long("x" * 1200, 10)


@pytest.mark.parametrize(
    ("counted", "estimate", "learned", "cut"),
    [
        (2000, 2100, True, False),
        (0, 2100, True, False),  # an old server with the prompt in its cache
        (1200, 2100, True, True),
        (1200, 2100, False, False),
        (800, 2100, False, True),
        (4095, 4100, True, True),  # a server of the first era
        (2051, 4500, False, True),  # one of the second
        (2051, 2100, True, False),  # by chance exactly as many
    ],
)
def test_a_prompt_that_was_cut(counted: int, estimate: int, learned: bool, cut: bool) -> None:
    assert guards.prompt_was_cut(counted, estimate, 4096, learned=learned) is cut


def test_the_half_that_the_second_era_leaves() -> None:
    """512 → 259 and 4096 → 2051, as measured on the real server."""
    for window, left in ((512, 259), (4096, 2051)):
        assert guards.prompt_was_cut(left, 2 * window, window, learned=False)
        assert not guards.prompt_was_cut(left + 1, left + 1, window, learned=True)


@given(
    st.text(alphabet="ab ", max_size=40),
    st.text(alphabet="abc ", min_size=1, max_size=40),
    st.integers(1, 8),
    st.text(alphabet="ab", max_size=3),
)
def test_a_loop_is_what_the_definition_says(before: str, unit: str, times: int, after: str) -> None:
    text = before + unit * times * (120 // len(unit)) + after
    slowly = any(text.endswith(text[-size:] * max(4, -(-120 // size))) for size in range(1, min(600, len(text) // 4) + 1))

    assert guards.looping(text) is slowly
