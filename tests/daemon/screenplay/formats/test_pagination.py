"""The typed page: what stands on which line, and where pages may end."""

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.screenplay.formats.measure import columns, wrapped
from daemon.screenplay.formats.page_report import page_report
from daemon.screenplay.formats.pagination import Page, eighths, pages, paginate
from daemon.screenplay.formats.rows import rows
from daemon.screenplay.formats.sheet import SHEETS
from daemon.screenplay.model import Element, Scene, Screenplay
from tests.daemon.screenplay.editions import SKIPPED, edition, element, night_train_script, play, scene, speech

ROOM = SHEETS["letter"].lines


def prose(lines: int) -> str:
    """Text that fills so many lines of action."""
    return " ".join(["word " * 11 + "words"] * lines)


def spoken(lines: int) -> str:
    """Text that fills so many lines of dialogue."""
    return " ".join(["spoken " * 4 + "words"] * lines)


def printed(page: Page) -> list[str]:
    """A page as lines of text."""
    lines = [""] * page.height
    for line, row in page.lines:
        text = ""
        for piece in row.pieces:
            text = text.ljust(piece.column) + piece.text
        lines[line] = text
    return lines


def test_the_page_of_the_industry() -> None:
    script = play(
        scene(
            7,
            "INT. STATION - NIGHT",
            element("action", "A platform."),
            element("character", "ANNA"),
            element("parenthetical", "very low, to herself alone"),
            element("dialogue", "We leave tonight, and I shall never come back here."),
            element("dialogue", "Never."),
            element("transition", "CUT TO:"),
        )
    )
    (page,) = pages(script)
    assert printed(page) == [
        " " * 11 + "7" + " " * 3 + "INT. STATION - NIGHT" + " " * 42 + "7",
        "",
        " " * 15 + "A platform.",
        "",
        " " * 37 + "ANNA",
        " " * 31 + "(very low, to",
        " " * 32 + "herself alone)",
        " " * 25 + "We leave tonight, and I shall never",
        " " * 25 + "come back here. Never.",
        "",
        " " * 68 + "CUT TO:",
    ]


def test_two_who_speak_at_once_stand_side_by_side() -> None:
    both = (*speech("ANNA", "We leave tonight and for good."), *speech("MARCO", "Not without the suitcase.", dual=True))
    (page,) = pages(play(scene(1, "INT. A - DAY", *both)))
    assert printed(page)[2:] == [
        " " * 24 + "ANNA" + " " * 27 + "MARCO",
        " " * 15 + "We leave tonight and for    " + " " * 3 + "Not without the suitcase.",
        " " * 15 + "good.",
    ]


def test_speeches_too_long_to_stand_side_by_side_follow_each_other() -> None:
    both = (*speech("ANNA", spoken(60)), *speech("MARCO", spoken(3), dual=True))
    made = pages(play(scene(1, "INT. A - DAY", *both)))
    assert [row.kind for page in made for _, row in page.lines].count("character") == 3  # Anna, Anna again on page 2, Marco


def test_a_speech_that_goes_on_says_so_on_both_pages() -> None:
    script = play(scene(3, "INT. A - DAY", element("action", prose(40)), *speech("ANNA (V.O.)", spoken(20))))
    first, second = pages(script)
    assert printed(first)[-1].strip() == "(MORE)"
    assert printed(second)[0] == " " * 37 + "ANNA (V.O.) (CONT'D)"
    assert first.height == ROOM
    assert (first.goes_on, second.begun, second.goes_on) == (True, "3", False)


def test_a_name_without_room_for_two_lines_goes_to_the_next_page() -> None:
    script = play(scene(1, "INT. A - DAY", element("action", prose(49)), *speech("ANNA", spoken(8))))
    first, second = pages(script)
    assert {row.kind for _, row in first.lines} == {"heading", "action"}
    assert printed(second)[0].strip() == "ANNA"


def test_a_heading_takes_a_line_with_it() -> None:
    script = play(scene(1, "INT. A - DAY", element("action", prose(49))), scene(2, "INT. B - DAY", element("action", prose(1))))
    first, second = pages(script)
    assert first.height == 51
    assert [row.kind for _, row in second.lines] == ["heading", "action"]
    assert second.begun is None
    assert not first.goes_on


def test_a_persons_own_fountain_is_printed_where_it_is_meant_to_be_read() -> None:
    own = [element("fountain", text) for text in ("# Act one", "= a synopsis", "/* cut */", "~Song of songs\n~goes on", "> THE END <")]
    (page,) = pages(play(scene(1, "INT. A - DAY", *own)))
    assert [line.strip() for line in printed(page)[1:]] == ["", "Song of songs", "goes on", "", "THE END"]


