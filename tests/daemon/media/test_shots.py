"""Hard cuts, on arrays alone."""

from collections.abc import Iterable

import pytest

from daemon.media.shots import CANDIDATE, Cuts, content_score
from tests.daemon.media.scenes import Image, flat, held, hsv, texture, times, view

ONE, OTHER = view(texture(1)), view(texture(2))


def found(pictures: Iterable[tuple[Image, float]], **how: float) -> list[float]:
    cuts = Cuts(**how)
    for picture, time in pictures:
        cuts.push(hsv(picture), time)
    return [cut.time for cut in cuts.finish()]


def test_a_cut_is_at_the_first_picture_after_it() -> None:
    assert found([*held(ONE, 1, 0), *held(OTHER, 1, 1)]) == [1.0]


def test_uneven_times_are_kept() -> None:
    pictures = [(ONE, 0.0), (ONE, 0.04), (ONE, 0.2), (OTHER, 0.5), (OTHER, 0.51), (OTHER, 1.7)]
    assert found(pictures) == [0.5]


def test_no_cut_in_a_film_of_one_picture() -> None:
    assert found([(ONE, 0.0)]) == []
    assert found([]) == []


@pytest.mark.parametrize("length", [1 / 24, 2 / 24, 0.2])
def test_a_flash_is_no_cut(length: float) -> None:
    assert found([*held(ONE, 1, 0), *held(flat(235), length, 1), *held(ONE, 1, 1 + length)]) == []


def test_a_short_shot_is_no_flash() -> None:
    assert found([*held(ONE, 1, 0), *held(OTHER, 0.5, 1), *held(ONE, 1, 1.5)]) == [1.0, 1.5]


def test_a_fast_pan_is_no_cut() -> None:
    world = texture(3)
    assert found((view(world, x=0.5 * time - 0.5), time) for time in times(2)) == []


def test_a_cut_within_restless_pictures_is_found() -> None:
    def restless(seed: int, start: float) -> list[tuple[Image, float]]:
        return [(view(texture(seed), x=0.2 * (time - start)), time) for time in times(1, start)]

    assert found([*restless(4, 0), *restless(5, 1)]) == [1.0]


def test_candidates_that_stand_out_too_little_are_faint() -> None:
    cuts = Cuts(CANDIDATE)
    for number in range(24):
        cuts.push(hsv(flat(100 + 8 * (number % 2) if number != 12 else 130)), number / 24)
    assert all(cut.faint for cut in cuts.finish())


def test_hue_counts_for_nothing_where_there_is_no_colour() -> None:
    grey = hsv(ONE)
    grey[..., 1] = 0
    other = grey.copy()
    other[..., 0] = 90
    assert content_score(grey, other) == 0
    assert content_score(hsv(ONE, hue=10), hsv(ONE, hue=90)) > 20
