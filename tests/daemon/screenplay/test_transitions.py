"""Fades and dissolves as measured, in a script."""

from daemon.contract.evidence import Analysis, SkipPlan, Transition
from daemon.screenplay.scenes import scene_ids
from daemon.screenplay.transitions import with_transitions
from daemon.screenplay.writing.drafts import Beat
from daemon.screenplay.writing.kept import kept
from tests.daemon.screenplay.films import analysis, shot, skips, transcript

FILM = analysis(
    shot(1, 0, 10, starts_with="start"),
    shot(2, 10, 20, starts_with="fade"),
    shot(3, 20, 30, starts_with="dissolve"),
    transitions=(Transition(kind="fade out", start=9, end=10), Transition(kind="dissolve", start=19, end=21)),
)
BEATS = [
    *(Beat(kind="action", text=f"{start}", start=start) for start in (0.0, 9.5)),
    Beat(kind="heading", text="INT. HALL", shot="S2", start=10.0),
    *(Beat(kind="action", text=f"{start}", start=start) for start in (10.0, 20.0)),
]


def told(beats: list[Beat], plan: SkipPlan | None = None, film: Analysis = FILM) -> list[str]:
    return [beat.text for beat in with_transitions(beats, film, kept(film, transcript(), plan or SkipPlan()), plan or SkipPlan())]


def measured(beats: list[Beat], plan: SkipPlan | None = None, film: Analysis = FILM) -> list[str]:
    return [text for text in told(beats, plan, film) if not text.startswith("INT.")]


def test_a_shot_is_faded_into_above_what_begins_with_it_and_out_of_below_what_ends_with_it() -> None:
    assert told(BEATS) == ["0.0", "9.5", "FADE OUT.", "FADE IN:", "INT. HALL", "10.0", "DISSOLVE TO:", "20.0"]


def test_what_a_writer_says_of_transitions_is_measured_anyway() -> None:
    again = [Beat(kind="transition", text="FADE IN:", shot="S2", start=10.0), Beat(kind="transition", text="WIPE TO:", start=12.0)]
    assert measured(again) == ["FADE OUT.", "FADE IN:", "DISSOLVE TO:"]


def test_what_stands_behind_a_fade_has_a_heading_whoever_forgot_it() -> None:
    forgotten = [beat for beat in BEATS if beat.kind != "heading"]
    assert told(forgotten)[2:6] == ["FADE OUT.", "FADE IN:", "INT./EXT. SCENE - DAY", "10.0"]
    only_out = FILM.model_copy(update={"shots": (FILM.shots[0], FILM.shots[1].model_copy(update={"starts_with": "cut"}), FILM.shots[2])})
    assert told(forgotten, film=only_out)[2:5] == ["FADE OUT.", "INT./EXT. SCENE - DAY", "10.0"]
    brief = FILM.model_copy(update={"shots": (FILM.shots[0], FILM.shots[1].model_copy(update={"end": 12})), "duration": 12})
    assert told(forgotten[:2], film=brief) == ["0.0", "9.5", "FADE OUT.", "FADE IN:"]  # nothing is told of it


def test_what_is_skipped_is_not_faded() -> None:
    assert measured([], skips((8, 12))) == ["DISSOLVE TO:"]


def test_a_fade_of_which_only_the_black_is_skipped_is_one() -> None:
    film = FILM.model_copy(update={"transitions": (Transition(kind="fade in", start=10, end=11),)})
    assert measured([], skips((8, 10.2)), film) == ["FADE IN:", "DISSOLVE TO:"]
    assert measured([], skips((8, 10.8)), film) == ["DISSOLVE TO:"]


def test_a_film_may_fade_in_at_its_beginning() -> None:
    film = FILM.model_copy(update={"transitions": (Transition(kind="fade in", start=0.2, end=1),)})
    assert told([], film=film)[0] == "FADE IN:"


def test_scenes_at_one_shot_have_letters_and_then_numbers() -> None:
    ids = list(scene_ids(["S1", "S2", *["S1"] * 27]))
    assert ids[:4] == ["scene-S1", "scene-S2", "scene-S1b", "scene-S1c"]
    assert ids[-3:] == ["scene-S1z", "scene-S1-27", "scene-S1-28"]
    assert len(set(ids)) == len(ids)
