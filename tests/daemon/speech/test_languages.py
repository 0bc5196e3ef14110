"""The language of a film is what most of its places say, not its first half minute."""

import pytest

from daemon.contract.evidence import Span
from daemon.speech import languages
from daemon.speech.languages import Spoken


def span(start: float, end: float) -> Span:
    return Span(start=start, end=end)


def test_most_of_the_film_decides_and_not_its_beginning() -> None:
    heard = [(10.0, {"it": 0.95, "en": 0.02})] + [(100.0 * n, {"en": 0.7, "de": 0.2}) for n in range(1, 5)]
    assert languages.spoken(heard) == Spoken("en", several=True)


def test_sure_places_weigh_more_than_vague_ones() -> None:
    heard = [(0.0, {"fr": 0.9}), (1.0, {"fr": 0.9}), (2.0, {"en": 0.4, "fr": 0.3}), (3.0, {"en": 0.4}), (4.0, {"en": 0.4})]
    assert languages.spoken(heard) == Spoken("fr", several=False)


def test_one_vague_place_makes_no_film_of_several_languages() -> None:
    assert languages.spoken([(0.0, {"en": 0.9}), (9.0, {"cy": 0.6, "en": 0.3})]) == Spoken("en", several=False)


def test_nobody_speaks_no_language() -> None:
    assert languages.spoken([]) == Spoken(None, several=False)
    assert languages.places([]) == []


def test_places_are_spread_over_what_is_said_and_not_over_the_film() -> None:
    speech = [span(0, 10), span(1000, 1200)]
    found = languages.places(speech)
    assert len(found) == languages.PLACES
    assert found == sorted(found)
    assert all(1000 <= place <= 1200 for place in found)
    assert languages.places([span(0, 100), span(1000, 1100)])[0] < 100


@pytest.mark.parametrize(("seconds", "count"), [(5, 1), (40, 1), (61, 2), (3000, languages.PLACES)])
def test_short_films_are_heard_in_fewer_places(seconds: float, count: int) -> None:
    assert len(languages.places([span(20, 20 + seconds)])) == count


@pytest.mark.parametrize(("heard", "language"), [({"it": 0.9, "en": 0.1}, "it"), ({"it": 0.6, "en": 0.4}, "en"), ({}, "en")])
def test_a_stretch_is_in_another_language_only_where_it_clearly_is(heard: dict[str, float], language: str) -> None:
    assert languages.of_stretch(heard, "en") == language
