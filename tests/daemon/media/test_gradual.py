"""Fades and dissolves, on arrays alone."""

from collections.abc import Iterable

import numpy as np
import pytest

from daemon.contract.evidence import Transition
from daemon.media.gradual import Graduals
from tests.daemon.media.scenes import Image, flat, held, mixed, texture, times, view

ONE, OTHER = view(texture(1)), view(texture(2))


def found(pictures: Iterable[tuple[Image, float]]) -> tuple[Transition, ...]:
    graduals = Graduals()
    for picture, time in pictures:
        graduals.push(picture, time)
    return graduals.finish()


def joined(one: Image, other: Image, length: float) -> list[tuple[Image, float]]:
    """``one`` for two seconds, a transition, ``other`` for two seconds."""
    between = [(mixed(one, other, (time - 2) / length), time) for time in times(length, 2)]
    return [*held(one, 2, 0), *between, *held(other, 2, 2 + length)]


@pytest.mark.parametrize("length", [0.35, 0.5, 1.0, 2.0, 3.5])
@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [(ONE, OTHER, "dissolve"), (ONE, flat(16), "fade out"), (flat(16), OTHER, "fade in"), (ONE, flat(235), "fade out")],
)
def test_a_transition_is_found_with_its_length(one: Image, other: Image, kind: str, length: float) -> None:
    (transition,) = found(joined(one, other, length))
    assert transition.kind == kind
    assert transition.start == pytest.approx(2, abs=0.1)
    assert transition.end == pytest.approx(2 + length, abs=0.1)


def test_a_fade_out_and_the_fade_in_after_it_are_two() -> None:
    black = flat(16)
    out = [(mixed(ONE, black, time - 2), time) for time in times(1, 2)]
    back = [(mixed(black, OTHER, time - 3), time) for time in times(1, 3)]
    kinds = [transition.kind for transition in found([*held(ONE, 2, 0), *out, *back, *held(OTHER, 2, 4)])]
    assert kinds == ["fade out", "fade in"]


def test_a_cut_is_no_transition() -> None:
    assert found([*held(ONE, 2, 0), *held(OTHER, 2, 2)]) == ()


@pytest.mark.parametrize("speed", [0.03, 0.1, 0.3, 0.8])
def test_a_pan_is_no_transition(speed: float) -> None:
    world = texture(3)
    assert found((view(world, x=speed * (time - 2)), time) for time in times(4)) == ()


@pytest.mark.parametrize("speed", [-0.2, 0.1, 0.3])
def test_a_zoom_is_no_transition(speed: float) -> None:
    world = texture(4)
    assert found((view(world, zoom=float(np.exp(speed * time))), time) for time in times(4)) == ()


def test_light_that_changes_is_no_transition() -> None:
    assert found((mixed(ONE, flat(200), 0.15 * time), time) for time in times(4)) == ()


def test_a_thing_that_crosses_the_picture_is_no_transition() -> None:
    def crossing(time: float) -> Image:
        picture = ONE.copy()
        left = int(60 * time)
        picture[40:140, left : left + 80] = 235
        return picture

    assert found((crossing(time), time) for time in times(4)) == ()
