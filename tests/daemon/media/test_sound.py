"""The 16 kHz sound file and its loudness, from frames made here."""

import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from daemon.media import ffmpeg as tool
from daemon.media.fingerprint import STEP, fingerprint
from daemon.media.loudness import FLOOR, Loud
from daemon.media.sound import RATE, Batches, SoundFile
from tests.daemon.media.films import ffmpeg

PIECE = 1024


def frames(
    seconds: float, start: float = 0.0, *, rate: int = 48_000, layout: str = "stereo", level: float = 0.25
) -> list[tuple[av.AudioFrame, float]]:
    """A tone of 997 Hz in pieces, as a decoder gives it, each with its film time."""
    channels = av.AudioLayout(layout).nb_channels
    tone = (np.sin(np.arange(round(seconds * rate)) * 2 * np.pi * 997 / rate) * level).astype(np.float32)
    made = []
    for at in range(0, len(tone), PIECE):
        frame = av.AudioFrame.from_ndarray(np.tile(tone[at : at + PIECE], (channels, 1)), format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
        made.append((frame, start + at / rate))
    return made


def written(*pieces: tuple[av.AudioFrame, float]) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    file = io.BytesIO()
    told: list[float] = []
    sound = SoundFile(file, lambda samples, time: told.append(time))
    for frame, time in pieces:
        sound.push(frame, time)
    sound.finish()
    assert told == sorted(told)
    return np.frombuffer(file.getvalue(), "<i2")


def seconds_of_sound(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> tuple[float, float]:
    """Where it begins and ends."""
    loud = np.flatnonzero(np.abs(samples.astype(int)) > 1000)
    return float(loud[0] / RATE), float(loud[-1] / RATE)


@pytest.mark.parametrize("rate", [8000, 16_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("layout", ["mono", "stereo", "5.1"])
def test_any_form_becomes_16_khz_mono(rate: int, layout: str) -> None:
    samples = written(*frames(2, rate=rate, layout=layout))
    assert len(samples) == pytest.approx(2 * RATE, abs=40)
    assert np.abs(samples[RATE // 2 : RATE].astype(int)).max() > 2000


@pytest.mark.parametrize("start", [0.5, 3.0])
def test_a_late_track_begins_late(start: float) -> None:
    assert seconds_of_sound(written(*frames(1, start))) == pytest.approx((start, start + 1), abs=0.01)


def test_an_early_track_loses_what_no_picture_belongs_to() -> None:
    samples = written(*frames(2, -0.5))
    assert len(samples) == pytest.approx(1.5 * RATE, abs=40)


def test_a_gap_stays_a_gap_and_an_overlap_shifts_nothing() -> None:
    samples = written(*frames(1), *frames(1, 1.5), *frames(1, 2.3))
    assert len(samples) == pytest.approx(3.3 * RATE, abs=60)
    assert np.abs(samples[int(1.1 * RATE) : int(1.4 * RATE)]).max() == 0


def test_small_jitter_of_the_clock_is_no_gap() -> None:
    pieces = [(frame, time + 0.01 * (number % 2)) for number, (frame, time) in enumerate(frames(2))]
    assert len(written(*pieces)) == pytest.approx(2 * RATE, abs=40)


def test_a_track_that_changes_its_form_goes_on() -> None:
    samples = written(*frames(1), *frames(1, 1.0, layout="5.1"), *frames(1, 2.0, rate=44_100))
    assert len(samples) == pytest.approx(3 * RATE, abs=120)
    assert seconds_of_sound(samples)[1] == pytest.approx(3, abs=0.01)


def test_batches_hold_everything_in_order_and_break_at_gaps() -> None:
    told: list[tuple[int, float]] = []
    batches = Batches(lambda frame, time: told.append((frame.samples, round(time, 3))))
    for frame, time in [*frames(1.2), *frames(0.2, 3.0), *frames(0.2, 3.2, layout="mono")]:
        batches.push(frame, time)
    batches.finish()
    assert sum(samples for samples, _ in told) == pytest.approx(1.6 * 48_000, abs=1)
    assert [time for _, time in told] == pytest.approx([0, 0.512, 1.024, 3.0, 3.2], abs=0.002)


def test_loudness_of_the_standards_own_tone() -> None:
    """EBU Tech 3341, case 1: a stereo sine of 1 kHz at -23 dBFS is -23 LUFS."""
    loud = Loud()
    for frame, time in frames(20, level=10 ** (-23 / 20)):
        loud.push(frame, time)
    found = loud.finish()
    assert found is not None
    assert found.integrated == pytest.approx(-23, abs=0.1)
    assert found.momentary[5:15] == pytest.approx([-23] * 10, abs=0.1)


def test_momentary_loudness_follows_a_step() -> None:
    loud = Loud()
    for frame, time in [*frames(4, 2.0, level=0.02), *frames(4, 6.0, level=0.2)]:
        loud.push(frame, time)
    found = loud.finish()
    assert found is not None
    assert found.momentary[:2] == (FLOOR, FLOOR)
    assert found.momentary[8] - found.momentary[4] == pytest.approx(20, abs=0.5)


def test_nothing_heard_has_no_loudness() -> None:
    assert Loud().finish() is None


def test_two_films_share_the_fingerprint_of_what_they_share(tmp_path: Path) -> None:
    music = tmp_path / "music.s16"
    notes = "sin(2*PI*t*(220+110*floor(mod(t*3,7))))*0.3+sin(2*PI*t*(330+50*floor(mod(t*2,5))))*0.2"
    ffmpeg("-f", "lavfi", "-i", f"aevalsrc='{notes}':s={RATE}:d=20", "-f", "s16le", music)
    late = tmp_path / "late.s16"
    late.write_bytes(bytes(2 * RATE * 13) + music.read_bytes())
    one, other = (_numbers(path, tmp_path) for path in (music, late))
    shift = round(13 / STEP)
    alike = [_bits(a, b) for a, b in zip(one[20:80], other[shift + 20 : shift + 80], strict=True)]
    assert np.mean(alike) < 4  # of 32 bits
    assert np.mean([_bits(a, b) for a, b in zip(one[20:80], other[20:80], strict=True)]) > 6


def _numbers(path: Path, folder: Path) -> list[int]:
    out = folder / f"{path.name}.chromaprint"
    assert fingerprint(path, out) == ""
    return [int(number) for number in np.frombuffer(out.read_bytes(), "<u4")]


def _bits(one: int, other: int) -> int:
    return (one ^ other).bit_count()


def test_a_fingerprint_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    assert "fingerprint" in fingerprint(tmp_path / "missing.s16", tmp_path / "out")
    assert tool.program().exists()
