"""The analyse stage on real films: what it finds, in both modes, and what it passes over."""

import array
import shutil
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from daemon.contract.errors import NotAFilm
from daemon.contract.evidence import Analysis
from daemon.contract.states import Stage
from daemon.contract.task import Request
from daemon.stages import analyse, probe
from daemon.stages.task import Task
from tests.daemon.media.films import ffmpeg, from_pictures, spoilt, three
from tests.daemon.media.scenes import mixed, texture, times, view
from tests.daemon.media.test_credits import page
from tests.daemon.stages.tasks import kept, task_for

MODES = ("exact", "fast")


@pytest.fixture(scope="module", name="film")
def _film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three(tmp_path_factory.mktemp("film") / "three.mp4")


def analysed(film: Path, folder: Path, **settings: Any) -> tuple[Analysis, Task]:
    facts = probe.run(task_for(Stage.PROBE, folder, {}, source=film))
    task = task_for(Stage.ANALYSE, folder, {Stage.PROBE: facts}, source=film, settings=settings)
    return analyse.run(task), task


def starts(analysis: Analysis) -> list[float]:
    return [shot.start for shot in analysis.shots]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "coding",
    [
        (),
        ("-c:v", "libx264", "-g", 250, "-bf", 3, "-sc_threshold", 0),
        ("-c:v", "libx264", "-g", 12, "-x264-params", "open-gop=1", "-sc_threshold", 0),
        ("-c:v", "libx265", "-x265-params", "log-level=error"),
        ("-c:v", "mpeg4", "-bf", 2),
        ("-c:v", "libx264", "-r", "24000/1001"),
        ("-c:v", "mjpeg", "-q:v", 3),
    ],
    ids=["x264", "x264 without scene cuts", "x264 open GOP", "x265", "MPEG-4", "23.976", "MJPEG"],
)
def test_cuts_are_right_to_a_picture(tmp_path: Path, coding: tuple[object, ...], mode: str) -> None:
    analysis, _ = analysed(three(tmp_path / "film.mkv", *coding), tmp_path, mode=mode)
    assert starts(analysis) == pytest.approx([0, 1, 2.5], abs=0.5 / 24 + 0.001)
    assert [shot.starts_with for shot in analysis.shots] == ["start", "cut", "cut"]
    assert all(one.end == other.start for one, other in pairwise(analysis.shots))
    assert analysis.duration == pytest.approx(4.5, abs=0.05)
    assert analysis.mode == mode


def test_everything_else_that_one_decode_gives(film: Path, tmp_path: Path) -> None:
    analysis, task = analysed(film, tmp_path)
    assert [(span.start, round(span.end, 2)) for span in analysis.black] == [(0, 1)]
    assert [(span.start, span.end) for span in analysis.frozen] == []
    assert [round(shot.brightness, 1) for shot in analysis.shots[:2]] == [0, 0.5]
    assert [shot.light.time for shot in analysis.shots[:2] if shot.light] == ["night", "day"]
    assert analysis.loudness is not None
    assert len(analysis.loudness.momentary) == 5
    assert len((task.out / analysis.fingerprint).read_bytes()) >= 4
    assert analysis.notes == ()


def test_each_shot_has_a_picture_of_its_own(film: Path, tmp_path: Path) -> None:
    analysis, task = analysed(film, tmp_path)
    assert [shot.keyframes for shot in analysis.shots] == [(f"keyframes/S{number}.jpg",) for number in (1, 2, 3)]
    shades = [picture(task.out / shot.keyframes[0]).mean() for shot in analysis.shots]
    assert shades[0] < 5
    assert shades[1] == pytest.approx(128, abs=8)
    assert sorted(path.name for path in (task.out / "keyframes").iterdir()) == ["S1.jpg", "S2.jpg", "S3.jpg"]


def picture(path: Path) -> NDArray[np.uint8]:
    read = cv2.imread(str(path))
    assert read is not None
    return read  # type: ignore[return-value]


