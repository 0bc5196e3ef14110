"""Studio logos at the head."""

from tests.daemon.stages.skip_rules.films import film, left_out, spans, suggested, talk, text

WALLS = spans((5, 5.5), (10, 10.6))
CUTS = [5.2, 10.3, *range(14, 600, 4)]


def test_short_shots_between_blacks_before_the_first_word_go_as_one_range() -> None:
    assert left_out(film(600, CUTS, talk((40, 45)), black=WALLS)) == [(0, 10.6, "logo")]


def test_a_single_one_needs_its_name_to_be_sure() -> None:
    one = WALLS[:1]
    assert left_out(film(600, CUTS, black=one)) == []
    assert suggested(film(600, CUTS, black=one)) == [(0, 5.5, "logo")]
    assert left_out(film(600, CUTS, black=one, credits=text("cards", (1, 4)))) == [(0, 5.5, "logo")]


def test_a_name_on_a_plain_ground_may_end_with_a_cut() -> None:
    assert left_out(film(600, [4, 8], black=(), credits=text("cards", (0, 3.9)))) == [(0, 4, "logo")]


def test_nothing_behind_the_first_word_is_a_logo() -> None:
    assert left_out(film(600, CUTS, talk((2, 4)), black=WALLS)) == []
    assert left_out(film(600, CUTS, talk((7, 9)), black=WALLS, credits=text("cards", (1, 4)))) == [(0, 5.5, "logo")]


def test_a_long_or_much_cut_opening_is_none() -> None:
    assert left_out(film(600, [40.2], black=spans((40, 40.5)))) == []
    assert left_out(film(600, [2, 4, 6, 8, 10.2], black=spans((10, 10.5)), credits=text("cards", (1, 9)))) == []


def test_a_film_told_between_blacks_has_none() -> None:
    trailer = spans(*((start, start + 0.3) for start in range(4, 80, 4)))
    made = film(120, [dark.middle for dark in trailer], black=trailer)
    assert left_out(made) == []


def test_two_shots_between_blacks_are_no_logos_where_more_follow_soon() -> None:
    blacks = spans((5, 5.5), (10, 10.6), (38, 38.3), (45, 45.3), (52, 52.3), (60, 60.3))
    assert left_out(film(600, CUTS, black=blacks)) == []
