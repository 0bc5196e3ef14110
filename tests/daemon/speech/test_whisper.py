"""Real speech through the small model: its words and its times."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from config.settings import Whisper
from daemon import demo
from daemon.contract.errors import CannotGoOn
from daemon.contract.evidence import Span
from daemon.demo import film, sound
from daemon.speech import pieces as piecewise
from daemon.speech.heard import Heard
from daemon.speech.pieces import RATE, Samples, pieces
from daemon.speech.whisper import Transcriber, within
from tests.daemon.speech.words import error_rate

MODEL = Path(demo.__file__).parent / "asr"


def pcm(track: NDArray[np.float32]) -> Samples:
    return (np.clip(track, -1, 1) * 32767).astype(np.int16)


def hear(track: NDArray[np.float32], **choice: object) -> list[Heard]:
    return list(Transcriber(MODEL, Whisper.model_validate(choice)).hear(pcm(track), lambda _second: None))


def text(heard: list[Heard]) -> str:
    return " ".join(segment.text for segment in heard)


@pytest.mark.parametrize("recording", ["door", "station", "money", "storm", "dialogue"])
def test_every_word_is_heard_at_its_time(recording: str) -> None:
    heard = hear(sound.recorded(recording))
    truth = sound.lines(recording)
    assert text(heard) == " ".join(line.text for line in truth)
    starts = [segment.start for segment in heard]
    assert starts == pytest.approx([line.start for line in truth], abs=0.2)
    assert [segment.end for segment in heard] == pytest.approx([line.end for line in truth], abs=0.2)


@pytest.mark.parametrize("recording", ["silence", "music"])
def test_where_nobody_speaks_nothing_is_heard(recording: str) -> None:
    assert hear(sound.recorded(recording)) == []


def test_noise_and_emptiness_are_no_speech() -> None:
    assert hear(sound.tone(8, -30, 4, seed=1)) == []
    assert hear(np.zeros(0, np.float32)) == []
    assert hear(np.zeros(7, np.float32)) == []


def test_a_long_film_is_heard_in_pieces_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    track = film._track(film.STORY)
    monkeypatch.setattr(piecewise.pieces, "__defaults__", (15.0,))
    assert len(list(pieces(pcm(track)))) > 2
    heard = hear(track)
    truth = film.truth().lines
    assert error_rate(" ".join(line.text for line in truth), text(heard)) <= 0.05
    assert [segment.start for segment in heard] == pytest.approx([line.start for line in truth], abs=0.2)


def test_progress_reaches_the_end_in_film_seconds_and_never_goes_back() -> None:
    track = film._track(film.STORY)
    seconds: list[float] = []
    list(Transcriber(MODEL, Whisper()).hear(pcm(track), seconds.append))
    assert seconds == sorted(seconds)
    assert len(seconds) > 5
    assert seconds[-1] == pytest.approx(len(track) / RATE)


def test_batches_hear_the_same_words() -> None:
    heard = hear(sound.recorded("dialogue"), batch=2)
    assert error_rate(" ".join(line.text for line in sound.lines("dialogue")), text(heard)) <= 0.1


def test_the_same_sound_gives_the_same_words_and_times() -> None:
    noisy = sound.recorded("storm") + sound.tone(len(sound.recorded("storm")) / RATE, -34, 0, seed=2)
    assert hear(noisy) == hear(noisy)


def test_names_to_listen_for_do_no_harm() -> None:
    assert text(hear(sound.recorded("money"), vocabulary=("Marco",))).count("money") == 2


@pytest.mark.parametrize("choice", [{"compute_type": "float16"}, {"device": "cuda"}])
def test_what_this_machine_cannot_do_is_said(choice: dict[str, str]) -> None:
    with pytest.raises(CannotGoOn, match="cannot be loaded") as refused:
        Transcriber(MODEL, Whisper.model_validate(choice))
    assert "whisper.compute_type" in refused.value.advice


def test_a_broken_model_is_said(tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json", "model.bin"):
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(CannotGoOn, match="cannot be loaded"):
        Transcriber(tmp_path, Whisper())


def test_pieces_are_cut_where_nobody_speaks() -> None:
    track = pcm(sound.recorded("dialogue"))
    parts = list(pieces(track, length=9))
    assert sum(len(part.sound) for part in parts) == len(track)
    assert [part.start for part in parts] == pytest.approx(np.cumsum([0, *(len(part.sound) / RATE for part in parts)])[:-1])
    for part in parts[1:]:
        assert not any(line.start < part.start < line.end for line in sound.lines("dialogue"))


def test_speech_without_a_pause_is_cut_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piecewise, "_voice", lambda part: [(0, len(part))])
    parts = list(pieces(np.zeros(10 * RATE, np.int16), length=4))
    assert [part.start for part in parts] == [0, 4, 8]
    assert [part.speech for part in parts] == [(Span(start=0, end=4),), (Span(start=4, end=8),), (Span(start=8, end=10),)]


@pytest.mark.parametrize(
    ("word", "expected"),
    [((0.0, 1.4), (1.0, 1.4)), ((1.2, 1.5), (1.2, 1.5)), ((1.8, 2.6), (1.8, 2.0)), ((2.1, 2.4), (2.1, 2.4)), ((1.9, 4.0), (3.0, 4.0))],
)
def test_a_word_is_no_longer_than_its_voice(word: tuple[float, float], expected: tuple[float, float]) -> None:
    speech = (Span(start=1, end=2), Span(start=3, end=5))
    found = within(Span(start=word[0], end=word[1]), speech)
    assert (found.start, found.end) == expected


def test_a_recording_reads_from_its_file_what_is_asked_for(tmp_path: Path) -> None:
    track = pcm(sound.recorded("door"))
    file = tmp_path / "audio.s16"
    file.write_bytes(np.asarray(track).tobytes() + b"\x01")  # half a sample at the end is none
    recording = piecewise.Recording(file)
    assert len(recording) == len(track)
    assert (recording[100:5000] == track[100:5000]).all()
    assert (recording[len(track) - 10 : len(track) + 10] == track[-10:]).all()
