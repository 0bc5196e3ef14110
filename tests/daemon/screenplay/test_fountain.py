"""Fountain: what is written is read back as it was meant, by a reader that knows only the syntax."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.screenplay.fountain import fountain
from daemon.screenplay.model import Element, ElementKind, Scene, Screenplay
from daemon.screenplay.paragraphs import one_line
from tests.daemon.screenplay.fountain_reader import Read, read


def script(*elements: Element, heading: str = "INT. STATION - NIGHT", transition: str = "", **more: object) -> Screenplay:
    scene = Scene(number=1, heading=heading, transition=transition, start=0, elements=elements)
    return Screenplay.model_validate({"title": "Night Train", "author": "Reelscribe", "scenes": (scene,)} | more)


def back(*elements: Element, heading: str = "INT. STATION - NIGHT") -> Read:
    return read(fountain(script(*elements, heading=heading)))


def says(text: str, who: str = "ANNA") -> Element:
    return Element(kind="dialogue", text=text, who=who, cue="c1")


def test_a_script_reads_as_scripts_do() -> None:
    text = fountain(
        script(
            Element(kind="action", text="A platform. Rain."),
            says("The train leaves at seven."),
            says("Please wait."),
            Element(kind="camera", text="The camera pans left."),
            says("Who is there?", who="VOICE"),
            Element(kind="note", text="Draft."),
            transition="DISSOLVE TO:",
            notes=("Written without seeing the picture.", "No speech."),
        )
    )
    assert text == (
        "Title: Night Train\nCredit: Written from the film by\nAuthor: Reelscribe\nNotes:\n"
        "    Written without seeing the picture.\n    No speech.\n\n"
        "DISSOLVE TO:\n\nINT. STATION - NIGHT #1#\n\nA platform. Rain.\n\n"
        "ANNA\nThe train leaves at seven.\nPlease wait.\n\nThe camera pans left.\n\nVOICE\nWho is there?\n\n[[Draft.]]\n"
    )


SPEECH = ["CUT TO:", "INT. HOUSE", "(whispers)", "~ la la ~", "# one", "> right <", "!", "@ home", "...and then", "***wow***", "_a_b_",
          "[[no]]", "/* gone */", "a*b", "= sum", "===", "Title: no", "*", "]]", "\\", "\\*", "THE END", "ANNA", "two  spaces", "1. first",
          ".dot", "é 字 🎬"]  # fmt: skip


@pytest.mark.parametrize("text", SPEECH)
def test_speech_that_looks_like_syntax_stays_speech(text: str) -> None:
    assert back(says(text)).parts[1:] == [("dialogue", f"ANNA: {' '.join(text.split())}")]


@pytest.mark.parametrize("text", [*SPEECH, "EXT OF A LINE", "EST. 1900", "Wait TO:"])
def test_action_that_looks_like_syntax_stays_action(text: str) -> None:
    assert back(Element(kind="action", text=text)).parts[1:] == [("action", " ".join(text.split()))]


@pytest.mark.parametrize(
    "who", ["SPEAKER 1", "McCLANE", "Anna", "23", "ИВАН", "安娜", "INT. VOICE", "GO TO:", "@HOME", "R2*D2", ".DOT", "!BANG"]
)
def test_a_name_stays_a_name(who: str) -> None:
    assert back(says("Yes.", who=who)).parts[1:] == [("dialogue", f"{who}: Yes.")]


@pytest.mark.parametrize("heading", ["INT. STATION - NIGHT", "I/E CAR - DAY", "STATION", "UNDER *THE* BRIDGE", "INT./EXT. SCENE 7 - DAY"])
def test_a_heading_stays_a_heading(heading: str) -> None:
    found = back(heading=heading)
    assert (found.parts, found.numbers) == ([("heading", heading)], ["1"])


def test_a_scene_whose_place_is_unknown_carries_its_number_once() -> None:
    found = read(fountain(script(says("Yes."), heading="INT./EXT. SCENE 1 - DAY")))
    assert (found.of("heading"), found.numbers) == (["INT./EXT. SCENE 1 - DAY"], [])


def test_a_title_page_takes_any_title() -> None:
    found = read(fountain(script(says("Yes."), title="Night\nAuthor: nobody\n\n# Train", notes=("Notes: none", "a\n\nb"))))
    assert found.title["Title"] == ["Night Author: nobody # Train"]
    assert found.title["Notes"] == ["Notes: none", "a b"]


def test_what_acts_on_a_terminal_does_not_get_through() -> None:
    text = fountain(script(says("red \x1b[31m alert\x07"), Element(kind="action", text="a\u202eb"), title="T\x1b]0;x\x07"))
    assert not {char for char in text if not char.isprintable()} - {"\n"}


kinds: st.SearchStrategy[ElementKind] = st.sampled_from(("action", "dialogue"))
lines = st.text(alphabet=st.characters(codec="utf-8"), max_size=40) | st.sampled_from(SPEECH)
random_elements = st.builds(Element, kind=kinds, text=lines.filter(one_line), who=st.sampled_from(("ANNA", "VOICE", "SPEAKER 2", "Bo")))


@given(st.lists(random_elements, max_size=12))
def test_every_line_comes_back(elements: list[Element]) -> None:
    found = back(*elements).parts[1:]
    said = [(part.kind, f"{part.who}: {one_line(part.text)}" if part.kind == "dialogue" else one_line(part.text)) for part in elements]
    assert found == said
