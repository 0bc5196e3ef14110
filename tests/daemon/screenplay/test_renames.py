"""A person's names over any screenplay: no model, no new evidence, and twice is as once."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.contract.evidence import Analysis, SkipPlan, Transcript
from daemon.screenplay.continuity import screenplay
from daemon.screenplay.model import Element, Evidence, Screenplay
from daemon.screenplay.renames import cast, renamed
from daemon.screenplay.writing.chunks import divide
from daemon.screenplay.writing.draft import draft
from daemon.screenplay.writing.drafts import Beat, Draft, Drafts
from tests.daemon.screenplay.films import night_train, timelines

FILM, SPOKEN = night_train()


def written(film: Analysis = FILM, spoken: Transcript = SPOKEN, prose: str = "", people: Mapping[str, str] | None = None) -> Screenplay:
    made = []
    for chunk in divide(film, spoken, SkipPlan(), 30, 5):
        beats = (*((Beat(kind="action", text=prose, shot=chunk.shots[0].id, start=chunk.start),) if prose else ()), *draft(chunk))
        made.append(Draft(chunk=chunk.id, start=chunk.start, end=chunk.end, engine="m:8b", beats=beats, people=dict(people or {})))
    return screenplay(Drafts(engine="m:8b", drafts=tuple(made)), film, spoken, SkipPlan(), title="T")


def elements(script: Screenplay) -> list[Element]:
    return [element for scene in script.scenes for element in scene.elements]


def lines(script: Screenplay) -> list[tuple[str, str]]:
    """Who says which cue."""
    found, who = [], ""
    for element in elements(script):
        who = element.text if element.kind == "character" else who
        found += [(who, cue) for cue in element.evidence.cues if element.kind == "dialogue"]
    return found


def by(script: Screenplay) -> dict[str, str]:
    return {cue: who for who, cue in lines(script)}


def over(script: Screenplay, characters: Mapping[str, str]) -> Screenplay:
    return renamed(script, characters, SPOKEN.cues)


@pytest.mark.parametrize("key", ["SPEAKER 1", "speaker 1", "ANNA", "Anna"])
def test_a_rename_by_voice_or_by_the_name_so_far_changes_lines_and_prose(key: str) -> None:
    script = over(written(prose="ANNA waits. Anna goes.", people={"SPEAKER 1": "ANNA"}), {key: "Nina"})
    assert by(script)["c1"] == by(script)["c7"] == "NINA"
    assert by(script)["c2"] == "SPEAKER 2"
    assert "NINA waits. Nina goes." in [element.text for element in elements(script)]


def test_the_words_of_a_line_stay_whatever_names_they_hold() -> None:
    script = over(written(people={"SPEAKER 1": "ANNA"}), {"ANNA": "Nina"})
    assert "Anna opens the door." in [element.text for element in elements(script)]


def test_a_name_that_is_also_a_word_is_changed_only_as_a_name() -> None:
    script = over(written(prose="WILL waits, he will go. Will goes.", people={"SPEAKER 1": "WILL"}), {"WILL": "BOB"})
    assert "BOB waits, he will go. Bob goes." in [element.text for element in elements(script)]


def test_a_role_becomes_a_name_without_its_article() -> None:
    script = over(written(prose="The narrator waits.", people={"SPEAKER 1": "NARRATOR"}), {"NARRATOR": "ANNA"})
    assert "ANNA waits." in [element.text for element in elements(script)]


def test_the_voice_that_is_not_clear_is_named_by_hand_and_no_prose_with_it() -> None:
    script = over(written(prose="A voice is heard."), {"VOICE": "McCLANE"})
    assert by(script)["c6"] == "McCLANE"
    assert "A voice is heard." in [element.text for element in elements(script)]


@pytest.mark.parametrize("time", ["0:02.7", "0:00:02.700", "0:04.2"])
def test_a_time_gives_the_line_that_is_spoken_then(time: str) -> None:
    script = over(written(), {time: "ANNA", "SPEAKER 1": "ANNA"})
    assert by(script) == by(written()) | {"c1": "ANNA", "c2": "ANNA", "c3": "ANNA", "c4": "ANNA", "c7": "ANNA"}
    assert next(element.evidence.cues for element in elements(script) if element.kind == "character") == ("c1", "c2")


def test_one_line_of_a_speech_may_be_given_away() -> None:
    script = over(written(), {"0:09": "joe"})
    assert (by(script)["c3"], by(script)["c4"]) == ("SPEAKER 1", "JOE")
    names = [(element.text, element.voice, element.evidence.cues) for element in elements(script) if element.kind == "character"]
    assert names[2:4] == [("SPEAKER 1", "SPEAKER 1", ("c3",)), ("JOE", "", ("c4",))]


def test_a_line_given_to_a_voice_goes_with_its_name() -> None:
    given_away = over(written(), {"0:09": "SPEAKER 2"})
    assert by(over(given_away, {"0:09": "SPEAKER 2", "SPEAKER 2": "MARCO"}))["c4"] == "MARCO"


def test_a_line_that_was_given_away_comes_back() -> None:
    assert lines(over(over(written(), {"0:09": "SPEAKER 2"}), {})) == lines(written())
    assert over(over(written(), {"0:09": "SPEAKER 2"}), {}) == written()


def test_an_assignment_survives_a_new_transcription() -> None:
    later = SPOKEN.model_copy(update={"cues": tuple(cue.model_copy(update={"id": f"c{cue.id[1:]}0"}) for cue in SPOKEN.cues)})
    assert by(renamed(written(), {"0:09": "JOE"}, later.cues))["c4"] == "JOE"
    assert by(renamed(written(spoken=later), {"0:09": "JOE"}, later.cues))["c40"] == "JOE"


def test_what_is_locked_keeps_its_words_and_a_name_of_its_own() -> None:
    evidence = Evidence(cues=("c1",), start=1, end=2.2)
    own = (
        Element(kind="action", text="Speaker 1 waits.", locked=True),
        Element(kind="character", text="JOE", voice="SPEAKER 1", locked=True),
        Element(kind="dialogue", text="Anna opens the door.", evidence=evidence, locked=True),
    )
    before = written()
    script = before.model_copy(update={"scenes": (before.scenes[0].model_copy(update={"elements": own}), *before.scenes[1:])})
    assert over(script, {"SPEAKER 1": "ANNA"}).scenes[0].elements == own
    assert by(over(script, {"JOE": "JOSEPH"}))["c1"] == "JOSEPH"


def test_a_line_that_was_edited_and_a_name_that_was_typed_go_with_everybody_who_is_called_so() -> None:
    script = over(written(), {"SPEAKER 1": "ANNA"})
    typed = Element(kind="character", text="ANNA", voice="SPEAKER 2", locked=True)
    own = Element(kind="dialogue", text="I never said that.", locked=True)
    scene = script.scenes[0]
    edited = tuple(one.model_copy(update={"locked": one.kind == "dialogue"}) for one in scene.elements)
    script = script.model_copy(update={"scenes": (scene.model_copy(update={"elements": (*edited, typed, own)}), *script.scenes[1:])})
    for _ in range(2):
        script = over(script, {"SPEAKER 1": "OLGA"})
        now = script.scenes[0].elements
        assert ("ANNA" in [one.text for one in now], now[-2].text) == (False, "OLGA")
        assert [one.text for one in now if one.kind == "dialogue"] == [one.text for one in (*edited, own) if one.kind == "dialogue"]


def test_parentheticals_stay_with_their_line() -> None:
    before = written()
    name, one, other = before.scenes[0].elements[5:8]
    aside = Element(kind="parenthetical", text="(low)")
    script = before.model_copy(update={"scenes": (before.scenes[0].model_copy(update={"elements": (name, one, aside, other)}),)})
    assert [element.text for element in over(script, {"0:09": "JOE"}).scenes[0].elements] == [
        "SPEAKER 1",
        one.text,
        "JOE",
        "(low)",
        other.text,
    ]


@pytest.mark.parametrize("characters", [{}, {"7": "ANNA"}, {"0:99": "ANNA"}, {"SPEAKER 1": " "}, {"0:26": "SPEAKER 1"}, {"0:20": "JOE"}])
def test_what_means_nobody_changes_nothing(characters: dict[str, str]) -> None:
    assert over(written(), characters) == written()


def test_the_cast_is_who_goes_by_which_name() -> None:
    assert cast(over(written(), {"SPEAKER 1": "ANNA"})) == {"SPEAKER 1": "ANNA", "SPEAKER 2": "SPEAKER 2", "VOICE": "VOICE"}


people = st.dictionaries(
    st.sampled_from(("SPEAKER 1", "SPEAKER 2", "VOICE", "0:01", "0:07.5", "1:00", "5:00")),
    st.sampled_from(("ANNA", "Joe", "McCLANE", "SPEAKER 2")),
)


@given(timelines(), people)
def test_every_line_stays_in_its_place_and_twice_is_as_once(film: tuple[Analysis, Transcript], characters: dict[str, str]) -> None:
    before = written(*film)
    after = renamed(before, characters, film[1].cues)
    said = [(element.kind, element.text, element.evidence) for element in elements(before) if element.kind != "character"]
    assert [(element.kind, element.text, element.evidence) for element in elements(after) if element.kind != "character"] == said
    assert renamed(after, characters, film[1].cues) == after
