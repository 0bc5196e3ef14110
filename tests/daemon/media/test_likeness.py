"""What is decided of a picture before a model looks at it."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from daemon.media import likeness
from daemon.media.likeness import Image


def scene(seed: int, width: int = 960, height: int = 540) -> Image:
    """Soft shapes and colours, always the same of the same seed."""
    rough = np.random.default_rng(seed).integers(0, 255, (9, 16, 3), dtype=np.uint8)
    return cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.uint8, copy=False)


def test_a_picture_is_like_itself_however_it_was_stored() -> None:
    picture = scene(1)
    smaller = cv2.imdecode(np.frombuffer(likeness.shrunk(picture, 400), np.uint8), cv2.IMREAD_COLOR)
    assert smaller is not None
    assert likeness.alike(likeness.look(picture), likeness.look(smaller.astype(np.uint8)))


def test_a_take_that_goes_on_is_like_itself() -> None:
    picture = scene(1)
    moved = np.roll(picture, 6, axis=1)
    assert likeness.alike(likeness.look(picture), likeness.look(moved))


def test_other_pictures_are_not_alike() -> None:
    looks = [likeness.look(scene(seed)) for seed in range(20)]
    assert not any(likeness.alike(one, other) for place, one in enumerate(looks) for other in looks[place + 1 :])


def test_the_same_shapes_in_other_colours_are_not_alike() -> None:
    picture = scene(1)
    assert not likeness.alike(likeness.look(picture), likeness.look(picture[:, :, ::-1].copy()))


@pytest.mark.parametrize(
    ("picture", "nothing"),
    [
        (np.zeros((90, 160, 3), np.uint8), True),
        (np.full((90, 160, 3), 200, np.uint8), True),
        (np.random.default_rng(1).integers(0, 20, (90, 160, 3), dtype=np.uint8), True),
        (scene(1, 160, 90), False),
    ],
    ids=["black", "one colour", "noise in the dark", "a picture"],
)
def test_what_shows_nothing(picture: Image, nothing: bool) -> None:
    assert likeness.shows_nothing(picture) is nothing


def test_a_light_in_the_dark_is_something() -> None:
    night = np.zeros((90, 160, 3), np.uint8)
    night[40:50, 70:90] = 220
    assert not likeness.shows_nothing(night)


@pytest.mark.parametrize(("longest", "size"), [(1024, (540, 960)), (480, (270, 480))])
def test_a_picture_is_made_small_and_never_large(longest: int, size: tuple[int, int]) -> None:
    jpeg = likeness.shrunk(scene(1), longest)
    made = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert made is not None
    assert jpeg.startswith(b"\xff\xd8\xff")
    assert made.shape[:2] == size


def test_a_file_that_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "no.jpg"
    path.write_bytes(b"no picture")
    assert likeness.read(path) is None
    assert likeness.read(tmp_path / "none.jpg") is None
