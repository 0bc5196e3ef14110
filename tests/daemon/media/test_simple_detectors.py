"""Black, frozen pictures, light and silence, on arrays alone."""

import numpy as np
import pytest

from daemon.contract.evidence import Span
from daemon.media.black import Black
from daemon.media.frozen import Frozen
from daemon.media.light import Lights
from daemon.media.silence import RATE, Samples, Silence
from tests.daemon.media.scenes import flat, held, hsv, texture, times, view

SCENE = view(texture(1))


def test_black_has_both_ends() -> None:
    black = Black()
    for picture, time in [*held(SCENE, 1, 0), *held(flat(16), 0.5, 1), *held(SCENE, 1, 1.5), *held(flat(18), 1, 2.5)]:
        black.push(picture, time)
    assert black.finish(3.5) == (Span(start=1, end=1.5), Span(start=2.5, end=3.5))


def test_dark_footage_is_not_black() -> None:
    black = Black()
    for picture, time in held(view(texture(2, level=26, contrast=7)), 2, 0):
        black.push(picture, time)
    assert black.finish(2) == ()


def test_a_small_light_in_the_dark_is_not_black() -> None:
    night = flat(16)
    night[80:100, 100:160] = 200
    black = Black()
    black.push(night, 0)
    assert black.finish(1) == ()


def test_a_single_black_picture_is_nothing() -> None:
    black = Black()
    for picture, time in [*held(SCENE, 1, 0), (flat(16), 1.0), (SCENE, 1 + 1 / 24)]:
        black.push(picture, time)
    assert black.finish(2) == ()


def test_a_frozen_picture_is_found_though_noise_flickers() -> None:
    rng = np.random.default_rng(1)
    frozen = Frozen()
    for time in times(3):
        frozen.push(view(texture(1), x=0.1 * time), time)
    for time in times(3, 3):
        frozen.push((SCENE + rng.integers(0, 3, SCENE.shape)).astype(np.uint8), time)
    (span,) = frozen.finish(6)
    assert (span.start, span.end) == (3, 6)


def test_light_is_summed_up_over_any_stretch() -> None:
    lights = Lights()
    for picture, time in [*held(flat(30), 2, 0), *held(flat(180), 2, 2)]:
        lights.push(hsv(picture), picture, time)
    night, day = lights.between(0, 2), lights.between(2, 4)
    assert (night.time, day.time) == ("night", "day")
    assert night.brightness == pytest.approx(14 / 219, abs=0.01)
    assert day.brightness == pytest.approx(164 / 219, abs=0.01)


def test_a_blue_upper_third_is_outside() -> None:
    picture = hsv(flat(150), hue=60)
    picture[..., 1] = 10
    picture[:30] = (110, 150, 200)
    lights = Lights()
    lights.push(picture, flat(150), 0)
    assert lights.between(0, 1).place == "outside"


def tone(seconds: float, level: float = 0.3) -> Samples:
    samples: Samples = (np.sin(np.arange(round(seconds * RATE)) * 0.2) * level * 32767).astype(np.int16)
    return samples


@pytest.mark.parametrize("piece", [160, 1024, 50_000])
def test_silence_is_found_whatever_the_pieces(piece: int) -> None:
    track = np.concatenate((tone(2), tone(1.5, 0.0005), tone(1)))
    silence = Silence()
    for start in range(0, len(track), piece):
        silence.push(track[start : start + piece], start / RATE)
    (span,) = silence.finish(4.5)
    assert [span.start, span.end] == pytest.approx([2, 3.5], abs=0.06)


def test_what_was_never_heard_is_silent() -> None:
    silence = Silence()
    silence.push(tone(1), 2.0)
    silence.push(tone(1), 6.0)
    spans = silence.finish(10)
    assert [(round(span.start, 1), round(span.end, 1)) for span in spans] == [(0, 2), (3, 6), (7, 10)]


def test_a_breath_between_words_is_no_silence() -> None:
    silence = Silence()
    silence.push(np.concatenate((tone(1), tone(0.3, 0), tone(1))), 0)
    assert silence.finish(2.3) == ()
