"""What a film says of itself, and what is no film."""

import os
import shutil
import zlib
from pathlib import Path

import pytest

from daemon.contract.errors import NotAFilm
from daemon.contract.evidence import Probe
from daemon.media.container import PICTURES, open_film, same_language
from daemon.media.digest import content_digest
from daemon.media.facts import is_variable, read_facts
from tests.daemon.media.films import ffmpeg, three


@pytest.fixture(scope="module", name="film")
def _film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three(tmp_path_factory.mktemp("film") / "three.mp4")


def facts(path: Path) -> Probe:
    return read_facts(path, "")


def test_a_plain_film(film: Path) -> None:
    found = facts(film)
    assert found.duration == pytest.approx(4.5, abs=0.01)
    assert (found.video.codec, found.video.width, found.video.height, found.video.frame_rate) == ("h264", 320, 180, 24)
    assert (found.video.variable_rate, found.video.rotation, found.video.start) == (False, 0, 0)
    assert [(track.codec, track.language) for track in found.audio] == [("aac", None)]
    assert found.size == film.stat().st_size


@pytest.mark.parametrize(("turn", "clockwise"), [(90, 270), (-90, 90), (180, 180)])
def test_rotation_is_clockwise(film: Path, tmp_path: Path, turn: int, clockwise: int) -> None:
    path = tmp_path / "turned.mp4"
    ffmpeg("-display_rotation", turn, "-i", film, "-c", "copy", path)
    assert facts(path).video.rotation == clockwise


def test_tracks_chapters_and_subtitles(film: Path, tmp_path: Path) -> None:
    marks = tmp_path / "marks.txt"
    marks.write_text(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=Intro\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=4500\n"
    )
    words = tmp_path / "words.srt"
    words.write_text("1\n00:00:00,000 --> 00:00:02,000\nhello\n")
    path = tmp_path / "full.mkv"
    inputs = ("-i", film, "-f", "lavfi", "-i", "sine=880:d=4.5", "-i", words, "-i", marks)
    tags = ("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu", "-metadata:s:s:0", "language=fra")
    ffmpeg(*inputs, "-map", "0:v", "-map", "0:a", "-map", "1:a", "-map", "2:s", "-map_metadata", 3, "-c:v", "copy", *tags, path)
    found = facts(path)
    assert [track.language for track in found.audio] == ["eng", "deu"]
    assert found.subtitles == ("fra",)
    assert [(chapter.start, chapter.end, chapter.title) for chapter in found.chapters] == [(0, 1, "Intro"), (1, 4.5, "")]


