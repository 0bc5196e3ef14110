"""Timelines, read back by the library that other programs read them with."""

import json
from typing import Any

import opentimelineio
import pytest
from opentimelineio import opentime

from daemon.screenplay.edition import Edition
from daemon.screenplay.formats import mark
from daemon.screenplay.formats.cmx import cmx
from daemon.screenplay.formats.rates import counting, exact, timecode
from daemon.screenplay.formats.timeline import otio
from tests.daemon.screenplay.editions import PROBE, SKIPPED, edition, night_train_script, play, scene

NTSC, DROP = 24000 / 1001, 30000 / 1001


def film(rate: float = 25.0, start: str = "", *, variable: bool = False, name: str = "night_train.mp4") -> Edition:
    video = PROBE.video.model_copy(update={"frame_rate": rate, "variable_rate": variable})
    probe = PROBE.model_copy(update={"video": video, "start_timecode": start})
    made = edition(night_train_script(), plan=SKIPPED)
    return made.model_copy(update={"probe": probe, "film": name})


def read(made: Edition) -> Any:
    return opentimelineio.adapters.read_from_string(otio(made).decode(), "otio_json")


@pytest.mark.parametrize(
    ("measured", "variable", "meant"),
    [(23.976, False, NTSC), (23.98, False, NTSC), (24.0, False, 24.0), (29.97, False, DROP), (119.88, False, 120000 / 1001),
     (25.0, False, 25.0), (12.5, False, 12.5), (29.31, True, 29.0), (0.0, False, 1.0)],
)  # fmt: skip
def test_rates_are_named_as_editing_programs_name_them(measured: float, variable: bool, meant: float) -> None:
    assert exact(film(measured, variable=variable).probe.video) == meant


def test_a_scene_is_a_clip_and_a_skip_a_gap() -> None:
    pictures, sound = read(film()).tracks
    assert [type(item).__name__ for item in pictures] == ["Clip", "Clip", "Clip", "Gap", "Clip"]
    assert [item.duration().to_seconds() for item in pictures] == [11, 13, 7, 5, 4]
    assert [clip.source_range.start_time.to_seconds() for clip in pictures.find_clips()] == [0, 11, 24, 36]
    assert [clip.name for clip in sound.find_clips()] == [clip.name for clip in pictures.find_clips()]
    assert pictures[1].name == "3 INT. TRAIN COMPARTMENT - NIGHT"
    assert pictures[1].metadata["reelscribe"] == {"scene": "scene-S3", "number": "3"}


def test_scenes_and_speeches_are_markers() -> None:
    markers = [(marker.name, marker.marked_range.start_time.to_seconds()) for marker in read(film()).tracks.markers]
    assert markers == [
        ("1 INT. STATION - DAY", 0), ("ANNA", 1), ("MARCO", 2.6), ("ANNA", 7),
        ("3 INT. TRAIN COMPARTMENT - NIGHT", 11), ("MARCO", 12), ("VOICE", 14),
        ("5 EXT. BRIDGE - DAY", 24), ("ANNA", 27.2),
    ]  # fmt: skip


def test_the_film_is_named_and_its_own_timecode_counts() -> None:
    timeline = read(film(NTSC, "01:00:00:00", name="Night Train: 50%.mp4"))
    clip = next(iter(timeline.find_clips()))
    assert clip.media_reference.target_url == "Night%20Train%3A%2050%25.mp4"
    assert clip.media_reference.available_range.start_time == opentime.RationalTime(86400, NTSC)
    assert timeline.global_start_time == opentime.RationalTime(86400, NTSC)
    assert clip.source_range.start_time.rate == NTSC
    assert [part.duration().value for part in timeline.tracks[0]] == [264, 311, 168, 120, 96]  # film seconds × 24000/1001, on whole frames
    assert timeline.tracks[0].duration().value == round(40 * NTSC)


def test_a_name_of_any_bytes_is_one() -> None:
    assert b"na%FFme.mp4" in otio(film(name="na\udcffme.mp4"))


def test_a_variable_rate_is_counted_in_whole_frames() -> None:
    assert read(film(29.31, variable=True)).tracks[0].duration() == opentime.RationalTime(29 * 40, 29)


def test_the_mark_of_a_version_does_not_disturb_it() -> None:
    data = mark.marked(mark.ready(otio(film()), "json"), 3, "json")
    assert len(list(opentimelineio.adapters.read_from_string(data.decode(), "otio_json").find_clips())) == 8
    assert json.loads(data)["reelscribe"]["version"] == 3


def test_what_has_no_time_is_left_out() -> None:
    made = film().model_copy(update={"screenplay": play(scene(1, "INT. WRITTEN BY HAND - DAY"), scene(2, "INT. FILM - DAY", end=40))})
    assert [clip.name for clip in read(made).tracks[0].find_clips()] == ["2 INT. FILM - DAY"] * 2
    assert b"SCENE 2 INT. FILM - DAY" in cmx(made)


def events(made: Edition) -> list[list[str]]:
    return [line.split() for line in cmx(made).decode().splitlines() if line[:3].isdigit()]


@pytest.mark.parametrize(
    ("rate", "start", "mode", "first", "second"),
    [
        (25.0, "", "NON-DROP FRAME", "00:00:00:00", "00:00:11:00"),
        (25.0, "10:00:00:00", "NON-DROP FRAME", "10:00:00:00", "10:00:11:00"),
        (NTSC, "01:00:00:00", "NON-DROP FRAME", "01:00:00:00", "01:00:11:00"),
        (DROP, "", "DROP FRAME", "00:00:00;00", "00:00:11;00"),
        (DROP, "00:59:50;00", "DROP FRAME", "00:59:50;00", "01:00:01;00"),
        (DROP, "00:58:50;00", "DROP FRAME", "00:58:50;00", "00:59:01;02"),
        (DROP, "00:58:50:00", "NON-DROP FRAME", "00:58:50:00", "00:59:01:00"),
        (12.5, "", "NON-DROP FRAME", "00:00:00:00", "00:00:11:00"),
    ],
)
def test_the_edit_list_counts_as_timecode_does(rate: float, start: str, mode: str, first: str, second: str) -> None:
    made = film(rate, start)
    assert cmx(made).decode().splitlines()[:2] == ["TITLE: Night Train", f"FCM: {mode}"]
    found = events(made)
    assert [event[4] for event in found[:2]] == [first, second]
    assert [event[4:6] for event in found] == [event[6:8] for event in found]  # source and record are the same


def test_the_edit_list_is_read_back_with_its_scenes_and_speeches() -> None:
    made = film(NTSC, "01:00:00:00", name="Night Train.mp4")
    timeline = opentimelineio.adapters.read_from_string(cmx(made).decode(), "cmx_3600", rate=NTSC)
    clips = list(timeline.find_clips())
    assert [clip.duration().value for clip in clips] == [264, 311, 168, 96]
    assert {clip.name for clip in clips} == {"Night Train.mp4"}
    assert [marker.name for marker in clips[0].markers] == ["ANNA", "MARCO", "ANNA"]
    assert list(clips[1].metadata["cmx_3600"]["comments"]) == ["SCENE 3 INT. TRAIN COMPARTMENT - NIGHT"]
    assert events(made)[0][1] == "NIGHTTRA"
    assert events(film(name="映画.mp4"))[0][1] == "AX"


def test_a_timecode_that_a_rate_cannot_have_counts_from_nothing() -> None:
    assert counting(film(12.5, "01:00:00:00").probe).first == 0
    assert timecode(film(25, "01:00:00;00").probe).first == 0
