"""Intros that films share, and ranges that were learned."""

from base64 import b64encode
from pathlib import Path

import numpy as np
import pytest

from benchmarks.sounds import RATE, sound
from daemon.contract.evidence import Span
from daemon.stages.skip_rules import Shared
from daemon.stages.skip_rules.lessons import Lesson, part_of
from daemon.stages.skip_rules.sounds import Sound, learned_in, shared_with, sound_of
from tests.daemon.stages.skip_rules.films import film, left_out, suggested, talk
from tests.daemon.stages.skip_rules.sounding import INTRO, artefact, print_of
from tests.daemon.stages.skip_rules.sounding import talk as talking

STEP = 1365 / 11025


def heard(*parts: "np.ndarray[tuple[int], np.dtype[np.float64]]", quiet: tuple[Span, ...] = ()) -> Sound:
    samples = np.concatenate(parts)
    return Sound(print_of(samples), STEP, len(samples) / RATE, quiet)


@pytest.fixture(scope="module")
def pilot() -> Sound:
    return heard(talking(11, 12), INTRO, talking(12, 80))


@pytest.fixture(scope="module")
def second() -> Sound:
    return heard(talking(13, 4), INTRO, talking(14, 100))


def test_an_intro_is_found_where_it_lies_and_suggested_to_the_film_before(pilot: Sound, second: Sound) -> None:
    (shared,), (elsewhere,) = shared_with(second, {"pilot": pilot})
    assert (shared.reason, shared.confidence) == ("repeat", 0.75)
    assert (shared.start, shared.end) == pytest.approx((4, 24), abs=1)
    (suggestion,) = elsewhere.suggestions
    assert elsewhere.analysis == "pilot"
    assert (suggestion.start, suggestion.end) == pytest.approx((12, 32), abs=1)


def test_more_films_make_it_surer(pilot: Sound, second: Sound) -> None:
    third = heard(talking(15, 9), INTRO, talking(16, 90))
    (shared,), elsewhere = shared_with(third, {"pilot": pilot, "second": second})
    assert (shared.films, shared.confidence) == (2, 0.85)
    assert {one.analysis for one in elsewhere} == {"pilot", "second"}


def test_an_outro_counts_and_what_lies_in_the_middle_does_not(pilot: Sound) -> None:
    last = heard(talking(17, 70), INTRO, talking(18, 3))
    before = heard(talking(19, 90), INTRO)
    (shared,), _ = shared_with(last, {"before": before})
    assert shared.start == pytest.approx(70, abs=1)
    middle = heard(talking(20, 60), INTRO, talking(21, 60))
    assert shared_with(middle, {"pilot": pilot}) == ((), ())


def test_a_film_in_another_coding_is_no_relative_of_itself() -> None:
    samples = np.concatenate([talking(22, 60), sound("music", 23, 60)])
    one, other = (Sound(print_of(samples, bitrate), STEP, 120.0) for bitrate in ("", "48k"))
    assert shared_with(one, {"copy": other}) == ((), ())


def test_a_short_one_in_a_single_film_is_a_question() -> None:
    jingle = sound("music", 30, 12)
    one, other = heard(talking(31, 5), jingle, talking(32, 70)), heard(talking(33, 8), jingle, talking(34, 70))
    (shared,), _ = shared_with(one, {"other": other})
    assert shared.confidence == 0.5


def test_a_stretch_that_is_mostly_silent_is_no_intro(pilot: Sound, second: Sound) -> None:
    still = Sound(second.numbers, STEP, second.duration, (Span(start=4, end=15),))
    assert shared_with(still, {"pilot": pilot}) == ((), ())


def lesson(numbers: bytes, start: float, end: float) -> Lesson:
    return Lesson(id=3, seconds=end - start, sound=b64encode(part_of(numbers, STEP, start, end)).decode(), note="sponsor")


def test_what_was_learned_is_found_again_wherever_it_is() -> None:
    message = sound("talk", 40, 9)
    taught = np.concatenate([talking(41, 30), message, talking(42, 20)])
    follows = heard(talking(43, 47), message, talking(44, 15), message, talking(45, 5))
    found = list(learned_in(follows, [lesson(print_of(taught).astype("<u4").tobytes(), 30, 39)]))
    places = sorted((one.start, one.end) for one in found)
    assert [time for place in places for time in place] == pytest.approx([47, 56, 71, 80], abs=0.3)
    assert found[0].note == "learned range 3: sponsor"
    assert list(learned_in(heard(talking(46, 60)), [lesson(print_of(taught).astype("<u4").tobytes(), 30, 39)])) == []


def test_too_short_or_silent_ranges_tell_nothing() -> None:
    numbers = print_of(np.concatenate([talking(47, 20), sound("silence", 0, 30)])).astype("<u4").tobytes()
    assert part_of(numbers, STEP, 5, 9) == b""
    assert part_of(numbers, STEP, 24, 45) == b""
    assert part_of(numbers, STEP, 400, 500) == b""
    assert len(part_of(numbers, STEP, 5, 10)) >= 64


def test_the_sound_of_an_artefact(tmp_path: Path) -> None:
    folder = artefact(tmp_path / "film", talking(48, 12))
    found = sound_of(folder)
    assert found is not None
    assert found.duration == 12
    assert len(found.numbers) == pytest.approx((12 - 2.6) / STEP, abs=2)
    assert sound_of(artefact(tmp_path / "mute", talking(48, 12), fingerprint="")) is None


def test_a_learned_range_goes_with_its_words_and_a_repeated_one_does_not() -> None:
    words = talk((31, 33), (34, 36), (37, 39))
    for reason, gone in (("learned", [(30, 40, "learned")]), ("repeat", [])):
        shared = Shared.model_validate({"start": 30.4, "end": 39.5, "reason": reason, "confidence": 0.9})
        made = film(200, list(range(10, 200, 10)), words)
        made = type(made)(made.analysis, words, shared=(shared,))
        assert left_out(made) == gone
        assert suggested(made) == ([] if gone else [(30, 40, "repeat")])
