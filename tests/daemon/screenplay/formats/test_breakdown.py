"""The breakdown, read back as a spreadsheet reads it."""

import csv
from io import StringIO

from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.breakdown import COLUMNS, breakdown
from daemon.screenplay.formats.pagination import eighths
from tests.daemon.screenplay.editions import edition, night_train_script, play, scene, speech


def rows(made: Edition) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(breakdown(made).decode("utf-8-sig"), newline="")))


def test_a_row_a_scene() -> None:
    script = night_train_script()
    assert breakdown(edition(script)).startswith(b"\xef\xbb\xbfscene,heading,")
    first, *_, last = rows(edition(script))
    assert tuple(first) == COLUMNS
    assert first == {
        "scene": "1", "heading": "INT. STATION - DAY", "inside/outside": "INT.", "place": "STATION", "time of day": "DAY",
        "characters": "ANNA, MARCO", "cues": "4", "seconds": "11.0", "eighths": str(eighths(script.scenes[0])),
        "start": "0:00:00.000", "end": "0:00:11.000",
    }  # fmt: skip
    assert (last["scene"], last["characters"], last["cues"], last["end"]) == ("5", "ANNA", "1", "0:00:40.000")


def test_text_of_a_film_is_never_a_formula() -> None:
    hostile = play(scene(1, "=HYPERLINK(1)", *speech('@CMD "x", y', "Hello.")), scene(2, "-1"), scene(3, "INT. +A - DAY"))
    first, second, third = rows(edition(hostile))
    assert (first["heading"], first["characters"]) == ("'=HYPERLINK(1)", '\'@CMD "x", y')
    assert (second["heading"], third["place"]) == ("'-1", "'+A")


def test_a_scene_that_is_in_no_film_has_no_times() -> None:
    (row,) = rows(edition(play(scene(1, "A DREAM"))))
    assert [row[name] for name in ("inside/outside", "place", "seconds", "start", "end", "cues")] == ["", "", "", "", "", "0"]
