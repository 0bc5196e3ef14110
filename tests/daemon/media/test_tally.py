"""What could be decoded is held against what the film claims: counted, and with real films that were spoilt."""

from pathlib import Path

import pytest

from daemon.contract.evidence import VideoStream
from daemon.media.decode import Pass, Watchers
from daemon.media.facts import read_facts
from daemon.media.pace import Mode
from daemon.media.tally import Tally
from tests.daemon.media.films import ffmpeg, spoilt, three

B_PICTURES = (0, 3, 1, 2, 6, 4, 5, 9, 7, 8, 12, 10, 11)
"""In which order pictures lie in a file where two of three are predicted from those before and behind them."""
MODES: tuple[Mode, ...] = ("fast", "exact")


def video(codec: str = "h264", rate: float = 25, *, variable: bool = False) -> VideoStream:
    return VideoStream(index=0, codec=codec, width=320, height=180, frame_rate=rate, variable_rate=variable)


def counted(tally: Tally, packets: int, pictures: int, *, interlaced: bool = False) -> tuple[str, ...]:
    """What it says of a film of 4 seconds with so many packets, one behind the other, of which so many pictures came."""
    for number in range(packets):
        tally.packet(number * 4 / packets)
    for _ in range(pictures):
        tally.picture(interlaced=interlaced)
    return tuple(tally.notes(4, 4, None))


@pytest.mark.parametrize(
    ("pictures", "notes"),
    [(100, ()), (92, ()), (91, ("Of 100 pictures that should be seen, 91 could be decoded.",))],
)
def test_a_few_pictures_may_be_missing_without_a_word(pictures: int, notes: tuple[str, ...]) -> None:
    assert counted(Tally(video(), "exact", 100), 100, pictures) == notes


@pytest.mark.parametrize(
    ("tally", "pictures"),
    [
        (Tally(video("av1"), "fast", 100), 25),  # every second or fourth picture is one that no other needs: left out on purpose
        (Tally(video(rate=12.5), "fast", 0), 50),  # two packets a picture
    ],
)
def test_what_was_left_out_on_purpose_is_not_missing(tally: Tally, pictures: int) -> None:
    assert counted(tally, 100, pictures) == ()


def test_pictures_that_are_predicted_from_both_sides_are_not_missed_in_the_fast_mode() -> None:
    tally, exact = Tally(video(), "fast", 0), Tally(video(), "exact", 0)
    for one in (tally, exact):
        for number in B_PICTURES:
            one.packet(number / 25)
    for _ in range(5):
        tally.picture(interlaced=False)
        exact.picture(interlaced=False)
    assert tuple(tally.notes(0.52, 0.52, None)) == ()
    assert tuple(exact.notes(0.52, 0.52, None)) == ("Of 13 pictures that should be seen, 5 could be decoded.",)


def test_two_fields_make_one_picture() -> None:
    assert counted(Tally(video(rate=50), "exact", 0), 200, 100, interlaced=True) == ()
    assert counted(Tally(video(rate=50), "exact", 0), 200, 100) == ("Of 200 pictures that should be seen, 100 could be decoded.",)


@pytest.mark.parametrize(
    ("tally", "notes"),
    [
        (Tally(video(), "exact", 100), ("The film says that it has 100 pictures; 53 are in it.",)),
        (Tally(video(variable=True), "exact", 100), ()),  # pictures that were left out when it was made may count as well
        (Tally(video(), "exact", 1000), ()),  # of which an edit list shows these
        (Tally(video(), "exact", 0), ()),
    ],
)
def test_the_pictures_that_the_container_claims(tally: Tally, notes: tuple[str, ...]) -> None:
    assert counted(tally, 53, 53) == notes


@pytest.mark.parametrize(("claimed", "seen", "told"), [(60.0, 60.0, True), (60.0, 31.0, False), (None, 60.0, False)])
def test_sound_that_is_missing(claimed: float | None, seen: float, told: bool) -> None:
    tally = Tally(video(), "fast", 0)
    tally.sound(30)
    notes = tuple(tally.notes(60, seen, claimed))
    assert notes == (("Of 60.0 s of sound, 30.0 s could be decoded.",) if told else ())


def lacks(film: Path, mode: Mode) -> tuple[str, ...]:
    run = Pass(film, read_facts(film, ""), mode)
    run.run(Watchers(lambda *_: None, lambda *_: None, lambda _: None))
    return run.lacks


@pytest.mark.parametrize("mode", MODES)
def test_what_a_decoder_swallows_without_a_word_is_told(tmp_path: Path, mode: Mode) -> None:
    film = three(tmp_path / "film.mkv", "-c:v", "mpeg2video")
    assert lacks(film, mode) == ()
    holes = spoilt(film, tmp_path / "holes.mkv", "video", lambda number: number > 10 and number % 2 == 0)
    assert lacks(holes, mode) == ("Of 108 pictures that should be seen, 59 could be decoded.",)


@pytest.mark.parametrize("mode", MODES)
def test_a_film_cut_short_says_how_many_pictures_are_in_it(tmp_path: Path, mode: Mode) -> None:
    film = three(tmp_path / "film.mp4", "-movflags", "+faststart")
    film.write_bytes(film.read_bytes()[: film.stat().st_size * 6 // 10])
    found = lacks(film, mode)
    assert any(note.startswith("The film ends after ") for note in found)
    assert any(note.startswith("The film says that it has 108 pictures; ") for note in found)


@pytest.mark.parametrize("byte", [0x00, 0xFF], ids=["known to be damage", "a number that means nothing"])
def test_sound_that_cannot_be_decoded_is_told_and_the_film_is_taken(tmp_path: Path, byte: int) -> None:
    film = spoilt(three(tmp_path / "film.mp4"), tmp_path / "holes.mp4", "audio", lambda number: number % 2 == 0, byte)
    assert "Of 4.5 s of sound, 2.3 s could be decoded." in lacks(film, "fast")


def test_a_film_whose_first_picture_comes_late_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "film.flv"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=96x64:r=20:d=1", "-itsoffset", -0.1, "-f", "lavfi", "-i", "sine=d=1", "-c:v", "flv", path)
    assert lacks(path, "fast") == ()
