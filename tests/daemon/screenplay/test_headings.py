"""Headings in their one proper form."""

import pytest

from daemon.screenplay.headings import read, same_place, unknown


@pytest.mark.parametrize(
    ("written", "proper"),
    [
        ("INT. KITCHEN - NIGHT", "INT. KITCHEN - NIGHT"),
        ("int kitchen – night", "INT. KITCHEN - NIGHT"),
        ("INT.KITCHEN—NIGHT", "INT. KITCHEN—NIGHT"),
        ("Ext. Anna's House - Moments later", "EXT. ANNA'S HOUSE - MOMENTS LATER"),
        ("INT. HOUSE - KITCHEN - DAY", "INT. HOUSE - KITCHEN - DAY"),
        ("INT. TRAIN - COMPARTMENT", "INT. TRAIN - COMPARTMENT"),
        ("I/E CAR - DAY", "INT./EXT. CAR - DAY"),
        ("INT/EXT. CAR", "INT./EXT. CAR"),
        ("EXT./INT. CAR -", "INT./EXT. CAR"),
        ("EST. CITY - DAWN", "EXT. CITY - DAWN"),
        ("INT. ROOM #7# - DAY", "INT. ROOM 7 - DAY"),
        ("INT. KÜCHE - NACHT", "INT. KÜCHE - NIGHT"),
        ("EXT. LA NOCHE - DÍA", "EXT. LA NOCHE - DAY"),
        ("EXT. NACHT", "EXT. NACHT"),
    ],
)
def test_a_heading_is_understood_and_put_in_form(written: str, proper: str) -> None:
    assert str(read(written)) == proper


@pytest.mark.parametrize("text", ["", "KITCHEN - NIGHT", "INT.", "INT. - ", "INTERIOR", "Anna waits.", "EXTRA TIME"])
def test_what_is_no_heading_is_none(text: str) -> None:
    assert read(text) is None


def test_an_unknown_place_says_so() -> None:
    assert unknown("NIGHT").is_unknown
    assert read(str(unknown("NIGHT"))) == unknown("NIGHT")


def test_spelling_makes_no_other_place() -> None:
    assert same_place("THE TRAIN-STATION", "TRAIN STATION")
    assert not same_place("TRAIN", "TRAIN STATION")
