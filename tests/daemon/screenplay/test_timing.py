"""What a script's times say of it."""

import pytest

from daemon.screenplay.edition import Edition
from daemon.screenplay.timing import LISTED, warnings, words
from tests.daemon.screenplay.editions import edition, element, night_train_script, play, scene
from tests.daemon.screenplay.films import analysis, cue, shot, skips, transcript


def spoken(*cues: tuple[float, float, str]) -> Edition:
    said = transcript(*(cue(number, *one) for number, one in enumerate(cues, 1)))
    return edition(play(scene(1, "INT. ROOM - DAY", end=40)), transcript=said)


def test_a_script_whose_times_fit_has_no_warning() -> None:
    assert warnings(edition(night_train_script())) == ()


def test_words_that_nobody_can_say_so_fast_or_so_slowly() -> None:
    found = warnings(spoken((1, 2, "one two three four five"), (5, 20, "well then"), (21, 22, "one two three four"), (23, 24, "yes")))
    assert found == (
        "The line at 0:00:01.000 (c1) is said too fast: 300 words a minute.",
        "The line at 0:00:05.000 (c2) is said too slowly: 8 words a minute over 15.0 s.",
    )


def test_what_is_skipped_is_not_looked_at() -> None:
    fast = spoken((1, 2, "one two three four five"))
    assert warnings(fast)
    assert warnings(fast.model_copy(update={"plan": skips((0, 3))})) == ()


def test_of_many_warnings_a_handful_is_listed() -> None:
    found = warnings(spoken(*((second, second + 1, "one two three four five") for second in range(20))))
    assert len(found) == LISTED + 1
    assert found[-1] == "15 more lines are said too fast."


def test_a_scene_much_longer_or_shorter_than_its_pages() -> None:
    many = tuple(element("action", "He waits. " * 6) for _ in range(60))
    script = play(scene(1, "INT. ROOM - DAY", end=300), scene(2, "INT. HALL - DAY", *many, start=300, end=310))
    film = edition(script, analysis=analysis(shot(1, 0, 310)), transcript=transcript())
    longer, shorter = warnings(film)
    assert longer == "Scene 1 is much longer than its pages: 300 s for 1/8 of a page."
    assert shorter.startswith("Scene 2 is much shorter than its pages: 10 s for ")
    assert warnings(film.model_copy(update={"plan": skips((10, 309))}))[0].startswith("Scene 2 is much shorter")


@pytest.mark.parametrize(("text", "count"), [("It's one-two.", 3), ("東京へ行く", 2.5), ("สวัสดี ok", 2.5), ("", 0)])
def test_words_are_counted_where_no_spaces_are_written_too(text: str, count: float) -> None:
    assert words(text) == count
