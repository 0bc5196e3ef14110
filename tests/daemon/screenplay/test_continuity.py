"""Continuity: one screenplay out of chunks."""

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given

from daemon.contract.evidence import Analysis, Caption, Captions, SkipPlan, Transcript, Transition
from daemon.screenplay.continuity import screenplay, title_of
from daemon.screenplay.formats import fountain
from daemon.screenplay.formats.fountain_reader import read
from daemon.screenplay.model import Element, Screenplay
from daemon.screenplay.writing.chunks import divide
from daemon.screenplay.writing.draft import draft
from daemon.screenplay.writing.drafts import DRAFT, Beat, Draft, Drafts
from tests.daemon.screenplay.films import analysis, caption, cue, night_train, pan, seen, shot, skips, timelines, transcript

FILM, SPOKEN = night_train()


def drafted(film: Analysis, spoken: Transcript, plan: SkipPlan, length: float = 30) -> Drafts:
    chunks = divide(film, spoken, plan, length, 5)
    made = tuple(Draft(chunk=chunk.id, start=chunk.start, end=chunk.end, engine=DRAFT, beats=draft(chunk)) for chunk in chunks)
    return Drafts(engine=DRAFT, drafts=made)


def whole(drafts: Drafts, plan: SkipPlan | None = None, captions: Captions | None = None, film: Analysis = FILM) -> Screenplay:
    return screenplay(drafts, film, SPOKEN, plan or SkipPlan(), captions or Captions(), title="Night Train")


def unfaded(drafts: Drafts) -> Screenplay:
    """Of a film in which only the writer begins scenes."""
    shots = tuple(shot.model_copy(update={"starts_with": "cut"}) for shot in FILM.shots)
    return whole(drafts, film=FILM.model_copy(update={"shots": shots}))


def written(*chunks: tuple[Beat, ...], people: Mapping[str, str] | None = None, cast: Mapping[str, str] | None = None) -> Drafts:
    """Chunks of 20 s by a model."""
    made = [
        Draft(chunk=number, start=20 * number, end=20 * number + 20, engine="m:8b", beats=beats, people=dict(people or {}))
        for number, beats in enumerate(chunks)
    ]
    return Drafts(engine="m:8b", drafts=tuple(made), cast=dict(cast or {}))


def heading(text: str, start: float, shot: str = "") -> Beat:
    return Beat(kind="heading", text=text, shot=shot, start=start)


def action(text: str, start: float) -> Beat:
    return Beat(kind="action", text=text, start=start)


def says(voice: str, number: int) -> Beat:
    said = SPOKEN.cues[number - 1]
    return Beat(kind="dialogue", text=said.text, who=voice, cue=said.id, start=said.start)


def headings(script: Screenplay) -> list[str]:
    return [scene.heading.text for scene in script.scenes]


def everything(script: Screenplay) -> list[Element]:
    return [element for scene in script.scenes for element in scene.elements]


def of(kind: str, script: Screenplay) -> list[str]:
    return [element.text for element in everything(script) if element.kind == kind]


def speeches(script: Screenplay) -> Iterator[str]:
    """Each line that is said, behind the name above it."""
    who = ""
    for element in everything(script):
        who = element.text if element.kind == "character" else who
        if element.kind == "dialogue":
            yield f"{who}: {element.text}"


@given(timelines())
def test_every_cue_of_a_draft_is_in_the_published_fountain(film: tuple[Analysis, Transcript]) -> None:
    script = screenplay(drafted(*film, SkipPlan()), *film, SkipPlan(), title="T")
    text = fountain.written(script)
    said = [f"{cue.voice or 'VOICE'}: {cue.text}" for cue in film[1].cues]
    assert list(speeches(read(text))) == said
    assert [scene.number for scene in script.scenes] == [str(number) for number in range(1, len(script.scenes) + 1)]


