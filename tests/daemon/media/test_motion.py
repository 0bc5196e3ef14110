"""Camera movement, on arrays alone."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from daemon.contract.evidence import Motion
from daemon.media.motion import Movement
from tests.daemon.media.scenes import Image, flat, texture, times, view

WORLD = texture(7)


def movement(seen: Callable[[float], Image], seconds: float = 3.0, step: int = 1) -> Motion:
    detector = Movement()
    for time in times(seconds)[::step]:
        detector.push(seen(time), time)
    return detector.between(0, seconds)


@pytest.mark.parametrize("step", [1, 4], ids=["every picture", "every fourth"])
@pytest.mark.parametrize(
    ("seen", "kind", "speed"),
    [
        (lambda time: view(WORLD), "static", 0),
        (lambda time: view(WORLD, x=0.1 * time), "pan right", 0.1),
        (lambda time: view(WORLD, x=-0.05 * time), "pan left", 0.05),
        (lambda time: view(WORLD, y=0.1 * time), "tilt down", 0.1),
        (lambda time: view(WORLD, y=-0.08 * time), "tilt up", 0.08),
        (lambda time: view(WORLD, zoom=float(np.exp(0.1 * time))), "zoom in", 0.1),
        (lambda time: view(WORLD, zoom=float(np.exp(0.5 - 0.1 * time))), "zoom out", 0.1),
    ],
)
def test_a_movement_is_named_with_its_speed(seen: Callable[[float], Image], kind: str, speed: float, step: int) -> None:
    motion = movement(seen, step=step)
    assert motion.kind == kind
    assert motion.speed == pytest.approx(speed, rel=0.15)
    assert motion.confidence > 0.5


def test_a_hand_shakes() -> None:
    def shaken(time: float) -> Image:
        return view(WORLD, x=0.01 * float(np.sin(9 * time)), y=0.012 * float(np.sin(13 * time + 1)))

    assert movement(shaken).kind == "handheld"


def test_what_moves_in_front_of_the_camera_is_not_its_movement() -> None:
    thing = view(texture(8))[:70, :90]

    def crossed(time: float) -> Image:
        picture = view(WORLD).copy()
        picture[60:130, int(70 * time) : int(70 * time) + 90] = thing
        return picture

    assert movement(crossed).kind == "static"


def test_nobody_can_say_what_a_camera_does_in_front_of_nothing() -> None:
    assert movement(lambda time: flat(100)).kind == "unknown"


def test_a_stretch_too_short_to_measure_is_unknown() -> None:
    assert movement(lambda time: view(WORLD), seconds=0.3).kind == "unknown"


def test_a_tall_film_is_measured_too() -> None:
    def tall(time: float) -> Image:
        return cv2.rotate(view(WORLD, x=0.1 * time), cv2.ROTATE_90_CLOCKWISE)  # type: ignore[return-value]

    assert movement(tall).kind == "tilt down"