def test_sound_that_starts_late_is_measured_from_the_first_picture(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "late.mkv"
    ffmpeg("-i", film, "-itsoffset", 0.7, "-i", film, "-map", "0:v", "-map", "1:a", "-c", "copy", "-output_ts_offset", 5, path)
    found = facts(path)
    assert found.video.start == pytest.approx(5, abs=0.03)
    assert found.audio[0].start == pytest.approx(0.7, abs=0.03)
    assert found.duration == pytest.approx(5.2, abs=0.7)


def test_a_variable_rate_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "vfr.mp4"
    source = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=24:d=4")
    ffmpeg(*source, "-vf", "select='lt(t,1)+not(mod(n,7))'", "-fps_mode", "vfr", path)
    assert facts(path).video.variable_rate


@pytest.mark.parametrize(("rate", "base"), [(23.976, 1000), (24, 1000), (29.97, 90000), (25, 12800)])
def test_rounding_is_no_variable_rate(rate: float, base: int) -> None:
    assert not is_variable([round(number / rate * base) / base for number in range(500)])


def test_a_recording_that_was_never_closed_has_a_length(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "live.mkv"
    ffmpeg("-i", film, "-c", "copy", "-f", "matroska", "-live", 1, path)
    assert facts(path).duration == pytest.approx(4.5, abs=0.1)


def test_a_film_is_known_by_its_content(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "wrong.jpg"
    shutil.copy(film, path)
    assert facts(path).video.codec == "h264"


@pytest.mark.parametrize(
    "name", [b"-i.mp4", b"concat:x.mp4", b"pipe:0", b"x%03d.mp4", b"a b'\".mp4", b"new\nline.mp4", b"\xff\xfe.mp4", "🎬.mp4".encode()]
)
def test_any_name_is_only_a_name(film: Path, tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    shutil.copy(film, path)
    assert facts(path).duration == pytest.approx(4.5, abs=0.01)


def refused(path: Path) -> str:
    with pytest.raises(NotAFilm) as refusal:
        facts(path)
    assert refusal.value.advice
    return refusal.value.message


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    assert "empty" in refused(path)


def test_text(tmp_path: Path) -> None:
    path = tmp_path / "text.mp4"
    path.write_text("Nur Text, mit Umlauten: äöü.\n" * 9000)
    assert "text" in refused(path)


def test_random_bytes(tmp_path: Path) -> None:
    path = tmp_path / "random.mp4"
    path.write_bytes(b"\0" + b"".join(zlib.crc32(str(number).encode()).to_bytes(4, "big") for number in range(50_000)))
    assert "not in a film format" in refused(path)


def test_a_film_cut_short_before_its_index(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "short.mp4"
    path.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    assert "moov" in refused(path)


def test_an_index_that_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bomb.mp4"
    head = (16).to_bytes(4, "big") + b"ftypisom" + b"\0\0\2\0"
    path.write_bytes(head + (0x7FFFFFFF).to_bytes(4, "big") + b"moov" + b"\0" * 64)
    assert "index" in refused(path)


@pytest.mark.parametrize("name", ["sound.m4a", "sound.mp3", "sound.flac", "sound.wav", "cover.m4a"])
def test_sound_alone(film: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.startswith("cover"):
        ffmpeg("-i", film, "-frames:v", 1, tmp_path / "cover.jpg")
        ffmpeg("-i", film, "-i", tmp_path / "cover.jpg", "-map", "0:a", "-map", "1", "-c", "copy", "-disposition:v:0", "attached_pic", path)
    else:
        ffmpeg("-i", film, "-vn", path)
    assert "sound" in refused(path)


@pytest.mark.parametrize("name", ["one.png", "one.jpg", "one.bmp", "moving.gif"])
def test_a_picture(film: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    ffmpeg("-i", film, "-an", "-frames:v", 1 if name.startswith("one") else 5, path)
    assert "picture" in refused(path)


@pytest.mark.parametrize(
    "words",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:4,\n{film}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{film}'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
        '<?xml version="1.0"?><MPD><Period><AdaptationSet><BaseURL>{film}</BaseURL></AdaptationSet></Period></MPD>',
    ],
    ids=["HLS", "concat", "SDP", "DASH"],
)
@pytest.mark.parametrize("name", ["list.mp4", "list.mkv", "list.m3u8"])
def test_a_list_of_other_files_opens_none_of_them(film: Path, tmp_path: Path, words: str, name: str) -> None:
    path = tmp_path / name
    path.write_text(words.format(film=film))
    os.utime(film, ns=(1, film.stat().st_mtime_ns))  # so old that the next read is recorded even where times are kept relatively
    assert refused(path)
    assert film.stat().st_atime_ns == 1
    film.read_bytes()
    if film.stat().st_atime_ns == 1:
        pytest.skip("this file system does not record when a file is read")


def test_a_file_that_is_gone_is_not_blamed_on_the_film(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), open_film(tmp_path / "gone.mp4"):
        pass


def test_no_format_is_both_a_film_and_a_picture(film: Path) -> None:
    with open_film(film) as container:
        assert container.format.name not in PICTURES


@pytest.mark.parametrize(
    ("tag", "wanted", "same"), [("deu", "de", True), ("ger", "deu", True), ("de-AT", "de", True), ("eng", "de", False), (None, "de", False)]
)
def test_languages_are_compared_by_what_they_mean(tag: str | None, wanted: str, same: bool) -> None:
    assert same_language(tag, wanted) is same


def test_the_digest_is_of_the_content(film: Path, tmp_path: Path) -> None:
    copy = tmp_path / "another name.mkv"
    shutil.copy(film, copy)
    told: list[float] = []
    digest = content_digest(film, told.append)
    assert digest == content_digest(copy, told.append)
    assert len(digest) == 64
    assert told[0] == film.stat().st_size
    with copy.open("ab") as file:
        file.write(b"x")
    assert content_digest(copy, told.append) != digest


@pytest.mark.parametrize(
    ("written", "ending", "said"),
    [("01:00:00:00", "mov", "01:00:00:00"), ("10:11:12;13", "mp4", "10:11:12;13"), ("01:00:00:00", "mkv", "01:00:00:00")],
)
def test_the_timecode_at_which_a_film_starts(film: Path, tmp_path: Path, written: str, ending: str, said: str) -> None:
    path = tmp_path / f"coded.{ending}"
    rate = "30000/1001" if ";" in written else "24"
    ffmpeg("-f", "lavfi", "-i", f"testsrc=d=0.5:s=64x64:r={rate}", "-timecode", written, path)
    assert facts(path).start_timecode == said
    assert facts(film).start_timecode == ""
