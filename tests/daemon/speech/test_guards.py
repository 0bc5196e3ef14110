"""What Whisper makes up goes, with a reason; what people say stays."""

import pytest

from daemon.contract.evidence import Span
from daemon.speech import guards
from daemon.speech.heard import Heard
from tests.daemon.speech.words import said

UNSURE = said("We leave tonight.", confidence=0.6)


def reasons(*heard: Heard, silence: tuple[Span, ...] = ()) -> list[str]:
    return [dropped.reason for dropped in guards.sift(heard, silence)[1]]


def test_plain_speech_stays_in_order() -> None:
    heard = [said("Who is it?", 1), said("Marco.", 3), said("Come in.", 5)]
    assert guards.sift(heard, ()) == (heard, [])


@pytest.mark.parametrize(("no_speech", "log_probability", "believed"), [(0.9, -1.5, False), (0.9, -0.3, True), (0.1, -1.5, True)])
def test_nobody_speaks_needs_both_signs(no_speech: float, log_probability: float, believed: bool) -> None:
    heard = said("Thank you.", no_speech=no_speech, log_probability=log_probability)
    assert reasons(heard) == ([] if believed else ["most likely nobody speaks"])


@pytest.mark.parametrize("text", ["I will go. I will go, I will go I will go", "the " * 10, "so many many times " * 4])
def test_a_loop_goes(text: str) -> None:
    assert reasons(said(text)) == ["it repeats itself"]


@pytest.mark.parametrize("text", ["No, no, no, no, no!", "Row, row, row your boat, gently down the stream", "Go away! Go away! Go away!"])
def test_people_repeat_themselves_too(text: str) -> None:
    assert reasons(said(text)) == []


def test_text_that_packs_too_well_is_a_loop() -> None:
    counting = " ".join(f"we are the number {n}" for n in range(20))
    assert reasons(said(counting)) == ["it repeats itself"]


def test_the_same_segment_four_times_in_a_row_is_kept_once() -> None:
    heard = [said("You are here.", start) for start in (0, 2, 4, 6)]
    kept, dropped = guards.sift(heard, ())
    assert kept == heard[:1]
    assert [drop.reason for drop in dropped] == ["the same words 4 times in a row"] * 3


def test_three_times_may_be_said_and_so_may_a_lone_word() -> None:
    assert reasons(*(said("You are here.", start) for start in (0, 2, 4))) == []
    assert reasons(*(said("No.", start) for start in range(8))) == []


@pytest.mark.parametrize(("silence", "believed"), [((0.0, 0.9), False), ((0.0, 0.5), True), ((5.0, 9.0), True)])
def test_text_in_measured_silence_goes(silence: tuple[float, float], believed: bool) -> None:
    quiet = Span(start=silence[0], end=silence[1])
    assert reasons(UNSURE, silence=(quiet,)) == ([] if believed else ["the sound is silent there"])


def test_silence_in_parts_counts_together() -> None:
    assert reasons(UNSURE, silence=(Span(start=0, end=0.4), Span(start=0.45, end=0.9))) == ["the sound is silent there"]


def test_a_clear_whisper_is_believed_in_silence() -> None:
    assert reasons(said("We leave tonight.", confidence=0.8), silence=(Span(start=0, end=9),)) == []


def test_nobody_speaks_twenty_words_a_second() -> None:
    text = "one two three four five six"
    assert reasons(said(text, pace=0.05)) == ["nobody speaks that fast"]
    assert reasons(said(text, pace=0.1)) == []


@pytest.mark.parametrize(
    ("text", "believed"),
    [
        ("Subtitles by the Amara.org community", False),
        ("Untertitel im Auftrag des ZDF, 2020", False),
        ("Sous-titres réalisés par la communauté d'Amara.org", False),
        ("I cannot read the subtitles.", True),
        ("Captions are written by hand.", True),
    ],
)
def test_subtitlers_lines_go(text: str, believed: bool) -> None:
    assert bool(reasons(said(text))) is not believed


def test_a_segment_without_words_is_nothing() -> None:
    assert guards.sift([Heard((), -0.1, 0), said("...", 3)], ()) == ([said("...", 3)], [])