def heard(task: Task) -> list[float]:
    """The first second in which each stretch of sound begins, in the 16 kHz file."""
    samples = array.array("h", (task.out / "audio.s16").read_bytes())
    loud = [max(map(abs, samples[at : at + 160]), default=0) > 500 for at in range(0, len(samples), 160)]
    return [round((number + 1) / 100, 2) for number, (before, after) in enumerate(pairwise([False, *loud])) if after and not before]


@pytest.mark.parametrize("shift", [0.7, 2.0])
def test_sound_that_starts_late_is_late_in_the_file_too(film: Path, tmp_path: Path, shift: float) -> None:
    path = tmp_path / "late.mkv"
    ffmpeg("-i", film, "-itsoffset", shift, "-i", film, "-map", "0:v", "-map", "1:a", "-c", "copy", path)
    analysis, task = analysed(path, tmp_path)
    assert heard(task)[0] == pytest.approx(shift, abs=0.04)
    assert analysis.silence[0].end == pytest.approx(shift, abs=0.06)


def test_film_time_begins_with_the_first_picture(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "shifted.ts"
    ffmpeg("-i", film, "-c", "copy", "-output_ts_offset", 100, path)
    analysis, task = analysed(path, tmp_path)
    assert starts(analysis) == pytest.approx([0, 1, 2.5], abs=0.03)
    assert heard(task)[0] == pytest.approx(0, abs=0.06)


def test_an_edit_list_is_honoured(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "edited.mp4"
    ffmpeg("-ss", 0.5, "-i", film, "-c", "copy", path)  # keeps all pictures from the key picture on, and says where to start
    analysis, _ = analysed(path, tmp_path)
    assert starts(analysis) == pytest.approx([0, 0.5, 2.0], abs=0.03)


def test_the_sound_track_is_chosen_by_its_language(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "two.mkv"
    second = ("-f", "lavfi", "-i", "aevalsrc=0:d=2,apad=whole_dur=2[a];sine=880:d=2.5[b];[a][b]concat=v=0:a=1")
    ffmpeg("-i", film, *second, "-map", "0:v", "-map", "0:a", "-map", "1:a", "-c:v", "copy", "-metadata:s:a:1", "language=deu", path)
    analysis, task = analysed(path, tmp_path, audio_language="de")
    assert heard(task)[0] == pytest.approx(2, abs=0.06)
    assert analysis.audio_track == 2
    assert any("sound track" in note for note in analysis.notes)


def test_a_film_without_sound(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "silent.mp4"
    ffmpeg("-i", film, "-an", "-c", "copy", path)
    analysis, task = analysed(path, tmp_path)
    assert (analysis.has_audio, analysis.silence, analysis.loudness, analysis.fingerprint) == (False, (), None, "")
    assert not (task.out / "audio.s16").exists()


@pytest.mark.parametrize("first", ["cover", "film"])
def test_an_attached_cover_is_not_the_film(film: Path, tmp_path: Path, first: str) -> None:
    cover, path = tmp_path / "cover.jpg", tmp_path / "covered.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", 1, cover)
    number = 0 if first == "cover" else 1
    maps = ("-map", "1:v", "-map", "0:v", "-map", "0:a") if first == "cover" else ("-map", "0:v", "-map", "1:v", "-map", "0:a")
    ffmpeg("-i", film, "-i", cover, *maps, "-c", "copy", f"-disposition:v:{number}", "attached_pic", path)
    analysis, _ = analysed(path, tmp_path)
    assert starts(analysis) == pytest.approx([0, 1, 2.5], abs=0.03)


def test_pictures_of_eight_thousand_pixels(tmp_path: Path) -> None:
    path = tmp_path / "uhd.mkv"
    parts = [f"color={colour}:s=7680x4320:r=4:d=0.5" for colour in ("black", "gray")]
    sources = [argument for part in parts for argument in ("-f", "lavfi", "-i", part)]
    ffmpeg(*sources, "-filter_complex", "concat=n=2", "-c:v", "libx264", "-preset", "ultrafast", path)
    analysis, task = analysed(path, tmp_path)
    assert starts(analysis)[-1] == pytest.approx(0.5, abs=0.03)
    assert picture(task.out / analysis.shots[-1].keyframes[0]).shape[1] <= 1920  # a keyframe is for looking at


def test_a_rotated_film_is_seen_upright(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "turned.mp4"
    ffmpeg("-display_rotation", 90, "-i", film, "-c", "copy", path)
    analysis, task = analysed(path, tmp_path)
    height, width = picture(task.out / analysis.shots[2].keyframes[0]).shape[:2]
    assert (width, height) == (180, 320)


@pytest.mark.parametrize("mode", MODES)
def test_a_variable_rate_keeps_its_own_times(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "uneven.mkv"
    three(tmp_path / "even.mkv")
    ffmpeg("-i", tmp_path / "even.mkv", "-vf", "select='not(mod(n,5))+lt(mod(n,7),2)'", "-fps_mode", "vfr", path)
    analysis, _ = analysed(path, tmp_path, mode=mode)
    assert starts(analysis) == pytest.approx([0, 1, 2.5], abs=0.13)


@pytest.mark.parametrize("pixels", ["yuv420p10le", "yuv444p", "yuv422p10le", "nv12"])
def test_other_kinds_of_pixels(tmp_path: Path, pixels: str) -> None:
    path = three(tmp_path / "film.mkv", "-c:v", "libx264" if pixels != "nv12" else "rawvideo", "-pix_fmt", pixels)
    analysis, _ = analysed(path, tmp_path)
    assert starts(analysis) == pytest.approx([0, 1, 2.5], abs=0.03)
    assert [round(shot.brightness, 1) for shot in analysis.shots[:2]] == [0, 0.5]


def test_high_dynamic_range_is_seen_as_a_person_sees_it(tmp_path: Path) -> None:
    path = tmp_path / "hdr.mkv"
    mapped = "zscale=tin=bt709:pin=bt709:min=bt709:rin=full:t=smpte2084:p=bt2020:m=bt2020nc:npl=203,format=yuv420p10le"
    tags = "log-level=error:hdr10=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
    ffmpeg("-i", three(tmp_path / "sdr.mkv"), "-vf", mapped, "-c:v", "libx265", "-x265-params", tags, path)
    analysis, task = analysed(path, tmp_path)
    assert starts(analysis) == pytest.approx([0, 1, 2.5], abs=0.03)
    assert picture(task.out / analysis.shots[1].keyframes[0]).mean() == pytest.approx(128, abs=25)
    assert analysis.shots[1].brightness == pytest.approx(0.5, abs=0.12)


def test_interlaced_pictures(tmp_path: Path) -> None:
    path = three(tmp_path / "film.mpg", "-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-r", 25)
    analysis, _ = analysed(path, tmp_path)
    assert starts(analysis) == pytest.approx([0, 1, 2.5], abs=0.05)


def test_a_film_cut_short_says_where_it_ends(film: Path, tmp_path: Path) -> None:
    whole = tmp_path / "front.mp4"
    ffmpeg("-i", film, "-c", "copy", "-movflags", "+faststart", whole)
    path = tmp_path / "short.mp4"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 4 // 10])
    analysis, _ = analysed(path, tmp_path)
    assert analysis.duration < 4.4
    assert any("ends after" in note for note in analysis.notes)


def test_a_damaged_stretch_is_passed_over_and_said(tmp_path: Path) -> None:
    path = three(tmp_path / "film.mkv", "-c:v", "libx264", "-g", 12, "-b:v", "800k")
    content = bytearray(path.read_bytes())
    for at in range(len(content) // 2, len(content) * 6 // 10, 7):
        content[at] ^= 0x5A
    path.write_bytes(content)
    analysis, _ = analysed(path, tmp_path)
    assert any("passed over" in note for note in analysis.notes)
    assert analysis.duration == pytest.approx(4.5, abs=0.2)


@pytest.mark.parametrize(
    ("first", "last", "said"), [(30, 30, "Damaged at 1.3 s: passed over."), (30, 39, "Damaged from 1.2 to 1.8 s: passed over.")]
)
def test_where_it_is_damaged_is_a_moment_or_a_stretch(tmp_path: Path, first: int, last: int, said: str) -> None:
    film = three(tmp_path / "film.mkv", "-c:v", "libx264", "-g", 12)
    analysis, _ = analysed(spoilt(film, tmp_path / "spoilt.mkv", "video", lambda number: first <= number <= last), tmp_path)
    assert said in analysis.notes


def test_pictures_that_cannot_be_decoded_at_all_are_no_film(film: Path, tmp_path: Path) -> None:
    facts = probe.run(task_for(Stage.PROBE, tmp_path, {}, source=film))
    path = Path(shutil.copy(film, tmp_path / "spoilt.mp4"))
    content = bytearray(path.read_bytes())
    start, end = content.index(b"mdat") + 4, content.rindex(b"moov") - 4
    content[start:end] = bytes(end - start)
    path.write_bytes(content)
    task = task_for(Stage.ANALYSE, tmp_path, {Stage.PROBE: facts}, source=path)
    with pytest.raises(NotAFilm):
        analyse.run(task)


def test_progress_is_told_in_film_seconds(film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    analysed(film, tmp_path)
    assert '"total":4.5,"unit":"film seconds"' in capsys.readouterr().out


@pytest.mark.parametrize("mode", MODES)
def test_a_roll_of_credits_is_no_tilt_of_the_camera(tmp_path: Path, mode: str) -> None:
    scene = view(texture(1))
    pictures = [*(scene for _ in times(3)), *(page(180 - 22 * time) for time in times(12))]
    analysis, _ = analysed(from_pictures(tmp_path / "roll.mp4", pictures), tmp_path, mode=mode)
    assert [(one.kind, round(one.start) in {3, 4, 5}, round(one.end)) for one in analysis.credits] == [("roll", True, 15)]
    assert [shot.motion.kind for shot in analysis.shots if shot.motion] == ["static", "unknown"]


@pytest.mark.parametrize("mode", MODES)
def test_a_dissolve_is_one_boundary_with_its_length(tmp_path: Path, mode: str) -> None:
    one, other = view(texture(1)), view(texture(2))
    between = [mixed(one, other, time) for time in times(1)]
    pictures = [*(one for _ in times(3)), *between, *(other for _ in times(3))]
    analysis, _ = analysed(from_pictures(tmp_path / "dissolve.mp4", pictures), tmp_path, mode=mode)
    (transition,) = analysis.transitions
    assert [transition.start, transition.end] == pytest.approx([3, 4], abs=0.15)
    assert [shot.starts_with for shot in analysis.shots] == ["start", "dissolve"]
    assert analysis.shots[1].start == pytest.approx(3.5, abs=0.1)


def test_a_cancelled_analysis_ends_at_once(tmp_path: Path) -> None:
    piece, film = tmp_path / "piece.mp4", tmp_path / "long.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=640x360:r=24:d=5", "-c:v", "libx264", "-preset", "ultrafast", piece)
    ffmpeg("-stream_loop", 23, "-i", piece, "-c", "copy", film)
    facts = probe.run(task_for(Stage.PROBE, tmp_path, {}, source=film))
    inputs = {Stage.PROBE: kept(tmp_path / "probe", facts)}
    (tmp_path / "out").mkdir()
    (tmp_path / "cache").mkdir(exist_ok=True)
    request = Request(
        stage=Stage.ANALYSE, source=film, out=tmp_path / "out", inputs=inputs, cache=tmp_path / "cache", settings={"mode": "exact"}
    )
    command = [sys.executable, "-m", "daemon.stages", "analyse"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin
        assert child.stdout
        child.stdin.write(request.model_dump_json().encode())
        child.stdin.close()
        assert b"progress" in child.stdout.readline()
        child.terminate()
        assert child.wait(timeout=60) == -signal.SIGTERM
