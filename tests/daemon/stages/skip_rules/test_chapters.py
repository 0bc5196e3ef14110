"""Chapters by their names."""

import pytest

from daemon.stages.skip_rules.chapter_names import NAMES
from daemon.stages.skip_rules.chapters import kind_of
from tests.daemon.stages.skip_rules.films import chapter, film, left_out


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Intro", "intro"), ("OPENING CREDITS", "intro"), ("01 - Intro", "intro"), ("Chapter 1: Intro", "intro"), ("Intro 2", "intro"),
        ("Kapitel 3: Abspann", "credits"), ("End Credits.", "credits"), ("[Credits]", "credits"), ("Générique de fin", "credits"),
        ("Ge\u0301ne\u0301rique de fin", "credits"), ("Titoli di coda", "credits"), ("Créditos finales", "credits"),
        ("Créditos finais", "credits"), ("Aftiteling", "credits"), ("Napisy końcowe", "credits"), ("Eftertexter", "credits"),
        ("Rulletekster", "credits"), ("Lopputekstit", "credits"), ("Závěrečné titulky", "credits"), ("Stáblista", "credits"),
        ("Титры", "credits"), ("エンドロール", "credits"), ("片尾", "credits"), ("Was bisher geschah", "recap"), ("Previously on", "recap"),
        ("В предыдущих сериях", "recap"), ("前回のあらすじ", "recap"), ("Werbung", "advert"), ("次回予告", "preview"), ("ＯＰ", "intro"),
    ],
)  # fmt: skip
def test_names_in_many_languages_and_spellings(title: str, kind: str) -> None:
    assert kind_of(title) == kind


@pytest.mark.parametrize(
    "title", ["", "Chapter 4", "The Introduction of Mr. Smith", "Credit where it is due", "Civil Intro", "The Recap Gang", "7"]
)
def test_other_names_are_parts_of_the_film(title: str) -> None:
    assert kind_of(title) is None


def test_the_names_are_written_as_they_are_compared_and_mean_one_thing() -> None:
    every = [name for names in NAMES.values() for name in names]
    assert len(every) == len(set(every))
    assert all(kind_of(name) for name in every)


def test_a_chapter_named_so_goes() -> None:
    named = (chapter("Recap", 0, 60), chapter("Intro", 60, 120), chapter("The Train", 120, 2500), chapter("Abspann", 2500, 2700))
    assert left_out(film(2700, chapters=named)) == [(0, 60, "chapter"), (60, 120, "chapter"), (2500, 2700, "chapter")]


@pytest.mark.parametrize(
    "odd", [chapter("Intro", 0, 900), chapter("Credits", 0, 60), chapter("Intro", 2600, 2650), chapter("Ending", 700, 2700)]
)
def test_one_that_is_too_long_or_lies_elsewhere_stays(odd: object) -> None:
    assert left_out(film(2700, chapters=(odd,))) == []  # type: ignore[arg-type]
