"""Voices are told apart where that is clear, and nobody is named where it is not."""

import numpy as np
import pytest

from daemon.contract.evidence import Cue
from daemon.speech import turns, voices
from tests.daemon.speech.talk import RATE, Score, Sound, Talk, Talker, chords, noise, score, talk

WORST = 0.15  # diarisation error over the time that is claimed to be known
LEAST = 0.5  # of all speech that must be claimed

# None of these voices was heard when the limits were chosen.
ANNA, BERTA, CARLA = Talker("en+anika"), Talker("en+f3"), Talker("en-us+steph", 60)
MARCO, PAUL, SANDRO, ROB = Talker("en+m4", 45), Talker("en+pablo", 40), Talker("en+sandro"), Talker("en-gb-scotland+robert")


def told(film: Talk, count: int | None = None) -> tuple[Cue, ...]:
    return turns.told(film.cues, voices.tell(film.cues, film.samples, count))[0]


def scored(film: Talk) -> Score:
    return score(film.truth, told(film))


@pytest.mark.needs("espeak-ng")
@pytest.mark.parametrize(
    "talkers",
    [(ANNA, MARCO), (PAUL, SANDRO), (BERTA, CARLA), (ANNA, MARCO, ROB), (MARCO, SANDRO, PAUL), (ANNA, CARLA, PAUL, ROB)],
    ids=lambda talkers: "+".join(talker.voice for talker in talkers),
)
def test_people_are_told_apart(talkers: tuple[Talker, ...]) -> None:
    found = scored(talk(talkers, 8 * len(talkers), seed=1))
    assert found.error <= WORST
    assert found.claimed >= LEAST
    assert found.voices == len(talkers)


@pytest.mark.needs("espeak-ng")
@pytest.mark.parametrize("under", [noise(20, -10), chords(20, -12)], ids=["noise", "music"])
def test_noise_and_music_below_make_it_no_worse(under: Sound) -> None:
    found = scored(talk((ANNA, PAUL, SANDRO), 24, seed=2, under=under))
    assert found.error <= WORST
    assert found.claimed >= LEAST


@pytest.mark.needs("espeak-ng")
def test_a_cue_in_which_the_voice_changes_becomes_two_at_the_word() -> None:
    film = talk((ANNA, MARCO), 24, seed=3, merged=0.5)
    found = told(film)
    assert len(found) > len(film.cues)
    assert score(film.truth, found).error <= WORST
    assert [word for cue in found for word in cue.words] == [word for cue in film.cues for word in cue.words]
    assert " ".join(cue.text for cue in found) == " ".join(cue.text for cue in film.cues)
    assert [cue.id for cue in found] == [f"c{number}" for number in range(1, len(found) + 1)]


@pytest.mark.needs("espeak-ng")
def test_one_voice_in_the_whole_film_is_one_speaker() -> None:
    assert {cue.voice for cue in told(talk((PAUL,), 14, seed=4))} == {"SPEAKER 1"}


@pytest.mark.needs("espeak-ng")
def test_how_many_there_are_may_be_said() -> None:
    film = talk((ANNA, MARCO, SANDRO), 18, seed=5)
    assert {cue.voice for cue in told(film, count=2)} == {"SPEAKER 1", "SPEAKER 2"}
    assert {cue.voice for cue in told(film, count=1)} == {"SPEAKER 1"}


@pytest.mark.needs("espeak-ng")
def test_a_few_words_name_nobody_and_are_listed() -> None:
    film = talk((ANNA,), 1, seed=6)
    assert turns.told(film.cues, voices.tell(film.cues, film.samples)) == (film.cues, ("c1",))


def test_where_no_voice_is_heard_nobody_is_named() -> None:
    hiss = (noise(20, 0) * 32767).astype(np.int16)
    cues = [Cue(id=f"c{number}", start=number, end=number + 0.9, text="Psst.") for number in range(1, 19)]
    assert voices.tell(cues, hiss) == [[None]] * 18
    assert voices.tell([], hiss) == []
    assert voices.tell([cues[0]], np.zeros(RATE // 100, np.int16)) == [[None]]