def test_a_heading_that_says_what_holds_already_begins_nothing() -> None:
    script = unfaded(
        written(
            (heading("INT. TRAIN - NIGHT", 0), says("SPEAKER 1", 1)),
            (heading("INT. TRAIN - NIGHT", 20), says("SPEAKER 1", 7)),
            (heading("EXT. STATION - NIGHT", 40), action("Rain.", 40)),
        )
    )
    assert headings(script) == ["INT. TRAIN - NIGHT", "EXT. STATION - NIGHT"]
    assert [element.evidence.cues for element in script.scenes[0].elements if element.kind == "dialogue"] == [("c1",), ("c7",)]


def test_two_unknown_places_in_a_row_are_two_scenes() -> None:
    script = unfaded(written((heading("INT./EXT. SCENE - DAY", 0), says("", 1)), (heading("INT./EXT. SCENE - DAY", 20), says("", 7))))
    assert headings(script) == ["INT./EXT. SCENE 1 - DAY", "INT./EXT. SCENE 2 - DAY"]


@pytest.mark.parametrize("first", ["INT./EXT. SCENE - DAY", "INT. KITCHEN - DAY"])
@pytest.mark.parametrize("second", ["INT./EXT. SCENE - DAY", "INT. KITCHEN - DAY"])
def test_a_moment_is_headed_once_and_with_its_place_where_one_is_known(first: str, second: str) -> None:
    script = unfaded(written((heading(first, 0), action("A door.", 0), heading(second, 0), says("", 1))))
    assert headings(script) == ["INT. KITCHEN - DAY" if "KITCHEN" in first + second else "INT./EXT. SCENE 1 - DAY"]
    assert [element.text for element in script.scenes[0].elements[:3]] == ["A door.", "VOICE", SPOKEN.cues[0].text]


def test_behind_a_fade_the_same_place_is_another_scene() -> None:
    script = whole(written((heading("INT. TRAIN - NIGHT", 0), says("", 1), heading("INT. TRAIN - NIGHT", 11, "S3"), says("", 5))))
    assert headings(script) == ["INT. TRAIN - NIGHT"] * 2
    assert script.scenes[1].transition


def test_a_place_is_spelled_as_it_was_first() -> None:
    script = unfaded(
        written(
            (heading("EXT. TRAIN STATION - DAY", 0), says("", 1), heading("INT. BAR - DAY", 9), says("", 3)),
            (heading("EXT. THE TRAIN-STATION - NIGHT", 20), says("", 7)),
        )
    )
    assert headings(script) == ["EXT. TRAIN STATION - DAY", "INT. BAR - DAY", "EXT. TRAIN STATION - NIGHT"]


def test_a_script_begins_with_a_heading_whatever_the_model_forgot() -> None:
    assert headings(unfaded(written((says("", 1),)))) == ["INT./EXT. SCENE 1 - DAY"]


def test_a_transition_stands_above_the_heading_that_it_leads_to() -> None:
    script = whole(drafted(FILM, SPOKEN, SkipPlan()))
    assert [scene.transition.text if scene.transition else "" for scene in script.scenes] == ["", "FADE IN:", ""]
    assert not of("transition", script)


def test_a_voice_has_one_name_everywhere() -> None:
    drafts = written((says("SPEAKER 1", 1), action("Speaker 1 waits.", 5)), (says("SPEAKER 1", 7),), people={"SPEAKER 1": "ANNA"})
    script = whole(drafts)
    assert of("character", script) == ["ANNA", "ANNA"]
    assert "ANNA waits." in of("action", script)


def test_two_voices_never_share_a_name_that_a_model_chose() -> None:
    drafts = written((says("SPEAKER 1", 1), says("SPEAKER 2", 2)), people={"SPEAKER 1": "ANNA", "SPEAKER 2": "ANNA"})
    assert of("character", whole(drafts)) == ["ANNA", "SPEAKER 2"]


def test_no_voice_takes_the_label_of_another() -> None:
    drafts = written((says("SPEAKER 1", 1), says("SPEAKER 2", 2)), people={"SPEAKER 1": "SPEAKER 2"})
    assert of("character", whole(drafts)) == ["SPEAKER 1", "SPEAKER 2"]


def test_an_unclear_voice_is_a_voice() -> None:
    assert of("character", whole(written((says("", 6),), people={"": "ANNA"}))) == ["VOICE"]


