"""Chapters, read back by ffmpeg and by an XML parser."""

import xml.etree.ElementTree as ET
from pathlib import Path

from daemon.media.facts import read_facts
from daemon.screenplay.edition import Edition
from daemon.screenplay.formats import mark
from daemon.screenplay.formats.chapters import ffmetadata, matroska
from tests.daemon.media.films import ffmpeg
from tests.daemon.screenplay.editions import edition, night_train_script, play, scene

ODD = "INT. ROOM #7; A=B\\C & <D>\n[CHAPTER] - DAY"
SAID = "INT. ROOM #7; A=B\\C & <D> [CHAPTER] - DAY"


def odd() -> Edition:
    return edition(play(scene(1, ODD, end=2.5), scene(2, "EXT. 東京 - NIGHT", start=2.5, end=6.1254)))


def test_ffmpeg_reads_a_chapter_a_scene(short_film: Path, tmp_path: Path) -> None:
    chapters, out = tmp_path / "a.chapters.txt", tmp_path / "a.mkv"
    chapters.write_bytes(mark.marked(ffmetadata(odd()), 2, "ffmetadata"))
    ffmpeg("-i", short_film, "-f", "ffmetadata", "-i", chapters, "-map", "0", "-map_chapters", 1, "-c", "copy", out)
    read = read_facts(out, "").chapters
    assert [(chapter.start, chapter.end, chapter.title) for chapter in read] == [(0, 2.5, SAID), (2.5, 6.125, "EXT. 東京 - NIGHT")]


def test_matroska_has_times_titles_and_numbers_that_stay() -> None:
    tree = ET.fromstring(mark.marked(matroska(odd()), 2, "xml"))
    atoms = tree.findall("./EditionEntry/ChapterAtom")
    assert [atom.findtext("ChapterTimeStart") for atom in atoms] == ["00:00:00.000", "00:00:02.500"]
    assert [atom.findtext("ChapterTimeEnd") for atom in atoms] == ["00:00:02.500", "00:00:06.125"]
    assert [atom.findtext("ChapterDisplay/ChapterString") for atom in atoms] == [SAID, "EXT. 東京 - NIGHT"]
    numbers = {atom.findtext("ChapterUID") for atom in atoms}
    assert len(numbers) == 2
    assert all(0 < int(number or 0) < 2**63 for number in numbers)
    assert matroska(odd()) == matroska(odd())


def test_chapters_are_those_of_the_script() -> None:
    written = ffmetadata(edition(night_train_script())).decode()
    assert written.startswith(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=11000\ntitle=INT. STATION - DAY\n")
    assert written.count("[CHAPTER]") == 3
