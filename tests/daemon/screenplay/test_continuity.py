"""Continuity: one screenplay out of chunks."""

from collections.abc import Mapping

import pytest
from hypothesis import given

from daemon.contract.evidence import Analysis, SkipPlan, Transcript
from daemon.screenplay.chunks import divide
from daemon.screenplay.continuity import screenplay, title_of
from daemon.screenplay.draft import DRAFT, draft
from daemon.screenplay.fountain import fountain
from daemon.screenplay.model import Draft, Drafts, Element, Screenplay
from tests.daemon.screenplay.films import analysis, cue, night_train, shot, skips, timelines, transcript
from tests.daemon.screenplay.fountain_reader import read

FILM, SPOKEN = night_train()


def drafted(film: Analysis, spoken: Transcript, plan: SkipPlan, length: float = 30) -> Drafts:
    chunks = divide(film, spoken, plan, length, 5)
    made = tuple(Draft(chunk=chunk.id, start=chunk.start, end=chunk.end, engine=DRAFT, elements=draft(chunk)) for chunk in chunks)
    return Drafts(engine=DRAFT, drafts=made)


def whole(drafts: Drafts, plan: SkipPlan | None = None, characters: Mapping[str, str] | None = None) -> Screenplay:
    return screenplay(drafts, FILM, SPOKEN, plan or SkipPlan(), title="Night Train", characters=characters or {})


def written(*chunks: tuple[Element, ...], people: Mapping[str, str] | None = None, cast: Mapping[str, str] | None = None) -> Drafts:
    """Chunks of 20 s by a model."""
    made = [
        Draft(chunk=number, start=20 * number, end=20 * number + 20, engine="m:8b", elements=elements, people=dict(people or {}))
        for number, elements in enumerate(chunks)
    ]
    return Drafts(engine="m:8b", drafts=tuple(made), cast=dict(cast or {}))


def heading(text: str, start: float) -> Element:
    return Element(kind="heading", text=text, start=start)


def action(text: str, start: float) -> Element:
    return Element(kind="action", text=text, start=start)


def says(voice: str, number: int) -> Element:
    said = SPOKEN.cues[number - 1]
    return Element(kind="dialogue", text=said.text, who=voice, cue=said.id, start=said.start)


def headings(script: Screenplay) -> list[str]:
    return [scene.heading for scene in script.scenes]


@given(timelines())
def test_every_cue_of_a_draft_is_in_the_published_fountain(film: tuple[Analysis, Transcript]) -> None:
    script = screenplay(drafted(*film, SkipPlan()), *film, SkipPlan(), title="T", characters={})
    text = fountain(script)
    said = [f"{cue.voice or 'VOICE'}: {cue.text}" for cue in film[1].cues]
    assert read(text).of("dialogue") == said
    assert [scene.number for scene in script.scenes] == list(range(1, len(script.scenes) + 1))


def test_a_heading_that_says_what_holds_already_begins_nothing() -> None:
    script = whole(
        written(
            (heading("INT. TRAIN - NIGHT", 0), says("SPEAKER 1", 1)),
            (heading("INT. TRAIN - NIGHT", 20), says("SPEAKER 1", 7)),
            (heading("EXT. STATION - NIGHT", 40), action("Rain.", 40)),
        )
    )
    assert headings(script) == ["INT. TRAIN - NIGHT", "EXT. STATION - NIGHT"]
    assert [element.cue for element in script.scenes[0].elements if element.cue] == ["c1", "c7"]


def test_two_unknown_places_in_a_row_are_two_scenes() -> None:
    script = whole(written((heading("INT./EXT. SCENE - DAY", 0), says("", 1)), (heading("INT./EXT. SCENE - DAY", 20), says("", 7))))
    assert headings(script) == ["INT./EXT. SCENE 1 - DAY", "INT./EXT. SCENE 2 - DAY"]


def test_a_place_is_spelled_as_it_was_first() -> None:
    script = whole(
        written(
            (heading("EXT. TRAIN STATION - DAY", 0), says("", 1), heading("INT. BAR - DAY", 9), says("", 3)),
            (heading("EXT. THE TRAIN-STATION - NIGHT", 20), says("", 7)),
        )
    )
    assert headings(script) == ["EXT. TRAIN STATION - DAY", "INT. BAR - DAY", "EXT. TRAIN STATION - NIGHT"]


def test_a_script_begins_with_a_heading_whatever_the_model_forgot() -> None:
    assert headings(whole(written((says("", 1),)))) == ["INT./EXT. SCENE 1 - DAY"]


