"""A script that a person edited: their words stay, and what they did not touch stays what it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.screenplay.formats import mark
from daemon.screenplay.formats.fountain import written
from daemon.screenplay.formats.fountain_reader import read
from daemon.screenplay.homecoming import CannotComeHome, homecoming
from daemon.screenplay.model import Element, Scene, Screenplay
from tests.daemon.screenplay.editions import element, night_train_script, play, scene, speech
from tests.daemon.screenplay.nasty import screenplays

BASE = night_train_script()
TEXT = written(BASE)


def edited(old: str, new: str, base: Screenplay = BASE) -> Screenplay:
    """``base`` after a person put ``new`` for ``old`` in its file."""
    text = written(base)
    assert text.count(old) == 1
    return homecoming(base, text.replace(old, new))


def locked(script: Screenplay) -> list[str]:
    return [element.text for scene in script.scenes for element in (scene.heading, *scene.elements) if element.locked]


def line(script: Screenplay, text: str) -> Element:
    (found,) = (element for scene in script.scenes for element in scene.elements if element.text == text)
    return found


def ids(script: Screenplay) -> list[str]:
    return [scene.id for scene in script.scenes]


def test_a_changed_line_is_locked_and_keeps_its_place_in_the_film() -> None:
    home = edited("Where is the money?", "Where on earth is the money?")
    changed = line(home, "Where on earth is the money?")
    assert locked(home) == ["Where on earth is the money?"]
    assert (changed.evidence.cues, changed.evidence.start, changed.voice) == (("c2",), 2.6, "SPEAKER 2")
    assert home.scenes[1:] == BASE.scenes[1:]
    assert not home.scenes[0].locked


def test_emphasis_is_an_edit_and_stays() -> None:
    home = edited("Snow on the rails.", "Snow on the *rails*.")
    assert line(home, "Snow on the rails.").typed == "Snow on the *rails*."
    assert locked(home) == ["Snow on the rails."]
    assert "Snow on the *rails*." in written(home)


def test_spaces_are_no_edit() -> None:
    assert homecoming(BASE, TEXT.replace("Where is", "    Where is").replace("\n\n", "\n\n\n").replace("\n", "\r\n")) is BASE


def test_an_added_line_is_locked_and_speaks_with_the_voice_above_it() -> None:
    home = edited("The window is open.", "The window is open.\nClose it.")
    assert locked(home) == ["Close it."]
    assert line(home, "Close it.").voice == "SPEAKER 1"
    assert not line(home, "Close it.").evidence.cues


def test_a_new_speech_has_the_voice_that_its_name_has_elsewhere() -> None:
    home = edited("Snow on the rails.", "Snow on the rails.\n\nMARCO\nSnow!")
    assert [one.voice for one in home.scenes[2].elements if one.locked] == ["SPEAKER 2", "SPEAKER 2"]


def test_what_is_removed_is_removed_and_its_scene_is_locked() -> None:
    home = edited("Snow on the rails.\n\n", "")
    assert [scene.locked for scene in home.scenes] == [False, False, True]
    assert locked(home) == []
    assert home.scenes[2].elements == BASE.scenes[2].elements[1:]


def test_a_line_that_is_moved_keeps_what_it_rests_on() -> None:
    text = TEXT.replace("Snow on the rails.\n\n", "").replace("A platform.", "Snow on the rails.\n\nA platform.")
    moved = line(homecoming(BASE, text), "Snow on the rails.")
    assert (moved.evidence.shots, moved.locked) == (("S5",), True)


def test_a_new_heading_keeps_its_scene() -> None:
    home = edited("INT. TRAIN COMPARTMENT - NIGHT", "INT. SLEEPING CAR - NIGHT")
    assert ids(home) == ids(BASE)
    assert locked(home) == ["INT. SLEEPING CAR - NIGHT"]
    assert home.scenes[1].heading.evidence == BASE.scenes[1].heading.evidence
    assert home.scenes[1].elements == BASE.scenes[1].elements


def test_a_scene_that_is_split_goes_on_under_an_id_of_its_own() -> None:
    home = edited("The camera pans left.", "EXT. PLATFORM - DAY\n\nThe camera pans left.")
    assert ids(home)[0] == "scene-S1"
    assert ids(home)[1].startswith("hand-")
    first, second = home.scenes[:2]
    assert (first.start, first.end, second.start, second.end) == (0.0, 6.0, 6.0, 11.0)
    assert line(home, "The train leaves at seven.").evidence.cues == ("c3",)
    assert line(home, "The camera pans left.").kind == "shot"
    assert home.scenes[2:] == BASE.scenes[1:]


def test_scenes_that_change_places_keep_their_ids() -> None:
    blocks = TEXT.rstrip("\n").split("\n\nEXT. BRIDGE")
    front, stations = blocks[0].split("\n\nINT. STATION")
    home = homecoming(BASE, f"{front}\n\nEXT. BRIDGE{blocks[1]}\n\nINT. STATION{stations}\n")
    assert ids(home) == ["scene-S5", "scene-S1", "scene-S3"]
    assert sorted(home.scenes, key=lambda scene: scene.start) == list(BASE.scenes)


def test_a_scene_that_is_copied_keeps_its_id_once() -> None:
    home = homecoming(BASE, TEXT + "\n" + TEXT[TEXT.index("EXT. BRIDGE") :])
    assert ids(home)[:3] == ids(BASE)
    assert len(set(ids(home))) == 4


def test_a_copy_of_a_scene_that_a_person_wrote_has_an_id_of_its_own() -> None:
    added = homecoming(BASE, TEXT + "\nINT. HERE\n\nYes.\n")
    again = homecoming(added, written(added) + "\nINT. HERE\n\nYes.\n")
    assert ids(again)[:4] == ids(added)
    assert len(set(ids(again))) == 5


def test_a_line_that_came_from_elsewhere_hides_no_line_that_went() -> None:
    text = TEXT.replace("A platform. ANNA waits beside a suitcase.", "Snow on the rails.").replace("#5#\n\nSnow on the rails.", "#5#")
    assert [scene.locked for scene in homecoming(BASE, text).scenes] == [True, False, True]


def test_a_removed_scene_is_removed() -> None:
    text = TEXT[: TEXT.index("FADE TO:")] + TEXT[TEXT.index("EXT. BRIDGE") :]
    assert homecoming(BASE, text).scenes == (BASE.scenes[0], BASE.scenes[2])


def test_a_transition_is_added_and_removed() -> None:
    assert edited("EXT. BRIDGE", "CUT TO:\n\nEXT. BRIDGE").scenes[2].transition == Element(kind="transition", text="CUT TO:", locked=True)
    gone = edited("FADE TO:\n\n", "").scenes[1]
    assert (gone.transition, gone.locked, gone.elements) == (None, True, BASE.scenes[1].elements)


def test_a_transition_that_ended_a_scene_stays_where_it_is_read() -> None:
    base = play(scene(1, "INT. A", element("action", "One."), element("transition", "CUT TO:")), scene(2, "INT. B", *speech("BO", "Yes.")))
    assert homecoming(base, written(base)) is base
    home = edited("One.", "Two.", base)
    assert (home.scenes[1].transition, len(home.scenes[0].elements)) == (base.scenes[0].elements[1], 1)


PASSAGES = "# Act Two\n\n= They meet again.\n\n/* not this:\n\nINT. NOWHERE\n\n*/\n\n[[ask\nher]]\n\n===\n\n~ la la\n\n> THE END <"


def test_what_has_no_element_stays_byte_for_byte() -> None:
    home = edited("Snow on the rails.", f"Snow on the rails.\n\n{PASSAGES}")
    assert f"\n\n{PASSAGES}\n\n" in written(home)
    assert homecoming(home, written(home)) is home


def test_the_title_page_keeps_its_keys() -> None:
    home = edited("Author: Reelscribe", "Author: Reelscribe and I\nDraft date: today")
    assert (home.title_page.author, home.title_page.more) == ("Reelscribe and I", (("Draft date", "today"),))
    assert (home.scenes, home.title_page.notes) == (BASE.scenes, BASE.title_page.notes)
    assert written(home) == TEXT.replace("Author: Reelscribe", "Author: Reelscribe and I\nDraft date: today")


def test_emphasis_on_the_title_page_is_an_edit_and_one_that_is_torn_out_comes_back() -> None:
    loud = edited("Title: Night Train", "Title: **Night Train**")
    assert (loud.title_page.title, loud.scenes) == ("Night Train", BASE.scenes)
    assert written(loud).startswith("Title: **Night Train**\n")
    assert homecoming(BASE, TEXT[TEXT.index("INT. STATION") :]).title_page == BASE.title_page


def test_words_above_the_first_heading_are_kept() -> None:
    home = edited("INT. STATION", "FADE IN:\n\nINT. STATION")
    assert [one.text for one in home.preamble] == ["FADE IN:"]
    assert home.scenes == BASE.scenes


def test_what_was_locked_before_stays_locked() -> None:
    once = edited("Snow on the rails.", "Ice on the rails.")
    twice = edited("The window is open.", "The door is open.", once)
    assert locked(twice) == ["Ice on the rails.", "The door is open."]
    assert homecoming(twice, written(twice)) is twice


def test_our_mark_and_our_evidence_are_no_edits() -> None:
    noted = written(BASE, evidence=True)
    assert homecoming(BASE, mark.marked(noted.encode(), 3, "boneyard")) is BASE


@pytest.mark.parametrize("file", [b"\xff\xfeI\0N\0T\0", b"INT. A\0", "I rewrote it all.", ""])
def test_what_is_no_script_cannot_come_home(file: str | bytes) -> None:
    with pytest.raises(CannotComeHome):
        homecoming(BASE, file)


def test_a_script_without_scenes_may_get_one() -> None:
    home = homecoming(play(), "INT. A\n\nYes.")
    assert [(scene.heading.text, scene.locked) for scene in home.scenes] == [("INT. A", True)]


@settings(max_examples=100, deadline=None)
@given(screenplays(), st.booleans())
def test_a_script_that_nobody_touched_is_the_same(base: Screenplay, evidence: bool) -> None:
    assert homecoming(base, written(base, evidence=evidence)) is base


HAND = ("# Act Two", "= They meet.", "/* cut\n\nall of it */", "[[why?]]", "He *runs*.", "ANNA\n_Now_!",
        "@Bo (V.O.)\n(low)\nYes.\n~ la la", "===", "INT. HERE - DAY", ".THERE #9#", "CUT TO:", "> WIPE", "> centred <",
        "~ a song")  # fmt: skip


@st.composite
def edits(draw: st.DrawFn) -> tuple[Screenplay, str]:
    """A script, and its file after somebody removed, moved, doubled and added paragraphs."""
    base = draw(screenplays())
    front, *blocks = written(base).rstrip("\n").split("\n\n")
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(blocks)))
        match draw(st.sampled_from(("add", "remove", "copy"))):
            case "add":
                blocks.insert(place, draw(st.sampled_from(HAND)))
            case "remove":
                del blocks[place : place + 1]
            case _:
                blocks[place:place] = blocks[:1]
    return base, "\n\n".join([front, *blocks]) + "\n"


@settings(max_examples=100, deadline=None)
@given(edits())
def test_an_edited_file_comes_home_word_for_word_and_only_once(edit: tuple[Screenplay, str]) -> None:
    base, text = edit
    if base.scenes and not read(text).scenes:
        return
    home = homecoming(base, text)
    assert written(home) == text
    assert len(set(ids(home))) == len(home.scenes)
    assert all(not one.locked or two.locked for one, two in kept(base, home))
    assert homecoming(home, text) is home


def kept(base: Screenplay, home: Screenplay) -> list[tuple[Scene, Scene]]:
    """The scenes of both that are the same one."""
    before = {one.id: one for one in base.scenes}
    return [(before[one.id], one) for one in home.scenes if one.id in before]
