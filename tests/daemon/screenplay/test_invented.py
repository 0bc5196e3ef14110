"""Invented lines, counted in the script as it is published."""

import pytest
from hypothesis import given

from daemon.contract.evidence import Analysis, Transcript
from daemon.screenplay.formats.fountain import written
from daemon.screenplay.invented import invented_lines
from tests.daemon.screenplay import test_renames
from tests.daemon.screenplay.films import cue, night_train, timelines, transcript

FILM, SPOKEN = night_train()


@given(timelines())
def test_a_script_of_ours_invents_nothing(film: tuple[Analysis, Transcript]) -> None:
    assert invented_lines(written(test_renames.written(*film)), film[1]) == []


@pytest.mark.parametrize("line", ["Where is the gun?", "Where is the", "♪", "…"])
def test_a_line_that_nobody_said_is_found(line: str) -> None:
    script = written(test_renames.written())
    assert "Where is the money?" in script
    found = invented_lines(script.replace("Where is the money?", line), SPOKEN)
    assert found == ([] if line == "Where is the" else [line])


def test_what_has_no_words_is_a_line_where_it_was_heard() -> None:
    spoken = transcript(
        cue(1, 1, 2, "♪ ♪"), cue(2, 3, 4, "*Stop!* [[now]] (he said) // a_b"), cue(3, 5, 6, "你好。"), cue(4, 7, 8, "no\x1bbody")
    )
    assert invented_lines(written(test_renames.written(FILM, spoken)), spoken) == []


def test_prose_is_no_line() -> None:
    assert invented_lines("INT. BAR - DAY\n\nNobody says this.\n\nANNA\nWe must not wait here.\nWe must run.\n", SPOKEN) == ["We must run."]