def test_a_word_longer_than_a_line_is_cut_and_ideographs_break_anywhere() -> None:
    assert wrapped("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert wrapped("列車は出発します。駅で", 16) == ["列車は出発しま", "す。駅で"]


def test_a_mark_takes_no_column() -> None:
    assert columns("e\u0301") == 1
    assert columns("山田") == 4


@pytest.mark.parametrize(("lines", "expected"), [(1, 1), (24, 4), (51, 8), (105, 16)])
def test_a_scene_is_counted_in_eighths_of_a_page(lines: int, expected: int) -> None:
    assert eighths(scene(1, "INT. A - DAY", element("action", prose(lines)))) == expected


def test_the_report_says_how_far_off_a_page_a_minute_is() -> None:
    report = page_report(edition(night_train_script()))
    assert report.pages == pytest.approx(39 / ROOM, abs=0.001)
    assert report.minutes == pytest.approx(40 / 60, abs=0.001)
    assert report.off == pytest.approx(39 / ROOM / (40 / 60) - 1, abs=0.001)
    assert str(report) == "0.7 pages for 0:40 of film: 8% more than a page a minute"
    assert page_report(edition(night_train_script(), plan=SKIPPED)).minutes == pytest.approx(35 / 60, abs=0.001)


def test_a_script_without_a_word_has_no_page() -> None:
    assert pages(play()) == []
    assert page_report(edition(play())).pages == 0


def test_pages_are_counted_without_loading_what_draws_them() -> None:
    code = "import sys, daemon.screenplay.formats.page_report; print(*({'reportlab', 'jinja2', 'PIL', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "\n"


WORDS = st.text(alphabet="ab山é —\u0301", min_size=1, max_size=150)
ONE = st.one_of(
    st.tuples(st.builds(element, st.sampled_from(("action", "shot", "note", "transition", "fountain")), WORDS)),
    st.builds(
        lambda who, lines, dual, aside: (element("character", who, dual=dual), *aside, *(element("dialogue", line) for line in lines)),
        st.sampled_from(("ANNA", "MARCO (V.O.)", "A" * 90)),
        st.lists(st.integers(1, 12).map(spoken), max_size=3),
        st.booleans(),
        st.lists(st.just(element("parenthetical", "(low)")), max_size=2),
    ),
)
SCENES = st.lists(
    st.builds(
        lambda heading, parts, transition: (heading, [one for part in parts for one in part], transition),
        st.sampled_from(("INT. A - DAY", "EXT. " + "LONG " * 30)),
        st.lists(ONE, max_size=12),
        st.sampled_from(("", "CUT TO:")),
    ),
    max_size=8,
)


def _script(scenes: list[tuple[str, list[Element], str]]) -> Screenplay:
    made: list[Scene] = [scene(number, heading, *parts, transition=way) for number, (heading, parts, way) in enumerate(scenes, 1)]
    return play(*made)


@settings(max_examples=80, deadline=None)
@given(SCENES)
def test_no_page_is_too_long_and_nothing_is_left_alone_at_its_end(scenes: list[tuple[str, list[Element], str]]) -> None:
    made = pages(_script(scenes))
    for page in made:
        assert 0 < page.height <= ROOM
    for page, after in pairwise(made):
        kinds = [row.kind for _, row in page.lines]
        assert kinds[-1] != "character"
        assert kinds[-1] != "parenthetical" or after.lines[0][1].breaks == "free"  # a speech of nothing else
        assert kinds[-1] != "heading" or page.lines[-1][1].scene != after.lines[0][1].scene  # a scene in which nothing happens
        if kinds[-1] == "more":
            assert kinds[-3:-1] == ["dialogue", "dialogue"] or "parenthetical" in kinds[-3:-1]


@settings(max_examples=30, deadline=None)
@given(SCENES)
def test_every_row_is_printed_once_and_in_order(scenes: list[tuple[str, list[Element], str]]) -> None:
    one_page = SHEETS["letter"].model_copy(update={"lines": 100_000})
    script = _script(scenes)
    written = list(rows(script, SHEETS["letter"]))
    whole = [row for page in paginate(written, one_page) for _, row in page.lines]
    cut = [row for page in paginate(written, SHEETS["letter"]) for _, row in page.lines if row.kind != "more"]
    assert whole == written
    assert [row for row in cut if row in written or "CONT'D" not in row.pieces[0].text] == written
