"""The demo film holds what its truth says, and a film builder for tests breaks what it says it breaks."""

from contextlib import suppress
from functools import cache
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from daemon.demo import film, sound
from daemon.demo.film import RATE, Truth
from tests.media import films


@cache
def _pictures(path: Path) -> tuple[NDArray[np.float64], list[NDArray[np.uint8]]]:
    """Presentation times, and the pictures as small grey ones."""
    with av.open(str(path)) as container:
        frames = [(float(frame.time or 0), frame.reformat(64, 36, "gray").to_ndarray()) for frame in container.decode(video=0)]
    return np.array([time for time, _ in frames]), [np.asarray(picture, np.uint8) for _, picture in frames]


def _sound(path: Path) -> NDArray[np.float32]:
    """Mono samples at 16 kHz, from the film's first picture on."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("s16", "mono", sound.RATE)
        pieces = [piece.to_ndarray()[0] for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
    return np.concatenate(pieces).astype(np.float32) / np.float32(32768)


def _level(samples: NDArray[np.float32], start: float, end: float) -> float:
    """Decibels below full scale."""
    return 20 * float(np.log10(samples[round(start * sound.RATE) : round(end * sound.RATE)].std() + 1e-9))


def test_the_film_is_as_long_as_it_says_and_frames_stand_on_the_grid(demo_film: Path, demo_truth: Truth) -> None:
    times, _ = _pictures(demo_film)
    assert 38 < demo_truth.duration < 45
    assert times == pytest.approx(np.arange(round(demo_truth.duration * RATE)) / RATE, abs=1e-3)


def test_cuts_are_where_the_truth_says_and_nowhere_else(demo_film: Path, demo_truth: Truth) -> None:
    times, pictures = _pictures(demo_film)
    change = np.array([np.abs(after.astype(int) - before).mean() for before, after in pairwise(pictures)])
    found = times[1:][change > 20]
    assert found == pytest.approx(demo_truth.cuts, abs=1e-3)
    assert len(demo_truth.cuts) >= 5


def test_it_begins_and_ends_black_and_fades(demo_film: Path, demo_truth: Truth) -> None:
    times, pictures = _pictures(demo_film)
    light = np.array([picture.mean() for picture in pictures])
    dark = np.any([(times >= span.start) & (times < span.end - 1e-6) for span in demo_truth.black], axis=0)
    assert light[dark].max() < 2
    assert light[~dark].max() > 100
    rise, fall = (light[(times >= fade.start) & (times < fade.end)] for fade in demo_truth.fades)
    assert (np.diff(rise) > 0).all()
    assert (np.diff(fall)[1:] < 0.5).all()
    assert fall[-1] < fall[0] / 4


def test_the_lines_are_heard_at_their_times(demo_film: Path, demo_truth: Truth) -> None:
    samples = _sound(demo_film)
    assert len(demo_truth.lines) == 12
    for line in demo_truth.lines:
        assert _level(samples, line.start, line.end) > -32
        assert _level(samples, line.start - 0.5, line.start - 0.15) < -45


def test_head_and_tail_are_silent(demo_film: Path, demo_truth: Truth) -> None:
    samples = _sound(demo_film)
    for span in demo_truth.black:
        assert _level(samples, span.start + 0.1, span.end - 0.1) < -70


def test_the_camera_pans_and_zooms(demo_truth: Truth) -> None:
    assert {"pan right", "zoom in", "static"} == set(demo_truth.movements)
    assert len(demo_truth.movements) == len(demo_truth.shots)


def test_the_same_film_every_time(tmp_path: Path, short_film: Path) -> None:
    films.short(tmp_path / "again.mp4")
    assert (tmp_path / "again.mp4").read_bytes() == short_film.read_bytes()


def test_the_truth_of_a_film_needs_no_film(short_truth: Truth, tmp_path: Path) -> None:
    assert film.make(tmp_path / "short.mp4", scenes=films.SHORT) == short_truth
    assert short_truth.cuts == (2, 4.5)
    assert [line.text for line in short_truth.lines] == ["Anna opens the door."]


def test_silent_film_has_pictures_alone(silent_film: Path) -> None:
    with av.open(str(silent_film)) as container:
        assert [stream.type for stream in container.streams] == ["video"]


def test_sound_only_has_no_pictures(sound_only: Path) -> None:
    with av.open(str(sound_only)) as container:
        assert [stream.type for stream in container.streams] == ["audio"]


def test_truncated_film_opens_and_ends_early(truncated_film: Path, short_truth: Truth) -> None:
    with av.open(str(truncated_film)) as container:
        assert container.duration == pytest.approx(short_truth.duration * 1e6, abs=1e5)
        times: list[float] = []
        with suppress(av.error.InvalidDataError):  # where the break falls into a picture
            times.extend(frame.time or 0 for frame in container.decode(video=0))
    assert 0 < len(times) < short_truth.duration * RATE - 10


@pytest.mark.parametrize("name", ["headless_film", "text_film", "empty_film"])
def test_broken_files_do_not_open(name: str, request: pytest.FixtureRequest) -> None:
    broken: Path = request.getfixturevalue(name)
    with pytest.raises(av.error.InvalidDataError):
        av.open(str(broken))
