"""The transcribe stage on real sound: words, times, and clear ends for what cannot be heard."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from daemon import demo
from daemon.contract.errors import CannotGoOn
from daemon.contract.evidence import Analysis, AudioStream, Probe, Shot, Transcript, VideoStream
from daemon.contract.states import Stage
from daemon.contract.task import Request
from daemon.contract.values import packed
from daemon.demo import film, sound
from daemon.media.subtitles import Line, Subtitles, Track
from daemon.speech.whisper import Transcriber
from daemon.stages import transcribe
from daemon.stages.task import Task
from tests.daemon.speech import hub
from tests.daemon.speech.words import error_rate

MODEL = Path(demo.__file__).parent / "asr"
Ask = Callable[..., Task]


@pytest.fixture(name="ask")
def _ask(tmp_path: Path) -> Ask:
    """Makes a task over a sound track; ``None`` is a film without one."""

    def ask(track: NDArray[np.float32] | None, **settings: Any) -> Task:
        analysed, out = tmp_path / "analysed", tmp_path / "out"
        for folder in (analysed, out):
            folder.mkdir(exist_ok=True)
        seconds = 10.0 if track is None else len(track) / sound.RATE
        shot = Shot(id="S1", start=0, end=seconds, brightness=0.5)
        analysis = Analysis(duration=seconds, shots=(shot,), has_audio=track is not None)
        (analysed / "result.json").write_text(analysis.model_dump_json())
        if track is not None:
            (analysed / "audio.s16").write_bytes((np.clip(track, -1, 1) * 32767).astype("<i2").tobytes())
        request = Request(
            stage=Stage.TRANSCRIBE, source=tmp_path / "film.mp4", out=out, inputs={Stage.ANALYSE: analysed}, cache=tmp_path,
            settings={"model": str(MODEL)} | settings, facts={"models_dir": packed(tmp_path / "models")},
        )  # fmt: skip
        return Task(request)

    return ask


def reports(capsys: pytest.CaptureFixture[str], kind: str) -> list[dict[str, Any]]:
    return [report for report in map(json.loads, capsys.readouterr().out.splitlines()) if report["kind"] == kind]


def notes(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [report["text"] for report in reports(capsys, "note")]


def test_the_demo_film_is_heard_word_for_word(ask: Ask) -> None:
    found = transcribe.run(ask(film._track(film.STORY)))
    truth = film.truth().lines
    assert error_rate(" ".join(line.text for line in truth), " ".join(cue.text for cue in found.cues)) <= 0.03
    assert [cue.start for cue in found.cues] == pytest.approx([line.start for line in truth], abs=0.2)
    assert [cue.id for cue in found.cues] == [f"c{n}" for n in range(1, 13)]
    assert (found.language, found.model) == ("en", "asr")
    assert found.cues[0].words[0].text == "Anna"
    assert Transcript.model_validate_json(found.model_dump_json()) == found


def test_progress_is_told_in_film_seconds(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    track = sound.recorded("dialogue")
    transcribe.run(ask(track))
    told = reports(capsys, "progress")
    assert told[-1]["done"] == told[-1]["total"] == pytest.approx(len(track) / sound.RATE)
    assert {report["unit"] for report in told} == {"film seconds"}


def test_a_film_without_sound_has_no_cues_and_it_is_said(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    found = transcribe.run(ask(None))
    assert (found.cues, found.language) == ((), None)
    assert notes(capsys) == ["The film has no sound track: its script will have no dialogue."]


@pytest.mark.parametrize("recording", ["silence", "music"])
def test_a_film_in_which_nobody_speaks_has_no_cues(ask: Ask, recording: str) -> None:
    found = transcribe.run(ask(sound.recorded(recording)))
    assert (found.cues, found.language) == ((), None)


def test_a_sound_track_of_no_length_has_no_cues(ask: Ask) -> None:
    assert transcribe.run(ask(np.zeros(0, np.float32))).cues == ()


def test_what_is_left_out_is_said_and_recorded(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    task = ask(np.tile(sound.recorded("door"), 4))
    assert [cue.text for cue in transcribe.run(task).cues] == ["Anna opens the door."]
    assert notes(capsys)[0] == "Left out at 2.7 s: “Anna opens the door.” (the same words 4 times in a row)."
    assert [left["text"] for left in task.record["left_out"]] == ["Anna opens the door."] * 3


def test_silence_is_a_sound_and_voices_are_counted(ask: Ask) -> None:
    task = ask(sound.recorded("dialogue"))
    found = transcribe.run(task)
    assert (task.record["cues"], task.record["unclear"]) == (len(found.cues), len(found.unclear))
    assert set(found.unclear) == {cue.id for cue in found.cues if not cue.voice}
    assert task.record["speakers"] == "builtin"
    assert task.record["seconds"] > 0


def test_music_is_told_where_nobody_speaks(ask: Ask) -> None:
    found = transcribe.run(ask(sound.recorded("music")))
    assert [one.kind for one in found.sounds] == ["music"]


def test_other_settings_of_the_voices_mean_no_second_listening(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    first = transcribe.run(ask(sound.recorded("dialogue")))
    monkeypatch.setattr(Transcriber, "hear", None)  # whoever listened again would fall over it
    task = ask(sound.recorded("dialogue"), speakers={"engine": "off"})
    second = transcribe.run(task)
    assert task.record["heard_before"]
    assert [word for cue in second.cues for word in cue.words] == [word for cue in first.cues for word in cue.words]
    assert ({cue.voice for cue in second.cues}, second.unclear) == ({""}, ())


def test_other_sound_and_other_settings_of_the_model_are_heard_anew(ask: Ask) -> None:
    for track, settings in (
        (sound.recorded("door"), {}),
        (sound.recorded("money"), {}),
        (sound.recorded("door"), {"vocabulary": ["Anna"]}),
    ):
        task = ask(track, **settings)
        transcribe.run(task)
        assert not task.record["heard_before"]


def test_sherpa_without_its_models_fails_with_the_command_that_fetches_them(ask: Ask) -> None:
    pytest.importorskip("sherpa_onnx")
    with pytest.raises(CannotGoOn, match="not here") as missing:
        transcribe.run(ask(sound.recorded("door"), speakers={"engine": "sherpa"}))
    assert "models pull speakers" in missing.value.advice


def with_subtitles(task: Task, folder: Path, language: str, *lines: tuple[float, float, str]) -> Task:
    """The same film, whose file carries subtitles in ``language``; its sound is English."""
    probed = folder / "probed"
    probed.mkdir()
    audio = AudioStream(index=1, codec="aac", channels=1, sample_rate=sound.RATE, language="eng")
    video = VideoStream(index=0, codec="h264", width=64, height=64, frame_rate=24)
    probe = Probe(digest="", size=0, container="mkv", duration=10, video=video, audio=(audio,))
    (probed / "result.json").write_text(probe.model_dump_json())
    track = Track(index=2, language=language, lines=tuple(Line(start=start, end=end, text=text) for start, end, text in lines))
    (probed / "subtitles.json").write_text(Subtitles(tracks=(track,)).model_dump_json())
    analysed = task.artefact(Stage.ANALYSE)
    analysis = task.read(Stage.ANALYSE, Analysis).model_copy(update={"audio_track": 1})
    (analysed / "result.json").write_text(analysis.model_dump_json())
    task._inputs[Stage.PROBE] = probed
    return task


LINES = ((0.0, 3.0, "ANNA: The train leaves at seven."), (3.0, 8.0, "- Please wait.\n- At the station."))


def test_subtitles_in_the_sounds_language_are_taken_word_for_word(ask: Ask, tmp_path: Path) -> None:
    found = transcribe.run(with_subtitles(ask(sound.recorded("station"), subtitles=True), tmp_path, "eng", *LINES))
    assert [(cue.start, cue.text, cue.words) for cue in found.cues] == [
        (0.0, "The train leaves at seven.", ()),
        (3.0, "- Please wait. - At the station.", ()),
    ]
    assert (found.model, found.language) == ("subtitles", "en")
    assert "c2" in found.unclear


@pytest.mark.parametrize(
    ("language", "lines", "why"),
    [("deu", LINES, "no text subtitles in the language of its sound (eng)"), ("eng", ((0.0, 0.3, "STATION"),), "tell only")],
)
def test_other_subtitles_are_not(
    ask: Ask, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, lines: tuple[tuple[float, float, str], ...], why: str
) -> None:
    found = transcribe.run(with_subtitles(ask(sound.recorded("station"), subtitles=True), tmp_path, language, *lines))
    assert (found.cues[0].text, found.model) == ("The train leaves at seven.", "asr")
    assert why in notes(capsys)[0]


def test_without_being_wished_subtitles_are_left_alone(ask: Ask, tmp_path: Path) -> None:
    assert transcribe.run(with_subtitles(ask(sound.recorded("station")), tmp_path, "eng", *LINES)).model == "asr"


def test_a_model_that_is_neither_size_nor_folder_is_refused(ask: Ask) -> None:
    with pytest.raises(CannotGoOn, match="neither a size nor a folder"):
        transcribe.run(ask(sound.recorded("door"), model="larg-v3"))


def test_a_size_is_fetched_on_first_use_after_a_line_that_says_so(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with hub.serving({file.name: file.read_bytes() for file in MODEL.iterdir()}) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.address)
        found = transcribe.run(ask(sound.recorded("door"), model="tiny.en"))
    assert [cue.text for cue in found.cues] == ["Anna opens the door."]
    assert found.model == "tiny.en"
    assert notes(capsys) == ["The speech model tiny.en is fetched first: 76 MB, once."]
    assert (tmp_path / "models/tiny.en/model.bin").read_bytes() == (MODEL / "model.bin").read_bytes()
