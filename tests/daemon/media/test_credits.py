"""Rolls and cards of text, on arrays alone."""

import cv2
import numpy as np
import pytest

from daemon.contract.evidence import Credits
from daemon.media.credits import Texts
from tests.daemon.media.scenes import Image, texture, times, view

LINES = ["DIRECTED BY  ANNA MAROWSKY", "CAMERA  JON HALVORSEN", "SOUND  MIRA OKONKWO", "CUT  PETER VAN DYCK"] * 12


def page(offset: float, lines: int = len(LINES)) -> Image:
    """White lines on black, the first at ``offset`` rows."""
    picture = np.full((180, 320), 16, np.uint8)
    for number, line in enumerate(LINES[:lines]):
        cv2.putText(picture, line, (45, round(offset + 16 * number)), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 225, 1, cv2.LINE_AA)
    return picture


def found(seen: list[tuple[Image, float]], end: float) -> tuple[Credits, ...]:
    texts = Texts()
    for picture, time in seen:
        texts.push(picture, time)
    return texts.finish(end)


def test_a_roll_is_found_from_end_to_end() -> None:
    scene = [(view(texture(1)), time) for time in times(5)]
    roll = [(page(180 - 22 * (time - 5)), time) for time in times(20, 5)]
    (credit,) = found(scene + roll, 25)
    assert credit.kind == "roll"
    assert credit.start == pytest.approx(6, abs=1.2)  # the first lines must be on the screen
    assert credit.end == pytest.approx(25, abs=0.5)


def test_cards_with_black_between_are_one_stretch() -> None:
    cards = [(page(60 + 20 * (time // 3 % 2), 4) if time % 3 < 2.5 else page(500), time) for time in times(9)]
    (credit,) = found(cards, 9)
    assert credit.kind == "cards"
    assert [credit.start, credit.end] == pytest.approx([0, 8.5], abs=0.5)


def test_a_scene_that_moves_up_is_no_roll() -> None:
    world = texture(2)
    assert found([(view(world, y=0.1 * time), time) for time in times(8)], 8) == ()


def test_a_dark_scene_is_no_card() -> None:
    world = texture(3, level=30, contrast=8)
    assert found([(view(world), time) for time in times(8)], 8) == ()


def test_a_subtitle_under_a_scene_is_no_card() -> None:
    picture = view(texture(4)).copy()
    cv2.putText(picture, "WE LEAVE TONIGHT", (60, 165), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 235, 1)
    assert found([(picture, time) for time in times(8)], 8) == ()
