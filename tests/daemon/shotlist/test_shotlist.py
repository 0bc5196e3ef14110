import csv
import json
from pathlib import Path

import opentimelineio
import pytest

from daemon.contract.evidence import Analysis, Motion, Probe, Shot, Skip, SkipPlan, Span, VideoStream
from daemon.shotlist.document import Measured, document
from daemon.shotlist.formats import FORMATS

JPEG = b"\xff\xd8\xff\xe0 not looked into \xff\xd9"


@pytest.fixture
def film(tmp_path: Path) -> Measured:
    (tmp_path / "S1.jpg").write_bytes(JPEG)
    shots = (
        Shot(id="S1", start=0.0, end=2.5, starts_with="start", brightness=0.5, keyframes=("S1.jpg",)),
        Shot(id="S2", start=2.5, end=6.0, brightness=0.1, motion=Motion(kind="pan left", confidence=0.9, speed=0.2)),
    )
    video = VideoStream(index=0, codec="h264", width=640, height=360, frame_rate=24)
    return Measured(
        source=tmp_path / "Bonnie & <Clyde>, part 1.mp4",
        probe=Probe(digest="d", size=1, container="mp4", duration=6.0, video=video),
        analysis=Analysis(duration=6.0, shots=shots, black=(Span(start=0, end=1),), has_audio=True, notes=("a stretch is <damaged>",)),
        skips=SkipPlan(skips=(Skip(start=0.0, end=2.5, reason="black", confidence=0.9),)),
        stills=tmp_path,
    )


def written(name: str, film: Measured) -> str:
    return FORMATS[name][1](film).decode()


def test_the_document_has_all_that_was_measured_in_seconds(film: Measured) -> None:
    found = json.loads(written("json", film))
    assert found == json.loads(json.dumps(document(film)))
    assert set(found) == {"video", "shots", "transitions", "black", "silence", "frozen", "credits", "loudness", "skips", "notes"}
    assert found["shots"][1]["in"] == "cut"
    assert found["shots"][1]["motion"] == {"kind": "pan left", "confidence": 0.9, "speed": 0.2}
    assert found["black"] == [{"start": 0.0, "end": 1.0}]
    assert found["skips"][0] == {"start": 0.0, "end": 2.5, "reason": "black", "confidence": 0.9, "note": ""}


def test_the_table_has_a_row_a_shot(film: Measured) -> None:
    rows = list(csv.DictReader(written("csv", film).splitlines()))
    assert [(row["shot"], float(row["start"]), float(row["end"]), row["camera"], row["skipped"]) for row in rows] == [
        ("S1", 0.0, 2.5, "", "black"),
        ("S2", 2.5, 6.0, "pan left", ""),
    ]


def test_the_timeline_is_read_back_as_it_was(film: Measured) -> None:
    timeline = opentimelineio.adapters.read_from_string(written("otio", film), "otio_json")
    clips = list(timeline.find_clips())
    assert [clip.name for clip in clips] == ["S1", "S2"]
    assert [clip.source_range.start_time.to_seconds() for clip in clips] == [0.0, 2.5]
    assert [clip.duration().to_frames() for clip in clips] == [60, 84]
    assert clips[1].metadata["reelscribe"]["motion"]["kind"] == "pan left"
    assert [marker.name for marker in timeline.tracks[0].markers] == ["skip: black"]


def test_the_edit_list_is_read_back_as_it_was(film: Measured) -> None:
    timeline = opentimelineio.adapters.read_from_string(written("edl", film), "cmx_3600", rate=24)
    assert [clip.duration().to_frames() for clip in timeline.find_clips()] == [60, 84]


def test_the_page_shows_the_pictures_and_takes_names_for_what_they_are(film: Measured) -> None:
    page = written("html", film)
    assert "Bonnie &amp; &lt;Clyde&gt;, part 1.mp4" in page
    assert "a stretch is &lt;damaged&gt;" in page
    assert page.count("<img ") == 1
    assert "left out: black (90%)" in page
    assert "http" not in page  # nothing is loaded from elsewhere
