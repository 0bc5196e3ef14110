"""Music is told from noise, speech and machines, and stands in the order of time with silence."""

import numpy as np
import pytest

from daemon.contract.evidence import Span
from daemon.demo import sound as recordings
from daemon.speech import sounds
from tests.daemon.speech.talk import RATE, Sound, chords, noise, pcm

TIME = np.arange(12 * RATE) / RATE
HUM = sum(0.02 * np.sin(2 * np.pi * 50 * overtone * TIME) / overtone for overtone in range(1, 9))


@pytest.mark.parametrize(
    "music",
    [
        chords(12),
        chords(12, vibrato=0.03),
        chords(12, beat=0.25),
        chords(12, -20),
        chords(12) + noise(12, -10),
        recordings.recorded("music"),
    ],
    ids=["chords", "vibrato", "quick", "soft", "rain", "recorded"],
)
def test_music_is_found(music: Sound) -> None:
    (found,) = sounds.music(pcm(music), [])
    assert found.start <= 1
    assert found.end >= len(music) / RATE - 1
    assert found.confidence >= 0.5


@pytest.mark.parametrize(
    "other",
    [noise(12, 0), np.random.default_rng(1).normal(0, 0.05, 12 * RATE), HUM, 0.05 * np.sin(2 * np.pi * 440 * TIME),
     recordings.recorded("storm"), np.zeros(12 * RATE), chords(12, -60), np.zeros(0), chords(2.5)],
    ids=["dull noise", "white noise", "mains hum", "whistle", "speech", "nothing", "inaudible", "no sound", "too short"],
)  # fmt: skip
def test_what_is_no_music_is_not(other: Sound) -> None:
    assert sounds.music(pcm(other), []) == []


def test_music_is_looked_for_where_nobody_speaks() -> None:
    track = pcm(chords(20))
    found = sounds.music(track, [Span(start=8, end=14)])
    assert [(one.start, one.end) for one in found] == [(0, 8), (14, 20)]
    assert [(one.start, one.end) for one in sounds.music(track, [Span(start=8, end=9)])] == [(0, 20)]


def test_music_that_begins_and_ends_has_its_times() -> None:
    track = pcm(np.concatenate([noise(70, -20), chords(10), noise(15, -20)]))
    (found,) = sounds.music(track, [])
    assert (found.start, found.end) == pytest.approx((70, 80), abs=1)


def test_music_and_silence_are_numbered_in_order_of_time() -> None:
    track = pcm(np.concatenate([np.zeros(4 * RATE), chords(6), np.zeros(5 * RATE)]))
    silence = (Span(start=0, end=4), Span(start=6, end=7.5), Span(start=10, end=15))
    found = sounds.sounds(track, (), silence)
    assert [(one.id, one.kind) for one in found] == [("n1", "silence"), ("n2", "music"), ("n3", "silence")]
    assert [one.start for one in found] == [0, 4, 10]
