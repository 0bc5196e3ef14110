"""What prose may say of a shot that nobody has looked at."""

import pytest

from daemon.contract.evidence import Light
from daemon.screenplay.camera import measured
from daemon.screenplay.writing.measured import bears
from tests.daemon.screenplay.films import analysis, cue, pan, shot, transcript, whole

LIT = Light(brightness=0.5, time="night", place="inside")
SPOKEN = transcript(cue(1, 1, 2))


@pytest.mark.parametrize(
    ("text", "bare", "still", "lit"),
    [
        ("The picture is still.", False, True, False),
        ("Inside, in the dark.", False, False, True),
        ("Outside, in the dark.", False, False, False),
        ("Bright light.", True, True, False),
        ("Silence.", False, False, False),
        ("A still life of bright fruit.", False, False, False),
        ("", False, False, False),
    ],
)
def test_prose_tells_of_light_stillness_and_silence_as_they_are(text: str, bare: bool, still: bool, lit: bool) -> None:
    shots = (shot(1, 0, 9), shot(2, 0, 9, motion=pan("static")), shot(3, 0, 9, light=LIT))
    assert [bears(text, one, whole(analysis(one), SPOKEN)) for one in shots] == [bare, still, lit]


def test_where_nobody_speaks_there_is_silence() -> None:
    quiet = shot(2, 5, 9)
    assert bears("Silence.", quiet, whole(analysis(shot(1, 0, 5), quiet), SPOKEN))


@pytest.mark.parametrize(
    ("kind", "confidence", "words"),
    [("static", 0.9, "camera still (measured)"), ("tilt up", 0.9, "camera tilt up (measured)"), ("tilt up", 0.4, ""), ("unknown", 0.9, "")],
)
def test_a_movement_is_shown_to_a_model_where_it_is_sure(kind: str, confidence: float, words: str) -> None:
    assert measured(pan(kind, confidence)) == words