def test_a_name_holds_after_a_hundred_chunks_without_its_voice() -> None:
    spoken = transcript(
        cue(1, 1, 2, "Anna!", voice="SPEAKER 2"),
        *(cue(number, 30 * number, 30 * number + 2, voice="SPEAKER 2") for number in range(2, 119)),
        cue(119, 3575, 3577, "I am back.", voice="SPEAKER 1"),
        cue(120, 3, 4, "Yes?", voice="SPEAKER 1"),
    )
    film = analysis(*(shot(number, 30 * number, 30 * number + 30) for number in range(120)))
    chunks = divide(film, spoken, SkipPlan(), 30, 5)
    assert len(chunks) == 120
    called = {0: ("ANNA", "Anna turns."), 119: ("NINA", "NINA enters.")}
    made = []
    for chunk in chunks:
        name, text = called.get(chunk.id, ("", ""))
        beats = (Beat(kind="action", text=text, start=chunk.start), *draft(chunk)) if text else draft(chunk)
        people = {"SPEAKER 1": name} if name else {}
        made.append(Draft(chunk=chunk.id, start=chunk.start, end=chunk.end, engine="m:8b", beats=beats, people=people))
    script = screenplay(Drafts(engine="m:8b", drafts=tuple(made)), film, spoken, SkipPlan(), title="T")
    named = [element.text for element in everything(script) if element.kind == "character" and element.voice == "SPEAKER 1"]
    assert named == ["ANNA", "ANNA"]
    assert [text for text in of("action", script) if "words" not in text] == ["ANNA turns.", "Anna enters."]


def test_long_stretches_without_words_are_said() -> None:
    film = analysis(shot(1, 0, 10), shot(2, 10, 20), shot(3, 20, 30), shot(4, 30, 40))
    script = screenplay(drafted(film, transcript(cue(1, 1, 2)), SkipPlan()), film, transcript(cue(1, 1, 2)), SkipPlan(), title="T")
    assert [(element.text, element.evidence.shots) for element in script.scenes[0].elements][2:] == [
        ("Four shots without words.", ("S1", "S2", "S3", "S4"))
    ]


def test_of_long_stretches_that_were_looked_at_it_is_said_what_is_seen() -> None:
    film, spoken = analysis(shot(1, 0, 10), shot(2, 10, 20), shot(3, 20, 30)), transcript(cue(1, 1, 2))
    drafts = written((action("A door.", 0).model_copy(update={"sees": ("k1",)}), Beat(kind="dialogue", text="Yes.", cue="c1", start=1)))
    looked = seen(caption(1, "A door."), caption(2, "A street at 12:30. Rain."), caption(3, "A dog."))
    script = screenplay(drafts, film, spoken, SkipPlan(), looked, title="T")
    found = [(element.text, element.evidence.captions) for element in everything(script) if element.kind == "action"]
    assert found == [("A door.", ("k1",)), ("Rain.", ("k2",)), ("A dog.", ("k3",))]


def test_the_title_page_says_what_the_script_was_written_without() -> None:
    notes = " ".join(whole(drafted(FILM, SPOKEN, SkipPlan())).title_page.notes)
    for words in ("draft", "without a language model", "without seeing the picture", "guess from the light", "VOICE"):
        assert words in notes


def test_the_title_page_says_what_was_left_out() -> None:
    plan = skips((0, 3), (30, 40))
    assert "Left out: 0:00–0:03 (manual), 0:30–0:40 (manual)." in whole(drafted(FILM, SPOKEN, plan), plan).title_page.notes


def test_a_silent_film_says_so() -> None:
    film = FILM.model_copy(update={"has_audio": False})
    script = screenplay(drafted(film, transcript(), SkipPlan()), film, transcript(), SkipPlan(), title="T")
    assert "The film has no sound." in script.title_page.notes
    assert all(scene.elements for scene in script.scenes)


def test_a_film_of_which_nothing_is_left_has_a_title_page() -> None:
    plan = skips((0, 40))
    script = whole(drafted(FILM, SPOKEN, plan), plan)
    assert script.scenes == ()
    assert fountain.written(script).startswith("Title: Night Train\n")


