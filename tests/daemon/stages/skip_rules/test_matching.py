"""What two sounds have in common."""

import numpy as np
import pytest

from benchmarks.sounds import sound
from daemon.contract.evidence import Analysis
from daemon.stages.skip_rules.matching import Match, Print, matches, varied
from tests.daemon.stages.skip_rules.sounding import INTRO, print_of, talk

STEP = Analysis(duration=0, shots=(), has_audio=True).fingerprint_step
SHORTEST = round(8 / STEP)


@pytest.fixture(scope="module")
def first() -> Print:
    return print_of(np.concatenate([talk(1, 33.37), INTRO, talk(2, 60)]), "96k")


@pytest.fixture(scope="module")
def second() -> Print:
    return print_of(np.concatenate([talk(3, 5.12), INTRO * 0.5, talk(4, 50), sound("music", 8, 25)]), "48k")


def test_the_same_music_is_found_through_another_coding_and_at_another_loudness(first: Print, second: Print) -> None:
    (match,) = matches(first, second, SHORTEST)
    assert match.start * STEP == pytest.approx(33.37, abs=0.6)
    assert (match.start - match.other) * STEP == pytest.approx(33.37 - 5.12, abs=STEP)
    assert match.length * STEP == pytest.approx(20 - 1.5, abs=1)
    assert match.error < 4


def test_it_is_found_the_other_way_round(first: Print, second: Print) -> None:
    (there,), (back,) = matches(first, second, SHORTEST), matches(second, first, SHORTEST)
    assert (back.start, back.other) == pytest.approx((there.other, there.start), abs=2)


def test_unlike_sounds_have_nothing_in_common() -> None:
    prints = [print_of(sound(kind, seed, 60)) for kind in ("music", "talk") for seed in (21, 22, 23)]
    assert [matches(one, other, SHORTEST) for one in prints for other in prints if one is not other] == [[]] * 30


def test_silence_is_like_no_silence() -> None:
    still = print_of(sound("silence", 0, 60))
    assert not varied(still)
    assert matches(still, still, SHORTEST) == []


def test_every_place_at_which_it_is_heard_is_found() -> None:
    twice = print_of(np.concatenate([talk(5, 20), INTRO, talk(6, 30), INTRO, talk(7, 20)]))
    found = matches(twice, print_of(INTRO), SHORTEST)
    assert sorted(round(match.start * STEP / 5) * 5 for match in found) == [20, 70]


@pytest.mark.parametrize("count", [0, 1, 5])
def test_very_short_sounds_match_nothing(count: int, first: Print) -> None:
    assert matches(first[:count], first, SHORTEST) == matches(first, first[:count], SHORTEST) == []


def test_a_sound_is_itself() -> None:
    numbers = np.random.default_rng(3).integers(0, 2**32, 500, np.uint32)
    assert matches(numbers, numbers, SHORTEST) == [Match(0, 0, 500, 0.0)]


def test_rain_is_like_rain_and_nothing_in_common(first: Print) -> None:
    one, other = (print_of(np.concatenate([talk(40 + seed, 5), sound("tone", seed, 60)]), "96k") for seed in (1, 2))
    assert matches(one, other, SHORTEST) == []
    assert matches(one, first, SHORTEST) == []


def test_what_lies_beside_the_common_sound_does_not_belong_to_it() -> None:
    one, other = (print_of(np.concatenate([sound("tone", seed, 10 * seed), INTRO, sound("tone", 9 + seed, 30)])) for seed in (1, 2))
    (match,) = matches(one, other, SHORTEST)
    assert match.start * STEP == pytest.approx(10, abs=2.6)  # a number looks at 2.6 s, and hears the louder part of them
    assert match.length * STEP == pytest.approx(20, abs=2.6)