def test_a_transition_stands_above_the_heading_that_it_leads_to() -> None:
    script = whole(drafted(FILM, SPOKEN, SkipPlan()))
    assert [scene.transition for scene in script.scenes] == ["", "FADE IN:", ""]
    assert "transition" not in [element.kind for scene in script.scenes for element in scene.elements]


def test_a_voice_has_one_name_everywhere() -> None:
    drafts = written((says("SPEAKER 1", 1), action("Speaker 1 waits for ANNA.", 5)), (says("SPEAKER 1", 7),), people={"SPEAKER 1": "ANNA"})
    script = whole(drafts)
    assert [element.who for element in script.scenes[0].elements if element.who] == ["ANNA", "ANNA"]
    assert "Anna waits for ANNA." in [element.text for element in script.scenes[0].elements]


@pytest.mark.parametrize("key", ["SPEAKER 1", "speaker 1", "ANNA"])
def test_a_persons_name_wins_by_voice_or_by_the_name_so_far(key: str) -> None:
    drafts = written((says("SPEAKER 1", 1), action("ANNA opens the door.", 5)), cast={"SPEAKER 1": "ANNA"})
    elements = whole(drafts, characters={key: "Nina"}).scenes[0].elements
    assert [element.who for element in elements if element.who] == ["NINA"]
    assert elements[0].text == "Anna opens the door."
    assert elements[1].text == "NINA opens the door."


def test_two_voices_never_share_a_name_that_a_model_chose() -> None:
    drafts = written((says("SPEAKER 1", 1), says("SPEAKER 2", 2)), people={"SPEAKER 1": "ANNA", "SPEAKER 2": "ANNA"})
    assert [element.who for element in whole(drafts).scenes[0].elements if element.who] == ["ANNA", "SPEAKER 2"]


def test_an_unclear_voice_is_a_voice_and_may_be_named_by_hand() -> None:
    drafts = written((says("", 6),))
    assert [element.who for element in whole(drafts).scenes[0].elements if element.who] == ["VOICE"]
    assert [element.who for element in whole(drafts, characters={"VOICE": "McCLANE"}).scenes[0].elements if element.who] == ["McCLANE"]


def test_long_stretches_without_words_are_said() -> None:
    film = analysis(shot(1, 0, 10), shot(2, 10, 20), shot(3, 20, 30), shot(4, 30, 40))
    script = screenplay(
        drafted(film, transcript(cue(1, 1, 2)), SkipPlan()), film, transcript(cue(1, 1, 2)), SkipPlan(), title="T", characters={}
    )
    assert [element.text for element in script.scenes[0].elements][1:] == ["Four shots without words."]


def test_the_title_page_says_what_the_script_was_written_without() -> None:
    notes = " ".join(whole(drafted(FILM, SPOKEN, SkipPlan())).notes)
    for words in ("draft", "without a language model", "without seeing the picture", "guess from the light", "VOICE"):
        assert words in notes


def test_the_title_page_says_what_was_left_out() -> None:
    plan = skips((0, 3), (30, 40))
    assert "Left out: 0:00–0:03 (manual), 0:30–0:40 (manual)." in whole(drafted(FILM, SPOKEN, plan), plan).notes


def test_a_silent_film_says_so() -> None:
    film = FILM.model_copy(update={"has_audio": False})
    script = screenplay(drafted(film, transcript(), SkipPlan()), film, transcript(), SkipPlan(), title="T", characters={})
    assert "The film has no sound." in script.notes
    assert all(scene.elements for scene in script.scenes)


def test_a_film_of_which_nothing_is_left_has_a_title_page() -> None:
    plan = skips((0, 40))
    script = whole(drafted(FILM, SPOKEN, plan), plan)
    assert script.scenes == ()
    assert fountain(script).startswith("Title: Night Train\n")


def test_a_chunk_that_fell_back_is_marked() -> None:
    drafts = drafted(FILM, SPOKEN, SkipPlan())
    marked = drafts.model_copy(update={"engine": "m:8b", "drafts": (drafts.drafts[0].model_copy(update={"fallback": "no JSON"}),)})
    script = whole(marked)
    assert [element.kind for scene in script.scenes for element in scene.elements].count("note") == 1
    assert script.scenes[0].elements[0].kind == "note"
    assert "The parts marked as draft were written without a language model." in script.notes
    assert script.author == "Reelscribe with m:8b"


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