def test_a_speech_is_a_name_above_its_lines_with_their_cues_and_times() -> None:
    script = whole(written((says("SPEAKER 1", 3), says("SPEAKER 1", 4), says("SPEAKER 2", 5))))
    name, one, other, *_ = script.scenes[0].elements
    assert (name.kind, name.text, name.voice) == ("character", "SPEAKER 1", "SPEAKER 1")
    assert (name.evidence.cues, name.evidence.start, name.evidence.end) == (("c3", "c4"), 7, 10.3)
    assert [(line.kind, line.text, line.evidence.cues) for line in (one, other)] == [
        ("dialogue", "The train leaves at seven.", ("c3",)),
        ("dialogue", "Please wait at the station.", ("c4",)),
    ]
    assert (one.evidence.start, one.evidence.end) == (7, 8.3)


@pytest.mark.parametrize(("text", "names"), [("I think", ["VOICE"]), ("I think.", ["VOICE", "VOICE"])])
def test_an_unclear_voice_goes_on_only_within_a_sentence(text: str, names: list[str]) -> None:
    spoken = transcript(cue(1, 1, 2, text), cue(2, 2.1, 3, "so."))
    script = screenplay(drafted(FILM, spoken, SkipPlan()), FILM, spoken, SkipPlan(), title="T")
    assert of("character", script) == names


@pytest.mark.parametrize(("start", "voice", "dual"), [(2.0, "SPEAKER 2", True), (3.5, "SPEAKER 2", False), (2.0, "", False)])
def test_two_people_who_speak_at_the_same_time_stand_side_by_side(start: float, voice: str, dual: bool) -> None:
    spoken = transcript(cue(1, 1, 4, voice="SPEAKER 1"), cue(2, start, 5, voice=voice), cue(3, 6, 7, voice="SPEAKER 1"))
    script = screenplay(drafted(FILM, spoken, SkipPlan()), FILM, spoken, SkipPlan(), title="T")
    assert [element.dual for element in everything(script) if element.kind == "character"] == [False, dual, False]


def test_scenes_are_named_after_the_shot_at_which_they_begin() -> None:
    first = (heading("INT. BAR - DAY", 0), says("", 1), heading("EXT. STATION - DAY", 4.5), says("", 3))
    beats = [beat.model_copy(update={"shot": "S1"}) if beat.kind == "heading" else beat for beat in first]
    script = whole(written((*beats, heading("INT. BAR - NIGHT", 12), says("", 6))))
    assert [scene.id for scene in script.scenes] == ["scene-S1", "scene-S1b", "scene-S3"]


def test_scene_ids_stay_when_another_scene_is_skipped() -> None:
    before = whole(drafted(FILM, SPOKEN, SkipPlan()))
    plan = skips((11, 24))
    after = whole(drafted(FILM, SPOKEN, plan), plan)
    assert {scene.id for scene in after.scenes} == {"scene-S1", "scene-S5"} < {scene.id for scene in before.scenes}


def test_an_action_carries_what_it_names() -> None:
    beat = Beat(kind="action", text="Rain.", shot="S1", sees=("k1",), start=0.0)
    captions = Captions(model="eyes", captions=(Caption(id="k1", shot="S1", keyframe="1.jpg", text="Rain."),))
    evidence = whole(written((beat,)), captions=captions).scenes[0].elements[0].evidence
    assert (evidence.shots, evidence.captions, evidence.sounds, evidence.start, evidence.end) == (("S1",), ("k1",), (), 0, 6)


def test_measured_transitions_are_there_even_if_the_writer_forgot_them() -> None:
    fades = (
        Transition(kind="fade in", start=0, end=1),
        Transition(kind="fade out", start=10, end=11),
        Transition(kind="fade in", start=11, end=12),
        Transition(kind="fade out", start=38, end=40),
    )
    film = FILM.model_copy(update={"transitions": fades})
    drafts = written((heading("INT. BAR - DAY", 0), says("", 1), says("", 3), heading("EXT. STATION - DAY", 11), says("", 5), says("", 7)))
    script = screenplay(drafts, film, SPOKEN, SkipPlan(), title="T")
    assert [scene.transition.text if scene.transition else "" for scene in script.scenes] == ["FADE IN:", "FADE IN:"]
    assert [[element.text for element in scene.elements if element.kind == "transition"] for scene in script.scenes] == [["FADE OUT."]] * 2
    assert script.scenes[1].elements[-1].text == "FADE OUT."


