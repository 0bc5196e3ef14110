"""End credits, and what only looks like them."""

import pytest

from tests.daemon.stages.skip_rules.films import film, left_out, spans, suggested, talk, text


def test_a_roll_goes_from_the_black_before_it_to_the_end() -> None:
    made = film(600, [*range(10, 540, 5), 541], black=spans((540, 541.5), (598, 600)), credits=text("roll", (543, 597.5)))
    assert left_out(made) == [(540, 600, "credits")]


def test_a_scene_after_the_credits_is_kept() -> None:
    made = film(600, [*range(10, 505, 5), 560, 565, 580], credits=text("roll", (500.5, 559.7), (581, 600)))
    assert left_out(made) == [(500, 560, "credits"), (580, 600, "credits")]


def test_what_follows_is_too_long_for_a_scene_after_the_credits() -> None:
    assert left_out(film(600, credits=text("roll", (310, 330)))) == []


def test_cards_are_credits_where_they_reach_the_end() -> None:
    cards = text("cards", (570, 573), (574, 577), (578, 581), (582, 599))
    assert left_out(film(600, [*range(10, 570, 5), 570], credits=cards)) == [(570, 600, "credits")]
    assert left_out(film(640, [*range(10, 570, 5), 570, 600], credits=cards)) == []


def test_cards_go_with_the_roll_that_they_lead_to() -> None:
    made = film(600, [*range(10, 540, 5), 540, 556], credits=(*text("cards", (540.2, 555)), *text("roll", (557, 599))))
    assert left_out(made) == [(540, 600, "credits")]


def test_a_single_title_near_the_end_stays() -> None:
    assert left_out(film(600, [*range(4, 560, 4), 560, 564, 570], credits=text("cards", (560, 564)))) == []


def test_intertitles_are_no_credits() -> None:
    titles = text("cards", *((start, start + 6) for start in range(10, 590, 20)), (590, 600))
    assert left_out(film(600, credits=titles)) == []


def test_a_roll_at_the_beginning_is_no_end_credits() -> None:
    assert left_out(film(600, credits=text("roll", (20, 60)))) == []


@pytest.mark.parametrize("black", [(300, 306), (550, 556), (580, 590)])
def test_fades_and_black_are_never_credits(black: tuple[float, float]) -> None:
    made = film(600, black=spans(black), silence=spans(black))
    assert left_out(made) == suggested(made) == []


def test_words_over_the_credits_are_kept_and_mostly_words_means_a_question() -> None:
    roll = text("roll", (541, 600))
    assert left_out(film(600, [540.5], talk((550, 553)), credits=roll)) == [(540.5, 550, "credits"), (553, 600, "credits")]
    spoken = talk(*((second, second + 2.8) for second in range(541, 600, 3)))
    made = film(600, [540.5], spoken, credits=roll)
    assert left_out(made) == []
    assert suggested(made) == [(540.5, 600, "credits")]
