"""Fountain: what is written is read back as it was meant, by two programs that are not ours."""

import pytest
from hypothesis import given, settings

from daemon.screenplay.formats.fountain import fountain, written
from daemon.screenplay.formats.fountain_syntax import GUARD
from daemon.screenplay.model import Element, Screenplay
from tests.daemon.screenplay import foreign
from tests.daemon.screenplay.editions import edition, element, night_train_script, play, scene, speech
from tests.daemon.screenplay.nasty import HEADINGS, NAMES, TEXTS, screenplays, shown


def agreed(screenplay: Screenplay) -> None:
    """Both readers find the same elements with the same text."""
    text, meant = written(screenplay), foreign.meant(screenplay)
    assert foreign.like_screenplain(foreign.by_screenplain(text)) == foreign.like_screenplain(meant)
    assert foreign.by_screenplay_tools(text) == foreign.like_screenplay_tools(meant)


def around(*elements: Element) -> Screenplay:
    return play(scene(1, "INT. STATION - NIGHT", *elements, element("action", "It rains.")))


def test_a_script_reads_as_scripts_do() -> None:
    script = play(
        scene(
            1,
            "INT. STATION - NIGHT",
            element("action", "A platform. Rain."),
            *speech("ANNA", "The train leaves at seven.", "Please wait."),
            *speech("MARCO", "Wait!", dual=True),
            element("shot", "The camera pans left."),
            *speech("VOICE", "Who is there?"),
            element("note", "Draft."),
            transition="DISSOLVE TO:",
        ),
        scene(2, "THE BRIDGE", transition="SLOW FADE"),
        notes=("Written without seeing the picture.", "No speech."),
    )
    assert written(script) == (
        "Title: Night Train\nCredit: Written from the film by\nAuthor: Reelscribe\nNotes:\n"
        "    Written without seeing the picture.\n    No speech.\n\n"
        "DISSOLVE TO:\n\nINT. STATION - NIGHT #1#\n\nA platform. Rain.\n\n"
        "ANNA\nThe train leaves at seven.\nPlease wait.\n\nMARCO ^\nWait!\n\nThe camera pans left.\n\n"
        "VOICE\nWho is there?\n\n[[Draft.]]\n\n"
        "> SLOW FADE\n\n.THE BRIDGE #2#\n"
    )


def test_both_readers_find_a_whole_script() -> None:
    agreed(night_train_script())


@pytest.mark.parametrize("text", [text for text in TEXTS if shown(text)])
def test_what_looks_like_syntax_stays_what_it_is(text: str) -> None:
    agreed(around(*speech("ANNA", "One.", text, "Two."), element("action", text), element("note", text), element("shot", text)))
    agreed(play(scene(1, "INT. STATION - NIGHT", transition=text)))
    agreed(play(scene(1, "INT. STATION - NIGHT"), title=text, notes=(text, "Two.")))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_a_name(name: str) -> None:
    agreed(around(*speech(name, "Yes."), *speech(name, "No.", dual=True)))


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_stays_a_heading(heading: str) -> None:
    agreed(play(scene(1, heading), scene(2, heading).model_copy(update={"number": ""})))


@pytest.mark.parametrize(("number", "printed"), [("12A", " #12A#"), ("1.2-b", " #1.2-b#"), ("№ 4#", " #4#"), ("", "")])
def test_a_number_is_one_that_fountain_takes(number: str, printed: str) -> None:
    one = scene(1, "INT. STATION - NIGHT").model_copy(update={"number": number})
    assert written(play(one)).endswith(f"\n\nINT. STATION - NIGHT{printed}\n")


def test_brackets_that_are_no_extension_are_left_out_of_a_name() -> None:
    assert "\n\nA B C\nYes." in written(around(*speech("A (B C^", "Yes.")))


def test_a_speech_without_a_name_is_somebodys() -> None:
    assert "\n\nVOICE\nYes.\n" in written(around(element("dialogue", "Yes.")))


def test_what_nobody_can_see_leaves_no_trace() -> None:
    script = around(element("action", " \u200f"), *speech("ANNA"), *speech("ANNA", "\x07"), element("note", ""))
    assert written(script).partition("#1#")[2] == "\n\nIt rains.\n"


def test_what_acts_on_a_terminal_does_not_get_through() -> None:
    text = written(around(*speech("ANNA", "red \x1b[31m alert\x07"), element("action", "a\u202eb\ud800")))
    assert not {char for char in text if not char.isprintable()} - {"\n"}


def test_a_title_page_takes_any_title_and_is_always_there() -> None:
    found = foreign.title_by_screenplain(written(play(title="Night\nAuthor: nobody\n\n# Train", notes=("Notes: none", "a\n\nb"))))
    assert found["Title"] == ["Night Author: nobody # Train"]
    assert found["Notes"] == [f"{GUARD}Notes: none", "a b"]
    assert written(play(title="")).startswith("Title: Untitled\n")


def test_what_a_person_typed_stays_as_long_as_it_says_the_same() -> None:
    typed = element("action", "He runs.").model_copy(update={"typed": "He *runs*. [[why?]]"})
    assert "\n\nHe *runs*. [[why?]]\n" in written(around(typed))
    assert "\n\nShe runs.\n" in written(around(typed.model_copy(update={"text": "She runs."})))


def test_passages_without_an_element_are_byte_for_byte() -> None:
    passage = "# Act *two*\n= They\tmeet.  "
    assert f"\n\n{passage}\n\n" in written(around(element("fountain", passage)))


def test_evidence_stands_in_notes_where_it_is_asked_for() -> None:
    made = edition(night_train_script())
    noted = made.model_copy(update={"layout": made.layout.model_copy(update={"evidence": True})})
    assert b"[[" not in fountain(made).replace(b"[[The camera hardly", b"")
    assert "Where is the money? [[c2 0:00:02.600-0:00:04.000]]" in fountain(noted).decode()
    assert foreign.by_screenplain(fountain(noted).decode()) == foreign.by_screenplain(fountain(made).decode())
    assert foreign.by_screenplay_tools(fountain(noted).decode()) == foreign.by_screenplay_tools(fountain(made).decode())


@settings(max_examples=100, deadline=None)
@given(screenplays())
def test_two_foreign_readers_find_every_line_of_any_script(screenplay: Screenplay) -> None:
    agreed(screenplay)