def test_a_dissolve_within_a_scene_stands_where_it_is() -> None:
    film = analysis(shot(1, 0, 10), shot(2, 10, 20, starts_with="dissolve"))
    spoken = transcript(cue(1, 1, 3), cue(2, 12, 14))
    beats = (heading("INT. BAR - DAY", 0), *(Beat(kind="dialogue", text=one.text, cue=one.id, start=one.start) for one in spoken.cues))
    script = screenplay(written(beats), film, spoken, SkipPlan(), title="T")
    assert [element.kind for element in everything(script)] == ["character", "dialogue", "transition", "character", "dialogue"]


def test_a_movement_that_goes_on_through_chunks_is_told_once() -> None:
    film = analysis(*(shot(number, 10 * number, 10 * number + 10, motion=pan("handheld")) for number in range(9)), shot(9, 90, 100))
    spoken = transcript(*(cue(number, 10 * number + 1, 10 * number + 3) for number in range(10)))
    script = screenplay(drafted(film, spoken, SkipPlan(), 20), film, spoken, SkipPlan(), title="T")
    assert of("shot", script) == ["Handheld."]


def test_continuous_goes_on_with_the_scene() -> None:
    script = unfaded(written((heading("INT. BAR - NIGHT", 0), says("", 1)), (heading("INT. BAR - CONTINUOUS", 20), says("", 7))))
    assert headings(script) == ["INT. BAR - NIGHT"]


def test_people_are_introduced_in_capitals_once() -> None:
    texts = ("Anna and the interviewer wait.", "ANNA looks at Anna's watch.", "INTERVIEWER nods, McClane's man too.", "McCLANE!")
    people = {"SPEAKER 1": "ANNA", "SPEAKER 2": "INTERVIEWER", "SPEAKER 3": "McCLANE"}
    spoken = transcript(*(cue(number, number, number + 0.5, voice=f"SPEAKER {number}") for number in (1, 2, 3)))
    drafts = written(tuple(action(text, 2 * number) for number, text in enumerate(texts)), people=people)
    script = screenplay(drafts, FILM, spoken, SkipPlan(), title="T")
    assert of("action", script)[:4] == [
        "ANNA and the INTERVIEWER wait.",
        "Anna looks at Anna's watch.",
        "Interviewer nods, McCLANE's man too.",
        "McClane!",
    ]


def test_the_title_page_names_the_model_that_looked() -> None:
    captions = Captions(model="llava:7b", captions=(Caption(id="k1", shot="S1", keyframe="1.jpg", text="Rain."),))
    notes = " ".join(whole(drafted(FILM, SPOKEN, SkipPlan()), captions=captions).title_page.notes)
    assert "llava:7b" in notes
    assert "without seeing the picture" not in notes


def test_a_chunk_that_fell_back_is_marked() -> None:
    drafts = drafted(FILM, SPOKEN, SkipPlan())
    marked = drafts.model_copy(update={"engine": "m:8b", "drafts": (drafts.drafts[0].model_copy(update={"fallback": "no JSON"}),)})
    script = whole(marked)
    assert len(of("note", script)) == 1
    assert script.scenes[0].elements[0].kind == "note"
    assert "The parts marked as draft were written without a language model." in script.title_page.notes
    assert script.title_page.author == "Reelscribe with m:8b"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("night_train", "Night Train"),
        ("Night.Train.2024", "Night Train 2024"),
        ("my-film", "My Film"),
        ("VID_0042", "VID 0042"),
        ("été", "Été"),
        ("Dr. No", "Dr No"),
        ("___", "___"),
        ("a - b", "A - B"),
    ],
)
def test_a_file_name_becomes_a_title(name: str, title: str) -> None:
    assert title_of(name) == title
