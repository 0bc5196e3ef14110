"""The draft writer: valid from evidence alone, and nothing in it that was not measured."""

from hypothesis import given

from daemon.contract.evidence import Analysis, SkipPlan, Sound, Span, Transcript
from daemon.screenplay.writing.chunks import divide
from daemon.screenplay.writing.draft import draft
from daemon.screenplay.writing.openings import openings, openings_left
from tests.daemon.screenplay.films import analysis, caption, cue, night_train, pan, shot, skips, timelines, transcript, whole


def test_headings_camera_and_speech_stand_in_order_of_time() -> None:
    assert [(element.kind, element.text) for element in draft(whole(*night_train()))] == [
        ("heading", "INT./EXT. SCENE - DAY"),
        ("dialogue", "Anna opens the door."),
        ("dialogue", "Where is the money?"),
        ("camera", "The camera pans left."),
        ("dialogue", "The train leaves at seven."),
        ("dialogue", "Please wait at the station."),
        ("transition", "FADE IN:"),
        ("heading", "INT./EXT. SCENE - NIGHT"),
        ("dialogue", "Marco has your gun tonight."),
        ("dialogue", "We must not wait here."),
        ("heading", "INT./EXT. SCENE - DAY"),
        ("dialogue", "The window is open."),
        ("camera", "The camera zooms in."),
    ]


@given(timelines())
def test_a_draft_has_every_cue_once_in_order_and_begins_with_a_heading(film: tuple[Analysis, Transcript]) -> None:
    elements = [element for chunk in divide(*film, SkipPlan(), 30, 5) for element in draft(chunk)]
    assert [element.cue for element in elements if element.cue] == [cue.id for cue in film[1].cues]
    assert elements[0].kind == "heading"


def test_a_movement_that_goes_on_over_a_cut_is_written_once() -> None:
    film = analysis(shot(1, 0, 3, motion=pan()), shot(2, 3, 6, motion=pan()), shot(3, 6, 9), shot(4, 9, 12, motion=pan()))
    assert [element.shot for element in draft(whole(film, transcript())) if element.kind == "camera"] == ["S1", "S4"]


def test_a_scene_may_begin_at_fades_black_and_leaps_of_brightness() -> None:
    film = analysis(
        shot(1, 0, 10),
        shot(2, 10, 20),
        shot(3, 20, 30, starts_with="dissolve"),
        shot(4, 30, 40),
        shot(5, 40, 50, 0.1),
        shot(6, 50, 55, 0.9),
        shot(7, 55, 60, 0.1),
        black=(Span(start=29.6, end=30.1),),
    )
    assert openings(film) == {"S1", "S3", "S4", "S5", "S6"}


def test_a_scene_begins_behind_a_skip() -> None:
    film = analysis(shot(1, 0, 10), shot(2, 10, 20), shot(3, 20, 30))
    left = [item for item in film.shots if item.id != "S2"]
    assert openings_left(film, left) == {"S1", "S3"}
    chunks = divide(film, transcript(cue(1, 12, 13), cue(2, 22, 23)), skips((9, 15)), 60, 5)
    assert (chunks[0].opens, [item.start for item in chunks[0].shots]) == (("S1", "S2"), [0, 15, 20])
    assert [item.id for item in chunks[0].cues] == ["c2"]


def test_an_empty_film_is_an_empty_draft() -> None:
    assert draft(whole(analysis(), transcript())) == ()


def test_a_long_shot_gets_its_heading_and_camera_where_it_begins() -> None:
    film, spoken = (
        analysis(shot(1, 0, 90, motion=pan())),
        transcript(*(cue(number, 10 * number, 10 * number + 2) for number in range(1, 8))),
    )
    chunks = divide(film, spoken, SkipPlan(), 30, 5)
    assert [[element.kind for element in draft(chunk)][:3] for chunk in chunks] == [
        ["heading", "camera", "dialogue"],
        ["dialogue", "dialogue", "dialogue"],
        ["dialogue", "dialogue"],
    ]


def test_what_was_seen_and_heard_is_told_as_far_as_it_is_fit() -> None:
    music = (Sound(id="n1", kind="music", start=2, end=9), Sound(id="n2", kind="silence", start=9, end=12))
    captions = (
        caption(1, "A woman at a window.\nThe camera pans left. It is 12:30."),
        caption(2, "00:01:12"),
        caption(3, "A sign: “EXIT”."),
    )
    chunk = whole(analysis(shot(1, 0, 6), shot(2, 6, 9), shot(3, 9, 12)), transcript(cue(1, 1, 1.5), sounds=music), *captions)
    assert [(beat.text, beat.shot, beat.sees) for beat in draft(chunk) if beat.kind == "action"] == [
        ("A woman at a window.", "S1", ("k1",)),
        ("Music.", "S1", ("n1",)),
        ("A sign: “EXIT”.", "S3", ("k3",)),
    ]
