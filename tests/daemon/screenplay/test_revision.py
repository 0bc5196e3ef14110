"""People's work and the machine's meet scene by scene, and nothing of anybody's is lost without a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.contract.evidence import Cue
from daemon.screenplay.model import Element, Scene
from daemon.screenplay.revision import brought_home, merged, rewritten, scene_called, with_lock, with_locked, with_names
from tests.daemon.screenplay.scripts import action, scene, screenplays, script, speech, texts

ONE = scene(1, action("Rain.", 1, "S1"), *speech("ANNA", ("c1", "We leave."), start=1.2))
TWO = scene(2, action("Steam.", 2, "S2"))
WRITTEN = script(ONE, TWO)
EDITED = scene(1, action("Rain, in sheets.", 1, "S1", locked=True), *speech("ANNA", ("c1", "We leave."), start=1.2))
OTHERWISE = scene(1, action("It rains.", 1, "S1"), action("A clock.", 1.1), *speech("ANNA", ("c1", "We leave."), start=1.2))


def test_what_the_machine_writes_as_before_stays_as_people_have_it() -> None:
    base = script(EDITED, TWO)
    assert merged(base, WRITTEN, WRITTEN) == (base, ())


def test_what_nobody_touched_is_taken_as_it_is_written_now() -> None:
    anew = script(OTHERWISE, TWO)
    assert merged(WRITTEN, WRITTEN, anew) == (anew, ())


def test_a_scene_that_is_written_otherwise_keeps_what_is_locked() -> None:
    made, warnings = merged(script(EDITED, TWO), WRITTEN, script(OTHERWISE, TWO))
    assert texts(made) == ["Rain, in sheets.", "A clock.", "ANNA", "We leave.", "Steam."]
    assert warnings == ()


def test_an_edit_that_is_not_locked_and_is_lost_is_said() -> None:
    edited = scene(1, action("Hail.", 1, "S1"))
    made, warnings = merged(script(edited, TWO), WRITTEN, script(OTHERWISE, TWO))
    assert made == script(OTHERWISE, TWO)
    assert warnings == ("Scene 1 was written anew, since what it shows changed; what was not locked of a person's is in earlier versions.",)


def test_a_locked_scene_stays_whatever_is_written() -> None:
    locked = TWO.model_copy(update={"locked": True})
    made, _ = merged(script(ONE, locked), WRITTEN, script(ONE, scene(2, action("Smoke.", 2))))
    assert made.scenes[1] == locked
    gone, warnings = merged(script(ONE, locked), WRITTEN, script(ONE))
    assert gone.scenes[1].elements == locked.elements
    assert "locked and stays" in warnings[0]


def test_a_scene_that_is_left_out_goes_and_a_changed_one_not_without_a_word() -> None:
    assert merged(WRITTEN, WRITTEN, script(ONE)) == (script(ONE), ())
    changed = scene(2, action("Steam everywhere.", 2))
    made, warnings = merged(script(ONE, changed), WRITTEN, script(ONE))
    assert [one.id for one in made.scenes] == ["scene-S1"]
    assert "left out" in warnings[0]


def test_a_persons_own_scene_stays_where_it_was_and_is_numbered_beside_its_neighbour() -> None:
    own = scene(90, action("A dream."), number="1A", id="hand-1")
    base = script(ONE, own, TWO)
    assert merged(base, WRITTEN, WRITTEN).screenplay == base
    three = scene(3, action("Dawn.", 3))
    made, _ = merged(base, WRITTEN, script(ONE, TWO, three))
    assert [(one.id, one.number) for one in made.scenes] == [("scene-S1", "1"), ("hand-1", "1A"), ("scene-S2", "2"), ("scene-S3", "3")]


def test_a_scene_that_a_person_took_out_stays_out_until_it_is_written_otherwise() -> None:
    base = script(TWO)
    assert [one.id for one in merged(base, WRITTEN, WRITTEN).screenplay.scenes] == ["scene-S2"]
    made, warnings = merged(base, WRITTEN, script(OTHERWISE, TWO))
    assert [one.id for one in made.scenes] == ["scene-S1", "scene-S2"]
    assert "is back" in warnings[0]


def test_a_number_alone_is_no_change() -> None:
    unknown = scene(2, action("Steam.", 2), place="SCENE 2")
    later = scene(2, action("Steam.", 2), place="SCENE 3", number="3")
    mine = scene(2, action("Steam, by hand.", 2), place="SCENE 2")
    made, warnings = merged(script(ONE, mine), script(ONE, unknown), script(ONE, scene(15, number="2"), later))
    assert warnings == ()
    last = made.scenes[-1]
    assert (last.number, last.heading.text, last.elements) == ("3", "INT. SCENE 3 - NIGHT", mine.elements)


def test_the_title_page_is_a_persons_where_the_machine_says_the_same_as_before() -> None:
    base = WRITTEN.model_copy(update={"title_page": WRITTEN.title_page.model_copy(update={"author": "Anna", "more": (("Draft", "2"),)})})
    page = merged(base, WRITTEN, script(ONE, TWO, title="The Letter")).screenplay.title_page
    assert (page.title, page.author, page.more) == ("The Letter", "Anna", (("Draft", "2"),))


@given(screenplays(), screenplays())
def test_of_two_that_agree_the_third_counts(one: object, other: object) -> None:
    assert merged(one, one, other).screenplay == other  # type: ignore[arg-type]
    assert merged(other, one, one).screenplay == other  # type: ignore[arg-type]


@given(screenplays(), screenplays(), screenplays(), st.sampled_from(range(1, 9)))
def test_what_is_locked_is_there_afterwards(base: object, written: object, machine: object, shot: int) -> None:
    locked = with_lock(base, f"scene-S{shot}", 1, True) if scene_called(base, f"scene-S{shot}") else base  # type: ignore[arg-type]
    made = merged(locked, written, machine).screenplay  # type: ignore[arg-type]
    kept = {element.text for one in locked.scenes for element in one.elements if element.locked}  # type: ignore[attr-defined]
    assert kept <= {element.text for one in made.scenes for element in one.elements if element.locked}
    assert len({one.id for one in made.scenes}) == len(made.scenes) == len({one.number for one in made.scenes})


def test_a_locked_line_stands_at_its_cue_and_the_others_keep_their_name() -> None:
    old = scene(1, *speech("ANNA", ("c2", "No!"), start=2, locked=True))
    new = scene(1, *speech("ANNA", ("c1", "Yes."), ("c2", "No."), ("c3", "Perhaps."), start=1))
    made = with_locked(old, new)
    assert [(element.kind, element.text) for element in made.elements] == [
        ("character", "ANNA"), ("dialogue", "Yes."), ("character", "ANNA"), ("dialogue", "No!"), ("character", "ANNA"),
        ("dialogue", "Perhaps."),
    ]  # fmt: skip
    cues = [cue for element in made.elements if element.kind == "dialogue" for cue in element.evidence.cues]
    assert cues == ["c1", "c2", "c3"]
    assert made.elements[0].evidence.cues == ("c1",)


def test_a_locked_line_without_evidence_stands_behind_what_it_stood_behind() -> None:
    note = Element(kind="fountain", text="# Act One", locked=True)
    made = with_locked(scene(1, action("Rain.", 1.5), note), scene(1, action("First.", 1.2), action("Last.", 1.8)))
    assert [element.text for element in made.elements] == ["First.", "# Act One", "Last."]


def test_a_scene_that_is_written_again_keeps_its_place_its_number_and_its_locks() -> None:
    heading = EDITED.heading.model_copy(update={"text": "INT. OLD TRAIN - NIGHT", "locked": True})
    old = EDITED.model_copy(update={"heading": heading, "number": "7"})
    made = rewritten(old, [OTHERWISE, scene(9, action("An end.", 1.9))])
    assert (made.id, made.number, made.heading.text) == ("scene-S1", "7", "INT. OLD TRAIN - NIGHT")
    assert [element.text for element in made.elements] == ["Rain, in sheets.", "A clock.", "ANNA", "We leave.", "An end."]


def test_a_line_is_locked_and_a_scene_is_freed_with_all_in_it() -> None:
    locked = with_lock(WRITTEN, "scene-S1", 2, True)
    assert [element.locked for element in locked.scenes[0].elements] == [False, True, False]
    assert with_lock(with_lock(locked, "scene-S1", None, True), "scene-S1", None, False) == WRITTEN
    with pytest.raises(LookupError, match="3 lines"):
        with_lock(WRITTEN, "scene-S1", 4, True)


def test_a_scene_is_found_by_its_number_and_its_id() -> None:
    assert scene_called(WRITTEN, "2") == scene_called(WRITTEN, "scene-S2") == TWO
    assert scene_called(WRITTEN, "3") is None


def test_an_edit_of_an_older_version_meets_what_was_changed_since() -> None:
    newer = scene(2, action("Thick steam.", 2))
    edited = script(EDITED, TWO)
    assert brought_home(WRITTEN, edited, script(ONE, newer)) == (script(EDITED, newer), ())
    both, warnings = brought_home(WRITTEN, script(ONE, scene(2, action("No steam.", 2))), script(ONE, newer))
    assert texts(both)[-1] == "No steam."
    assert "newer version" in warnings[0]


def test_an_edit_of_a_scene_takes_back_neither_a_newer_title_nor_a_newer_beginning() -> None:
    page = WRITTEN.title_page.model_copy(update={"title": "The Money"})
    newer = WRITTEN.model_copy(update={"title_page": page, "preamble": (action("A dark screen.", 0),)})
    home = brought_home(WRITTEN, script(EDITED, TWO), newer).screenplay
    assert home == newer.model_copy(update={"scenes": (EDITED, TWO)})
    own = script(ONE, TWO).model_copy(update={"title_page": page.model_copy(update={"title": "Mine"})})
    assert brought_home(WRITTEN, own, newer).screenplay == newer.model_copy(update={"title_page": own.title_page})


def test_scenes_that_a_person_adds_or_takes_out_come_home() -> None:
    own: Scene = scene(90, action("A dream."), id="hand-1")
    assert brought_home(WRITTEN, script(ONE, own, TWO), WRITTEN).screenplay == script(ONE, own, TWO)
    assert brought_home(WRITTEN, script(ONE), WRITTEN).screenplay == script(ONE)


def unnumbered(one: Scene) -> Scene:
    return one.model_copy(update={"number": ""})


def test_a_scene_that_a_person_adds_without_a_number_is_numbered_beside_its_neighbour() -> None:
    own = [unnumbered(scene(90 + each, action(f"Dream {each}."), id=f"hand-{each}")) for each in range(4)]
    home = brought_home(WRITTEN, script(own[0], ONE, own[1], own[2], TWO), WRITTEN).screenplay
    assert [one.number for one in home.scenes] == ["0A", "1", "1A", "1B", "2"]
    again = brought_home(home, home.model_copy(update={"scenes": (*home.scenes[:3], own[3], *home.scenes[3:])}), home).screenplay
    assert [one.number for one in again.scenes] == ["0A", "1", "1A", "1C", "1B", "2"]
    bare = script(unnumbered(ONE), unnumbered(TWO))
    assert [one.number for one in brought_home(WRITTEN, bare, WRITTEN).screenplay.scenes] == ["", ""]


def test_a_name_that_nobody_wants_any_more_is_the_machines_again() -> None:
    cues = [Cue(id="c1", start=1.2, end=2.2, text="We leave.", voice="SPEAKER 1")]
    spoken = [element.model_copy(update={"voice": "SPEAKER 1"}) if element.kind == "character" else element for element in ONE.elements]
    machine = script(ONE.model_copy(update={"elements": tuple(spoken)}))
    named = with_names(machine, {"SPEAKER 1": "MARIA"}, cues, {}, machine)
    assert "MARIA" in texts(named)
    assert with_names(named, {}, cues, {"SPEAKER 1": "MARIA"}, machine) == machine


@pytest.mark.parametrize("wanted", [{"ANNA": "MARCO", "MARCO": "ANNA"}, {"SPEAKER 1": "MARCO", "SPEAKER 2": "ANNA"}])
def test_two_people_who_swap_their_names_do_so_once(wanted: dict[str, str]) -> None:
    cues = [Cue(id=f"c{n}", start=n, end=n + 1, text=f"Line {n}.", voice=f"SPEAKER {n}") for n in (1, 2)]
    lines = (
        element.model_copy(update={"voice": voice}) if element.kind == "character" else element
        for name, voice, cue in (("ANNA", "SPEAKER 1", "c1"), ("MARCO", "SPEAKER 2", "c2"))
        for element in speech(name, (cue, f"Line {cue[1]}."), start=float(cue[1]))
    )
    machine = script(scene(1, action("ANNA sees MARCO.", 1, "S1"), *lines))
    swapped = with_names(machine, wanted, cues, {}, machine)
    assert texts(swapped) == ["MARCO sees ANNA.", "MARCO", "Line 1.", "ANNA", "Line 2."]
    assert with_names(swapped, wanted, cues, wanted, machine) == swapped
