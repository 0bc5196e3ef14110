"""Real speech through the small model: its words and its times."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from config.settings import Whisper
from daemon import demo
from daemon.contract.errors import CannotGoOn
from daemon.contract.evidence import Span
from daemon.demo import film, sound
from daemon.speech import pieces as piecewise
from daemon.speech import whisper
from daemon.speech.heard import Heard
from daemon.speech.pieces import RATE, Samples, pieces
from daemon.speech.whisper import Transcriber, within
from tests.daemon.speech.words import error_rate

MODEL = Path(demo.__file__).parent / "asr"


def pcm(track: NDArray[np.float32]) -> Samples:
    return (np.clip(track, -1, 1) * 32767).astype(np.int16)


def hear(track: NDArray[np.float32], **choice: object) -> list[Heard]:
    samples = pcm(track)
    return list(Transcriber(MODEL, Whisper.model_validate(choice)).hear(samples, list(pieces(samples)), lambda _second: None))


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
    list(Transcriber(MODEL, Whisper()).hear(pcm(track), list(pieces(pcm(track))), seconds.append))
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
    assert [part.start for part in parts] == [0, *(part.end for part in parts[:-1])]
    assert parts[-1].end == pytest.approx(len(track) / RATE)
    assert sum(len(piecewise.sound(track, part.start, part.end)) for part in parts) == len(track)
    for part in parts[1:]:
        assert not any(line.start < part.start < line.end for line in sound.lines("dialogue"))


def test_speech_without_a_pause_is_cut_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piecewise, "_voice", lambda part: [(0, len(part))])
    parts = list(pieces(np.zeros(10 * RATE, np.int16), length=4))
    assert [part.start for part in parts] == [0, 4, 8]
    assert [part.speech for part in parts] == [(Span(start=0, end=4),), (Span(start=4, end=8),), (Span(start=8, end=10),)]


def test_a_piece_is_shortened_between_stretches_of_speech() -> None:
    speech = tuple(Span(start=start, end=start + 8) for start in (0, 10, 20, 30))
    parts = list(piecewise.shortened(piecewise.Piece(0, 40, speech), 20))
    assert [(part.start, part.end, len(part.speech)) for part in parts] == [(0, 19, 2), (19, 40, 2)]
    assert tuple(stretch for part in parts for stretch in part.speech) == speech


class Polyglot:
    """Hears Italian in the sound that is louder than half, else English; stands for a model that the tests do not have."""

    is_multilingual = True

    def __init__(self) -> None:
        self.model = self
        self.asked: list[str | None] = []

    def detect_language(self, part: NDArray[np.float32]) -> tuple[str, float, list[tuple[str, float]]]:
        language = "it" if np.abs(part).max() > 0.5 else "en"
        return language, 0.95, [(language, 0.95), ("cy", 0.05)]

    def transcribe(self, _part: NDArray[np.float32], *, language: str | None, **_options: object) -> tuple[list[object], None]:
        self.asked.append(language)
        word = SimpleNamespace(start=0.0, end=0.5, word=" Ciao." if language == "it" else " Hello.", probability=0.9)
        return [SimpleNamespace(end=0.5, words=[word], avg_logprob=-0.1, no_speech_prob=0.0)], None


def heard_by(
    polyglot: Polyglot, track: NDArray[np.float32], speech: tuple[Span, ...], monkeypatch: pytest.MonkeyPatch
) -> tuple[Transcriber, list[Heard]]:
    monkeypatch.setattr(whisper, "_loaded", lambda _folder, _choice: (polyglot, polyglot.transcribe))
    transcriber = Transcriber(MODEL, Whisper())
    whole = piecewise.Piece(0, len(track) / RATE, speech)
    return transcriber, list(transcriber.hear(pcm(track), [whole], lambda _second: None))


def test_a_film_in_two_languages_is_heard_stretch_by_stretch(monkeypatch: pytest.MonkeyPatch) -> None:
    speech = tuple(Span(start=start, end=start + 28) for start in range(0, 210, 30))
    track = np.full(210 * RATE, 0.1, np.float32)
    track[60 * RATE : 88 * RATE] = 0.9
    transcriber, heard = heard_by(polyglot := Polyglot(), track, speech, monkeypatch)
    assert transcriber.language == "en"
    assert [(segment.language, segment.text) for segment in heard if segment.language] == [("it", "Ciao.")]
    assert polyglot.asked.count("it") == 1
    assert len(heard) == 7


def test_a_film_in_one_language_is_heard_in_that_language_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    track = np.full(90 * RATE, 0.9, np.float32)
    transcriber, heard = heard_by(polyglot := Polyglot(), track, (Span(start=0, end=90),), monkeypatch)
    assert (transcriber.language, polyglot.asked, heard[0].language) == ("it", ["it"], "")


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
