"""Moments and cells, and the moments that an edit is drawn to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.contract.evidence import Span
from daemon.contract.timeline import Timeline, TimelineShot
from tui.timeline.snapping import following, moments, nearest, preceding, within
from tui.timeline.view import SHORTEST, View, clock

views = st.builds(View.whole, st.floats(0, 20_000), st.integers(1, 300))
moves = st.lists(
    st.one_of(
        st.tuples(st.just("zoom"), st.floats(0.1, 10), st.floats(0, 1)),
        st.tuples(st.just("pan"), st.floats(-2, 2), st.just(0.0)),
        st.tuples(st.just("show"), st.floats(0, 1), st.just(0.0)),
        st.tuples(st.just("wide"), st.integers(1, 300), st.just(0.0)),
    ),
    max_size=8,
)


@given(views, moves)
def test_however_it_is_moved_it_shows_a_part_of_the_film(view: View, moves: list[tuple[str, float, float]]) -> None:
    for kind, by, place in moves:
        match kind:
            case "zoom":
                view = view.zoomed(by, view.start + place * view.span)
            case "pan":
                view = view.panned(by)
            case "show":
                view = view.showing(by * view.duration)
                assert view.start <= by * view.duration <= view.end + 1e-6
            case "wide":
                view = view.wide(int(by))
        assert view.start >= 0
        assert view.end <= max(view.duration, SHORTEST) + 1e-6
        assert view.span >= min(SHORTEST, max(view.duration, SHORTEST)) - 1e-6
        assert all(view.start <= tick < view.end for tick in view.ticks())
        assert len(view.ticks()) <= view.width // 10 + 2


@given(views, st.floats(0, 1), st.floats(1.1, 20))
def test_what_is_zoomed_at_stays_where_it_is(view: View, place: float, factor: float) -> None:
    time = view.start + place * view.span
    closer = view.zoomed(factor, time)
    assert abs((time - closer.start) / closer.span - place) < 0.01 or closer.start == 0 or closer.end >= view.end - 1e-6


def test_a_short_stretch_still_has_a_cell() -> None:
    view = View.whole(3600, 60)
    assert list(view.cells(120, 120.1)) == [2]
    assert list(view.cells(60, 180)) == [1, 2]
    assert list(view.cells(7200, 7300)) == []
    assert view.time(2) == 120


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00.0"), (59.96, "1:00.0"), (3725.44, "1:02:05.4"), (-1, "0:00.0")])
def test_times_as_people_read_them(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_cuts_and_the_edges_of_silence_draw_an_edit() -> None:
    shots = tuple(TimelineShot(id=f"S{n}", start=n * 10, end=n * 10 + 10, starts_with="cut", brightness=0.5) for n in range(3))
    found = moments(Timeline(duration=30, shots=shots, silence=(Span(start=4, end=12.5),)))
    assert found == (0, 4, 10, 12.5, 20, 30)
    assert [nearest(time, found) for time in (1.9, 2.1, 11, 99)] == [0, 4, 10, 30]
    assert [following(10, found), following(30, found), preceding(10, found), preceding(0, found)] == [12.5, 30, 4, 0]
    assert nearest(3, ()) == 3
    assert [within(start, 1, found) for start in (9.2, 9.6, 10.4, 8, 29.5)] == [10, 10, 10, 8, 30]
