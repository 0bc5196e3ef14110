"""Skips: a person's choices first, then what the rules propose and nothing protects."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.contract.errors import MustWait
from daemon.contract.evidence import Analysis, Probe, Skip, Span, Transcript, VideoStream
from daemon.contract.states import HoldCause, Stage
from daemon.screenplay.writing.kept import inside
from daemon.stages import skips
from daemon.stages.skip_rules import Film, plan
from tests.daemon.screenplay.films import analysis, cue, ranges, shot
from tests.daemon.stages.tasks import task_for

PROBE = Probe(
    digest="0" * 64, size=4, container="mp4", duration=60, video=VideoStream(index=0, codec="h264", width=640, height=360, frame_rate=25)
)


def span(start: float, end: float) -> Span:
    return Span(start=start, end=end)


def by_hand(start: float, end: float) -> Skip:
    return Skip(start=start, end=end, reason="manual")


def film(**more: object) -> Analysis:
    return analysis(shot(1, 0, 60), **more)


def found(made: Film) -> list[tuple[float, float, str]]:
    return [(skip.start, skip.end, skip.reason) for skip in plan(made).skips]


def test_black_without_sound_goes_at_both_ends_and_nowhere_else() -> None:
    dark = (span(0, 3), span(20, 24), span(56, 60))
    assert found(Film(film(black=dark, silence=(span(0, 2), span(19, 25), span(57, 59.5))))) == [(0, 2, "black")]
    assert found(Film(film(black=dark, silence=(span(0, 2), span(57, 60))))) == [(0, 2, "black"), (57, 60, "black")]


def test_black_with_sound_stays() -> None:
    assert found(Film(film(black=(span(0, 3),)))) == []


def test_a_film_without_a_sound_track_is_silent_throughout() -> None:
    assert found(Film(film(black=(span(0, 3),), has_audio=False))) == [(0, 3, "black")]


def test_confident_speech_is_never_skipped_by_a_rule() -> None:
    quiet = film(black=(span(0, 10),), silence=(span(0, 10),))
    assert found(Film(quiet, cues=(cue(1, 4, 6),))) == [(0, 4, "black"), (6, 10, "black")]
    assert found(Film(quiet, cues=(cue(1, 4, 6, confidence=0.2),))) == [(0, 10, "black")]


def test_what_is_kept_by_hand_no_rule_takes() -> None:
    assert found(Film(film(black=(span(0, 10),), silence=(span(0, 10),)), keep=(span(0, 9.8),))) == []


def test_manual_beats_automatic() -> None:
    made = Film(film(black=(span(0, 10),), silence=(span(0, 10),)), skips=(by_hand(2, 5),))
    assert found(made) == [(0, 2, "black"), (2, 5, "manual"), (5, 10, "black")]


@given(
    st.lists(ranges(60), max_size=4), st.lists(ranges(60), max_size=4), st.lists(ranges(60), max_size=4), st.lists(ranges(60), max_size=6)
)
def test_whatever_the_rules_propose_the_merge_holds(
    manual: list[tuple[float, float]],
    keep: list[tuple[float, float]],
    proposed: list[tuple[float, float]],
    spoken: list[tuple[float, float]],
) -> None:
    def rule(_film: Film) -> Iterator[Skip]:
        yield from (Skip(start=start, end=end, reason="advert") for start, end in proposed)

    made = Film(
        film(),
        cues=tuple(cue(number, *times) for number, times in enumerate(spoken)),
        skips=tuple(by_hand(*times) for times in manual),
        keep=tuple(span(*times) for times in keep),
    )
    result = plan(made, [rule]).skips
    assert all(one.end <= other.start for one, other in pairwise(result))
    for skip in result:
        if skip.reason != "manual":
            assert not any(inside(skip.middle, protected) for protected in (made.keep, made.cues, made.skips))
    assert all(inside(skip.middle, result) for skip in made.skips)


def run(folder: Path, settings: dict[str, object]) -> list[tuple[float, float, str]]:
    inputs = {Stage.PROBE: PROBE, Stage.ANALYSE: film(), Stage.TRANSCRIBE: Transcript(language=None, model="", cues=())}
    made = skips.run(task_for(Stage.SKIPS, folder, inputs, settings=settings))
    return [(skip.start, skip.end, skip.note) for skip in made.skips]


def test_ranges_stand_as_a_person_wrote_them(tmp_path: Path) -> None:
    written = {
        "skips": [{"start": 0, "end": "0:05", "note": "logos"}, {"start": -15, "end": "end"}],
        "keep": [{"start": "20", "end": "0:00:30.5"}],
    }
    assert run(tmp_path, written) == [(0, 5, "logos"), (45, 60, "")]


@pytest.mark.parametrize("range_", [{"start": 50, "end": "1:30"}, {"start": "2:00", "end": "3:00"}, {"start": -90, "end": 10}])
def test_a_range_that_is_not_in_the_film_waits_for_a_person(tmp_path: Path, range_: dict[str, object]) -> None:
    with pytest.raises(MustWait, match="not in the film") as error:
        run(tmp_path, {"skips": [range_]})
    assert error.value.cause is HoldCause.OVERRIDE


def test_no_choices_and_nothing_to_leave_out(tmp_path: Path) -> None:
    assert run(tmp_path, {}) == []
