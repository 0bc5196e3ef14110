"""Cut lists of other programs: what they leave out, and what only has their name."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from config.cutlists import Cut, cuts_in, parsed, read

COMSKIP = "FILE PROCESSING COMPLETE  17547 FRAMES AT  2500\n-------------------\n61\t1341\n9000\t12000\n"


def cuts(name: str, text: str, rate: float = 25.0) -> list[tuple[float, float]]:
    return [cut.at(rate) for cut in parsed(name, text.encode())]


def test_kodi_leaves_out_cuts_and_commercials_alone() -> None:
    text = "5.3 7.1 0\n15 16.7 1\n420 822 3\n1 255.3 2\n900.5 2\n"
    assert cuts("film.edl", text) == [(5.3, 7.1), (420, 822)]
    assert [cut.note for cut in parsed("film.edl", text.encode())] == ["Kodi: cut", "Kodi: commercial break"]


def test_kodi_times_are_seconds_clocks_or_frames() -> None:
    assert cuts("film.edl", "0:00:05.5 01:02:03.25 0\n#50 #75 3\n## a remark 0\n") == [(5.5, 3723.25), (2, 3)]
    assert cuts("film.edl", "#50 #75 3", rate=0) == [(0, 0)]


@pytest.mark.parametrize("line", ["7 5 0", "5 5 0", "a b 0", "-3 5 0", "5 7 4", "5 7 x", "#5 7 0", "1:99 2:00 0", "nan inf 0", "1e9 2e9 0"])
def test_a_line_that_makes_no_sense_says_nothing(line: str) -> None:
    assert cuts("film.edl", f"{line}\n10 20 0\n") == [(10, 20)]


def test_an_editors_own_edl_is_no_cut_list() -> None:
    cmx = "TITLE: NIGHT TRAIN\nFCM: NON-DROP FRAME\n001  AX  V  C  00:00:00:00 00:00:05:00 01:00:00:00 01:00:05:00\n"
    assert cuts("film.edl", cmx) == []


def test_comskip_counts_pictures_at_its_own_rate_or_the_films() -> None:
    assert cuts("film.txt", COMSKIP) == [(61 / 25, 1341 / 25), (360, 480)]
    assert cuts("film.txt", "FILE PROCESSING COMPLETE\n---\n50 100\n", rate=50) == [(1, 2)]
    assert cuts("film.edl", COMSKIP) == [(61 / 25, 1341 / 25), (360, 480)]


def test_anybodys_notes_are_no_cut_list() -> None:
    assert cuts("film.txt", "10 20 0\nFILE PROCESSING COMPLETE\n") == []
    assert cuts("film.txt", "") == []


def test_the_files_beside_a_film_are_read(tmp_path: Path) -> None:
    (tmp_path / "a film.edl").write_text("1 2 0\n")
    (tmp_path / "a film.txt").write_text(COMSKIP)
    assert [cut.frames for cut in read(tmp_path / "a film.mp4")] == [False, True, True]
    assert read(tmp_path / "other.mp4") == ()


def test_what_cannot_be_a_cut_list_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("1 2 0\n")
    (tmp_path / "a.edl").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "a.txt")
    (tmp_path / "b.edl").mkdir()
    (tmp_path / "b.txt").write_text("FILE PROCESSING COMPLETE\n" + "1 2\n" * 200_000)
    assert read(tmp_path / "a.mp4") == read(tmp_path / "b.mp4") == ()
    assert read(tmp_path / f"{'x' * 251}.mp4") == ()


def test_what_we_wrote_is_no_input_until_a_person_changes_it(tmp_path: Path) -> None:
    body = b"1.0 2.0 0\n"
    mark = f"\n## reelscribe script, version 1, sha256 {sha256(body).hexdigest()} \n".encode()
    path = tmp_path / "a.edl"
    path.write_bytes(body + mark)
    assert cuts_in(path) == ()
    path.write_bytes(b"1.0 3.0 0\n" + mark)
    assert cuts_in(path) == (Cut(start=1, end=3, note="Kodi: cut"),)
