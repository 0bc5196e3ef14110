"""Text subtitles in a film are read with their times, and become cues without what nobody says."""

from pathlib import Path

import pytest

from daemon.contract.evidence import Cue, Span
from daemon.media import subtitle_cues
from daemon.media.subtitles import Line, Subtitles, Track, read_subtitles
from tests.daemon.media.films import ffmpeg

SRT = """1
00:00:00,500 --> 00:00:01,500
ANNA: We leave <i>tonight</i>.

2
00:00:02,000 --> 00:00:03,000
[music]

3
00:00:03,200 --> 00:00:04,000
♪ la la ♪

4
00:00:04,100 --> 00:00:04,400
- Who?
- Marco.
"""


def film(folder: Path, name: str, codec: str, *more: str, language: str = "eng") -> Path:
    """Five seconds of a tone with ``SRT`` inside."""
    (folder / "lines.srt").write_text(SRT)
    inputs = ("-f", "lavfi", "-i", "color=s=64x64:d=5", "-f", "lavfi", "-i", "sine=d=5", "-i", folder / "lines.srt")
    languages = ("-metadata:s:a:0", "language=eng", "-metadata:s:s:0", f"language={language}")
    ffmpeg(*inputs, "-map", "0", "-map", "1", "-map", "2", "-c:s", codec, *languages, *more, folder / name)
    return folder / name


@pytest.mark.parametrize(("name", "codec"), [("a.mkv", "srt"), ("b.mp4", "mov_text"), ("c.mkv", "ass"), ("d.mkv", "webvtt")])
def test_every_kind_of_text_is_read_and_becomes_cues(tmp_path: Path, name: str, codec: str) -> None:
    found = read_subtitles(film(tmp_path, name, codec), 0.0)
    track = subtitle_cues.fitting(found, "en")
    assert track is not None
    assert len(track.lines) == 4
    cues = subtitle_cues.cues(track.lines, 5.0)
    assert [(cue.id, cue.start, cue.end, cue.text) for cue in cues] == [
        ("c1", 0.5, 1.5, "We leave tonight."),
        ("c2", 4.1, 4.4, "- Who? - Marco."),
    ]
    assert all(cue.words == () and cue.voice == "" for cue in cues)
    assert [subtitle_cues.several_voices(cue) for cue in cues] == [False, True]
    assert Subtitles.model_validate_json(found.model_dump_json()) == found


def test_times_count_from_the_first_picture(tmp_path: Path) -> None:
    track = read_subtitles(film(tmp_path, "a.mkv", "srt"), 0.2).tracks[0]
    assert track.lines[0].start == pytest.approx(0.3)


def test_what_a_track_is_for_is_read_too(tmp_path: Path) -> None:
    made = film(tmp_path, "a.mkv", "srt", "-disposition:s:0", "forced+hearing_impaired", language="ger")
    track = read_subtitles(made, 0.0).tracks[0]
    assert (track.language, track.forced, track.sdh, track.default) == ("ger", True, True, False)


def test_a_film_without_text_has_none(tmp_path: Path) -> None:
    made = tmp_path / "plain.mkv"
    ffmpeg("-f", "lavfi", "-i", "color=s=64x64:d=1", made)
    assert read_subtitles(made, 0.0) == Subtitles()


LINES = (Line(start=0, end=1, text="No."),)


def track(index: int, **about: object) -> Track:
    return Track.model_validate({"index": index, "language": "eng", "lines": LINES} | about)


@pytest.mark.parametrize(
    ("tracks", "chosen"),
    [
        ((track(2, language="deu"), track(3)), 3),
        ((track(2, sdh=True), track(3)), 3),
        ((track(2), track(3, default=True)), 3),
        ((track(2, sdh=True),), 2),
        ((track(2, forced=True), track(3, language=None), track(4, lines=())), None),
    ],
)
def test_the_track_in_the_sounds_own_language_is_taken(tracks: tuple[Track, ...], chosen: int | None) -> None:
    found = subtitle_cues.fitting(Subtitles(tracks=tracks), "en")
    assert (found.index if found else None) == chosen
    assert subtitle_cues.fitting(Subtitles(tracks=tracks), None) is None


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("MAN #2: Hello", "Hello"), ("DR. SMITH: Yes", "Yes"), ("- MARCO: No.\n- Yes.", "- No. - Yes."), (">> I see.", "I see."),
        ("[door slams] Wait (sighs)", "Wait"), ("♪ la la", ""), ("{\\an8}<font color=red>Hi</font>", "Hi"), ("...", ""),
        ("He said: go", "He said: go"), ("At 10:30 we go", "At 10:30 we go"), ("ÉLISE: Non.", "Non."), ("one\\Ntwo", "one two"),
    ],
)  # fmt: skip
def test_only_what_is_spoken_stays(written: str, spoken: str) -> None:
    assert subtitle_cues.spoken(written) == spoken


def test_how_much_of_all_speech_a_track_tells() -> None:
    cues = [Cue(id="c1", start=0, end=2, text="a"), Cue(id="c2", start=3, end=4, text="b")]
    assert subtitle_cues.covered(cues, [Span(start=1, end=3.5)]) == pytest.approx(0.6)
    assert subtitle_cues.covered([], [Span(start=1, end=3)]) == 0
    assert subtitle_cues.covered([], []) == 1
