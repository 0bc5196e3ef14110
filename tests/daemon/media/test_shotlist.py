"""One list of shots from everything that parts them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.contract.evidence import Span, Transition
from daemon.media.shotlist import SHORTEST, boundaries


def times(cuts: list[float], gradual: list[Transition] | None = None, black: list[Span] | None = None) -> list[tuple[float, str]]:
    return [(round(one.time, 3), one.how) for one in boundaries(cuts, gradual or [], black or [], 60)]


def test_a_film_without_anything_is_one_shot() -> None:
    assert times([]) == [(0, "start")]


def test_a_dissolve_parts_in_its_middle_and_swallows_cuts_in_it() -> None:
    assert times([5, 10.4, 20], [Transition(start=10, end=11, kind="dissolve")]) == [
        (0, "start"),
        (5, "cut"),
        (10.5, "dissolve"),
        (20, "cut"),
    ]


def test_a_fade_out_and_in_part_once_in_the_black_between() -> None:
    gradual = [Transition(start=10, end=11, kind="fade out"), Transition(start=13, end=14, kind="fade in")]
    assert times([], gradual, [Span(start=11, end=13)]) == [(0, "start"), (12, "fade")]


def test_a_fade_in_at_the_start_and_a_fade_out_at_the_end_part_nothing() -> None:
    gradual = [Transition(start=0, end=1, kind="fade in"), Transition(start=59, end=60, kind="fade out")]
    assert times([], gradual) == [(0, "start")]


def test_a_fade_out_before_a_cut_from_black_parts_at_the_cut() -> None:
    assert times([12], [Transition(start=10, end=11, kind="fade out")], [Span(start=11, end=12)]) == [(0, "start"), (12, "cut")]


@pytest.mark.parametrize(
    ("black", "expected"), [((30, 30.4), [(0, "start"), (30.2, "cut")]), ((0, 2), [(0, "start")]), ((58, 60), [(0, "start")])]
)
def test_black_that_nothing_explains_parts_two_shots(black: tuple[float, float], expected: list[tuple[float, str]]) -> None:
    assert times([], [], [Span(start=black[0], end=black[1])]) == expected


@given(
    st.lists(st.floats(0, 60)), st.lists(st.tuples(st.floats(0, 60), st.floats(0, 5), st.sampled_from(["fade in", "fade out", "dissolve"])))
)
def test_shots_never_overlap_and_are_never_too_short(cuts: list[float], spans: list[tuple[float, float, str]]) -> None:
    gradual = [Transition(start=start, end=start + length, kind=kind) for start, length, kind in sorted(spans)]
    found = [one.time for one in boundaries(sorted(cuts), gradual, [], 60)]
    assert found[0] == 0
    assert all(later - earlier >= SHORTEST for earlier, later in pairwise(found))
    assert found[-1] < 60
