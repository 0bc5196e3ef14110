"""Names as they are printed, and in prose."""

from collections.abc import Mapping

import pytest

from daemon.screenplay.names import in_prose, ordinary, printed


@pytest.mark.parametrize(
    ("name", "stands"),
    [("anna", "ANNA"), ("Anna Lee", "ANNA LEE"), ("McCLANE", "McCLANE"), ("ANNA", "ANNA"), ("R2-D2", "R2-D2"), ("王", "王")],
)
def test_a_name_is_printed_in_capitals_unless_its_own_mean_something(name: str, stands: str) -> None:
    assert printed(name) == stands


@pytest.mark.parametrize(
    ("name", "prose"),
    [("ANNA LEE", "Anna Lee"), ("McCLANE", "McClane"), ("O'HARA", "O'Hara"), ("ANNA-MARIA", "Anna-Maria"), ("ÉLODIE", "Élodie")],
)
def test_a_printed_name_has_an_ordinary_form(name: str, prose: str) -> None:
    assert ordinary(name) == prose


@pytest.mark.parametrize(
    ("text", "replaced", "stands"),
    [
        ("ANNA waits. Anna's hat.", {"ANNA": "NINA"}, "NINA waits. Nina's hat."),
        ("Annabel waits.", {"ANNA": "NINA"}, "Annabel waits."),
        ("Speaker 1 waits, Speaker 12 goes.", {"SPEAKER 1": "ANNA"}, "Anna waits, Speaker 12 goes."),
        ("Anna and Marco.", {"ANNA": "MARCO", "MARCO": "ANNA"}, "Marco and Anna."),
        ("A voice. VOICE.", {"VOICE": "ANNA"}, "A voice. VOICE."),
        ("A man, the man, a host.", {"MAN": "ANNA"}, "A man, Anna, a host."),
        ("Anna.", {"ANNA": r"\1"}, r"\1."),
        ("Anna.", {}, "Anna."),
    ],
)
def test_names_change_in_prose_where_they_are_names(text: str, replaced: Mapping[str, str], stands: str) -> None:
    assert in_prose(text, replaced) == stands
