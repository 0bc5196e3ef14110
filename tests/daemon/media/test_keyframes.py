"""Which pictures are kept to look at."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from av import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from daemon.contract.evidence import Span
from daemon.media.keyframes import Keyframes, Still, choose, sharpness
from daemon.media.pictures import Picture, pq_to_video
from tests.daemon.media.scenes import flat, texture, times, view

SCALER = VideoReformatter()


def picture(luma: NDArray[np.uint8], pixels: str = "yuv420p") -> Picture:
    coloured = np.dstack((luma, luma, luma))
    return Picture(VideoFrame.from_ndarray(coloured, format="bgr24").reformat(format=pixels), SCALER)


def stills(folder: Path, *kept: tuple[float, float]) -> list[Still]:
    folder.mkdir()
    found = [Still(time, sharp, folder / f"at-{time:.3f}.jpg") for time, sharp in kept]
    for still in found:
        still.path.write_bytes(b"jpeg")
    return found


def test_the_sharpest_of_a_stretch_is_kept(tmp_path: Path) -> None:
    keyframes = Keyframes(tmp_path / "keyframes")
    sharp = view(texture(1))
    for time in times(2):
        blurred = cv2.GaussianBlur(sharp, (0, 0), 0.5 + abs(time - 1.0))
        keyframes.push(picture(blurred), time, 0.0)  # type: ignore[arg-type]
    (still,) = keyframes.finish()
    assert still.time == pytest.approx(1.0, abs=0.2)


def test_a_jump_begins_a_new_stretch(tmp_path: Path) -> None:
    keyframes = Keyframes(tmp_path / "keyframes")
    for time in times(2):
        keyframes.push(picture(view(texture(1 if time < 1 else 2))), time, 60.0 if time == 1 else 0.5)
    assert [still.time < 1 for still in keyframes.finish()] == [True, False]


def test_black_is_never_preferred() -> None:
    assert sharpness(flat(16)) == 0 < sharpness(view(texture(1)))


def test_a_short_shot_has_one_and_a_long_one_more(tmp_path: Path) -> None:
    kept = stills(tmp_path / "keyframes", (1, 5), (3, 9), (11, 7), (19, 8), (27, 6), (35, 5), (50, 1))
    chosen = choose(kept, [("S1", 0, 6), ("S2", 6, 40), ("S3", 40, 60)])
    assert chosen == {
        "S1": ("keyframes/S1.jpg",),
        "S2": ("keyframes/S2.jpg", "keyframes/S2-2.jpg", "keyframes/S2-3.jpg"),
        "S3": ("keyframes/S3.jpg",),
    }
    assert sorted(path.name for path in (tmp_path / "keyframes").iterdir()) == ["S1.jpg", "S2-2.jpg", "S2-3.jpg", "S2.jpg", "S3.jpg"]


def test_pictures_in_the_middle_of_a_shot_are_preferred_to_those_at_its_edge(tmp_path: Path) -> None:
    kept = stills(tmp_path / "keyframes", (10.01, 9), (12, 5))
    (tmp_path / "keyframes" / "at-12.000.jpg").write_bytes(b"middle")
    choose(kept, [("S1", 10, 14)])
    assert (tmp_path / "keyframes" / "S1.jpg").read_bytes() == b"middle"


def test_a_picture_within_a_dissolve_is_taken_only_where_there_is_no_other(tmp_path: Path) -> None:
    kept = stills(tmp_path / "keyframes", (9.5, 9), (12, 5), (19.8, 9))
    dissolves = [Span(start=9, end=10), Span(start=19.5, end=20.5)]
    (tmp_path / "keyframes" / "at-12.000.jpg").write_bytes(b"clear")
    chosen = choose(kept, [("S1", 9.4, 19), ("S2", 19.6, 20.4)], dissolves)
    assert (tmp_path / "keyframes" / "S1.jpg").read_bytes() == b"clear"
    assert chosen["S2"] == ("keyframes/S2.jpg",)


@pytest.mark.parametrize("pixels", ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "yuv420p10le", "nv12", "rgb24", "gray"])
@pytest.mark.parametrize("size", [(1920, 1080), (320, 180), (101, 57), (57, 101), (16, 16)])
def test_any_pixels_and_any_size_are_seen_alike(pixels: str, size: tuple[int, int]) -> None:
    grey = np.full((size[1], size[0], 3), 128, np.uint8)
    seen = Picture(VideoFrame.from_ndarray(grey, format="bgr24").reformat(format=pixels), SCALER)
    assert seen.luma.shape == ((180, 320) if size[0] >= size[1] else (320, 180))
    assert seen.luma.mean() == pytest.approx(126, abs=2)
    assert seen.hsv[..., 2].mean() == pytest.approx(126, abs=14)


def test_the_table_of_high_dynamic_range_is_even() -> None:
    table = pq_to_video(16, 235).astype(int)
    assert table[16] == 16
    assert (np.diff(table) >= 0).all()
    assert table[16 + round(0.58 * 219)] == pytest.approx(215, abs=8)  # diffuse white, 203 cd/m²
