"""Hebrew and Arabic as they are seen on paper, from left to right."""

import pytest

from daemon.screenplay.formats.right_to_left import visual


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("INT. STATION - 7:00", "INT. STATION - 7:00"),
        ("Größe — Иван", "Größe — Иван"),
        ("שלום", "םולש"),
        ("שלום, Anna!", "!Anna ,םולש"),
        ("בשעה 7:00 (בדיוק).", ".(קוידב) 7:00 העשב"),
        ("Anna says שלום to us", "Anna says םולש to us"),
    ],
)
def test_a_line_stands_in_the_order_in_which_it_is_seen(line: str, seen: str) -> None:
    assert visual(line) == seen


def test_arabic_letters_are_joined() -> None:
    assert visual("ليلى") == "\ufef0\ufee0\ufef4\ufedf"  # final alef maksura, medial lam, medial yeh, initial lam
    assert visual("دار") == "\ufead\ufe8d\ufea9"  # letters that join to nothing after them
