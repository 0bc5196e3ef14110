"""Advert breaks, and fades that are none."""

import pytest

from daemon.stages.skip_rules.adverts import loudness_step
from daemon.stages.skip_rules.film import Film
from tests.daemon.stages.skip_rules.films import film, left_out, loudness, spans, suggested, talk

DURATION = 1800.0


def broken(*moments: float, loud: bool = True, fast: bool = False, **more: object) -> Film:
    """Black and silent at these moments; between the first and the last it is louder, or cut faster."""
    blacks = spans(*((moment - 0.3, moment + 0.3) for moment in moments))
    quiet = spans(*((moment - 0.4, moment + 0.4) for moment in moments))
    ends = (moments[0], moments[-1])
    sound = loudness(DURATION, ends) if loud else loudness(DURATION)
    cuts = [float(second) for second in range(6, int(DURATION), 6)]
    cuts += [second + 0.5 for second in range(int(ends[0]) + 1, int(ends[1]))] if fast else []
    return film(DURATION, cuts, **{"black": blacks, "silence": quiet, "loudness": sound} | more)  # type: ignore[arg-type]


def test_spots_of_usual_lengths_are_one_break() -> None:
    assert left_out(broken(600, 630, 650, 665)) == [(600, 665, "advert")]


def test_one_spot_needs_a_clear_loudness() -> None:
    assert left_out(broken(600, 630)) == [(600, 630, "advert")]
    made = broken(600, 630, loud=False, fast=True)
    assert left_out(made) == []
    assert suggested(made) == [(600, 630, "advert")]
    assert suggested(broken(600, 630, loud=False)) == []


def test_faster_cutting_makes_two_spots_sure() -> None:
    assert left_out(broken(600, 630, 650, loud=False)) == []
    assert left_out(broken(600, 630, 650, loud=False, fast=True)) == [(600, 650, "advert")]


@pytest.mark.parametrize("length", [17.4, 33.2, 47.0, 180.0, 2.0])
def test_fades_at_other_distances_are_scenes(length: float) -> None:
    assert left_out(broken(600, 600 + length)) == []


def test_black_alone_or_silence_alone_makes_no_break() -> None:
    assert left_out(broken(600, 630, silence=())) == []
    assert left_out(broken(600, 630, black=())) == []
    assert left_out(broken(600, 630, has_audio=False)) == []


def test_what_is_said_in_a_break_is_not_left_out_without_a_person() -> None:
    quiet = broken(600, 630, 660)
    words = talk(*((second, second + 2.9) for second in range(601, 658, 3)))
    spoken = Film(quiet.analysis, cues=words)
    assert left_out(spoken) == []
    assert suggested(spoken) == [(600, 660, "advert")]


def test_breaks_far_from_each_other_are_two() -> None:
    moments = (600.0, 630.0, 660.0, 1200.0, 1215.0, 1245.0)
    blacks = spans(*((moment - 0.3, moment + 0.3) for moment in moments))
    made = film(DURATION, black=blacks, silence=blacks, loudness=loudness(DURATION, (600, 660), (1200, 1245)))
    assert left_out(made) == [(600, 660, "advert"), (1200, 1245, "advert")]


def test_the_step_of_loudness_is_between_the_middles_and_silence_counts_nowhere() -> None:
    (inside,) = spans((100, 130))
    assert loudness_step(loudness(600, (100, 130)), inside) == pytest.approx(7)
    assert loudness_step(loudness(600, (100, 130), other=-70.0), inside) == 0
    assert loudness_step(None, inside) == 0
