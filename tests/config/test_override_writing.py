"""What the monitor and the commands write into a person's override file."""

import stat
from pathlib import Path

import pytest

from config import overrides
from config.errors import ConfigProblems
from config.override_writing import adding, calling, edited, naming, removing, replacing, together, update
from config.ranges import Range
from config.settings import Settings
from config.template import template

OWN = """\
# my choices
title: "007"   # not a number

skips:
  # the logos
  - {start: 0, end: "1:30", note: studio logos}
  - {start: -45, end: end}          # the last 45 seconds
script: {style: documentary}
"""


def between(start: object, end: object, note: str = "") -> Range:
    return Range.model_validate({"start": start, "end": end, "note": note})


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "inbox" / "movie.mp4"
    path.parent.mkdir()
    path.write_bytes(b"film")
    path.chmod(0o640)
    return path


def write(video: Path, change: object, duration: float | None = 600.0, state: Path | None = None) -> Path:
    return update(video, video.parent, Settings(), change, state_dir=state, duration=duration)  # type: ignore[arg-type]


def test_a_range_is_added_in_the_order_of_its_time_and_nothing_else_changes() -> None:
    text = edited(OWN, adding("skips", between("2:00", "2:10", "an advert: loud")))
    assert """  - {start: "2:00", end: "2:10", note: 'an advert: loud'}\n""" in text
    assert [old for old in OWN.splitlines() if old not in text.splitlines()] == []
    assert text.index("1:30") < text.index("2:10") < text.index("-45")


def test_a_range_is_changed_and_its_other_keys_stay_as_they_were_spelled() -> None:
    text = edited(OWN, replacing("skips", 0, between(0, "1:20.5", "studio logos")))
    assert '- {start: 0, end: "1:20.5", note: studio logos}' in text
    assert "# the logos" in text


def test_one_range_that_is_no_list_becomes_one() -> None:
    assert edited("skips: {start: 1, end: 2}\n", adding("skips", between(3, 4))).count("start") == 2
    assert edited("skips:\n# later\ntitle: A\n", adding("skips", between(3, 4))).count("start") == 1


def test_the_last_range_that_goes_takes_its_list_with_it() -> None:
    text = edited("skips:\n  - {start: 1, end: 2}\ntitle: A\n", removing("skips", 0))
    assert text == "title: A\n"


def test_a_file_of_comments_keeps_them_all(video: Path) -> None:
    text = edited(template(video), together(naming("SPEAKER 1", "ANNA"), adding("keep", between(5, 10))))
    assert text.startswith(template(video).rstrip())
    assert text.endswith('characters:\n  SPEAKER 1: ANNA\nkeep:\n  - {start: "0:05", end: "0:10"}\n')
    assert edited(edited("# a\nskips:\n  - {start: 1, end: 2}\n", removing("skips", 0)), adding("skips", between(3, 4))).startswith("# a\n")


@pytest.mark.parametrize(
    ("before", "who", "after"),
    [
        ("{}", "SPEAKER 1", {"SPEAKER 1": "VERA"}),
        ("{}", "anna", {"SPEAKER 1": "VERA"}),  # the name so far
        ("{SPEAKER 1: MARIA}", "Maria", {"SPEAKER 1": "VERA"}),  # a name that no run has heard of yet
        ("{speaker 1: MARIA}", "SPEAKER 1", {"speaker 1": "VERA"}),
        ("{ANNA: MARIA}", "MARIA", {"ANNA": "MARIA", "SPEAKER 1": "VERA"}),
        ("{SPEAKER 2: ANNA}", "ANNA", {"SPEAKER 2": "VERA", "SPEAKER 1": "VERA"}),  # two who share a name keep doing so
        ('{"0:31.4": ANNA, "0:40": MARCO}', "ANNA", {"0:31.4": "VERA", "0:40": "MARCO", "SPEAKER 1": "VERA"}),
        ("{}", "PROFESSOR", {"PROFESSOR": "VERA"}),  # whoever that is
    ],
)
def test_a_name_is_written_under_the_voice(before: str, who: str, after: dict[str, str], video: Path) -> None:
    video.with_name("movie.reelscribe.yaml").write_text(f"characters: {before}\n")
    write(video, calling(who, "VERA", {"SPEAKER 1": "ANNA", "SPEAKER 2": "MARCO"}))
    assert overrides.read(video, video.parent, Settings()).characters == after


def test_a_name_for_a_moment_carries_the_words_as_a_comment(video: Path) -> None:
    path = write(video, naming("0:31.4", "MARCO", 'c31 "We leave\ntonight."'))
    assert '  "0:31.4": MARCO  # c31 "We leave tonight."' in path.read_text()
    assert overrides.read(video, video.parent, Settings()).characters == {"0:31.4": "MARCO"}


def test_the_new_file_lies_next_to_the_film_and_is_read_back(video: Path) -> None:
    path = write(video, adding("skips", between(10, "end", "x: y #z \u2028")))
    assert path == video.with_name("movie.reelscribe.yaml")
    (skip,) = overrides.read(video, video.parent, Settings()).skips
    assert (str(skip), skip.note) == ("0:00:10.000–end", "x: y #z \u2028")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(path.name for path in video.parent.iterdir()) == ["movie.mp4", "movie.reelscribe.yaml"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (adding("skips", between(10, 700)), "is not in the film"),
        (adding("skips", between(20, 10)), "not after its start"),
        (together(adding("skips", between(10, 20)), adding("keep", between(15, 30))), "overlaps"),
    ],
)
def test_what_would_be_refused_is_not_written(video: Path, change: object, why: str) -> None:
    with pytest.raises(ConfigProblems, match=why):
        write(video, change)
    assert list(video.parent.iterdir()) == [video]


def test_a_file_that_cannot_be_read_stays_as_it_is(video: Path) -> None:
    own = video.with_name("movie.reelscribe.yaml")
    own.write_text("skips: [\n")
    with pytest.raises(ConfigProblems, match="cannot be read as YAML"):
        write(video, adding("skips", between(1, 2)))
    assert own.read_text() == "skips: [\n"


def test_where_a_stem_is_shared_the_file_has_the_films_whole_name(video: Path) -> None:
    video.with_name("movie.mkv").write_bytes(b"other")
    assert write(video, adding("skips", between(1, 2))).name == "movie.mp4.reelscribe.yaml"


def test_a_folder_that_cannot_be_written_has_its_choices_in_the_state_directory(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def read_only(path: Path, mode: str = "r", **rest: object) -> object:
        if path.parent == video.parent and "x" in mode:
            raise PermissionError(13, "Permission denied")
        return real(path, mode, **rest)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", read_only)
    path = write(video, adding("skips", between(1, 2)), state=tmp_path / "state")
    assert path.is_relative_to(tmp_path / "state")
    assert len(overrides.read(video, video.parent, Settings(), state_dir=tmp_path / "state").skips) == 1
