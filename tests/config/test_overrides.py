"""What a person chose for one film: read from real files, nearest first, and refused with a place."""

import os
from pathlib import Path

import pytest

from config.errors import ConfigProblems
from config.overrides import Overrides, read
from config.settings import Ollama, Script, Settings
from config.template import template
from config.times import END, Time

NIGHT_TRAIN = """\
title: Night Train
skips:
  - {start: 0, end: "1:30", note: studio logos}
  - {start: -45, end: end}          # the last 45 seconds
keep:
  - {start: "58:10", end: "58:40"}
characters: {SPEAKER 1: ANNA}
script: {style: documentary}        # from here on: any per-video key of the configuration
whisper: {language: en}
ollama: {writer: "llama3.1:8b"}
"""


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox" / "trains").mkdir(parents=True)
    (tmp_path / "inbox" / "trains" / "movie.mp4").touch()
    return tmp_path / "inbox"


@pytest.fixture
def video(inbox: Path) -> Path:
    return inbox / "trains" / "movie.mp4"


@pytest.fixture
def own(video: Path) -> Path:
    return video.with_name("movie.reelscribe.yaml")


def refusals(video: Path, inbox: Path, **more: Path) -> list[str]:
    with pytest.raises(ConfigProblems) as raised:
        read(video, inbox, Settings(), **more)
    return str(raised.value).splitlines()


def test_without_a_file_the_configuration_holds(video: Path, inbox: Path) -> None:
    settings = Settings(settle=9)
    assert read(video, inbox, settings) == Overrides(settings)


def test_the_film_of_the_manual(video: Path, inbox: Path, own: Path) -> None:
    own.write_text(NIGHT_TRAIN)
    found = read(video, inbox, Settings(settle=9, ollama=Ollama(num_ctx=4096)))
    assert found.title == "Night Train"
    assert [(skip.start, skip.end, skip.note) for skip in found.skips] == [
        (Time(0), Time(90), "studio logos"),
        (Time(45, from_end=True), END, ""),
    ]
    assert [(kept.start, kept.end) for kept in found.keep] == [(Time(3490), Time(3520))]
    assert found.characters == {"SPEAKER 1": "ANNA"}
    assert (found.settings.script.style, found.settings.whisper.language, found.settings.ollama.writer) == (
        "documentary",
        "en",
        "llama3.1:8b",
    )
    assert (found.settings.settle, found.settings.ollama.num_ctx, found.settings.keep.events) == (9, 4096, 30)


def test_the_nearer_file_wins_key_by_key(video: Path, inbox: Path, own: Path) -> None:
    (inbox.parent / "reelscribe.yaml").write_text("script: {style: nobody reads this}\n")
    (inbox / "reelscribe.yaml").write_text(
        "whisper: {language: de, vocabulary: [Trieste, Marco]}\nscript: {chunk: 20}\ncharacters: {SPEAKER 1: A, SPEAKER 2: B}\n"
    )
    (inbox / "trains" / "reelscribe.yaml").write_text("whisper: {language: it}\nscript: {overlap: 2}\n")
    own.write_text("script: {overlap: 3}\nwhisper: {vocabulary: [Anna]}\ncharacters: {SPEAKER 2: BORIS}\n")
    found = read(video, inbox, Settings(script=Script(formats=("md",))))
    assert (found.settings.script.chunk, found.settings.script.overlap, found.settings.script.formats) == (20, 3, ("md",))
    assert (found.settings.whisper.language, found.settings.whisper.vocabulary) == ("it", ("Anna",))
    assert found.characters == {"SPEAKER 1": "A", "SPEAKER 2": "BORIS"}


def test_a_film_outside_any_inbox_has_its_own_folders_file(video: Path, inbox: Path) -> None:
    (inbox / "reelscribe.yaml").write_text("script: {chunk: 20}\n")
    (inbox / "trains" / "reelscribe.yaml").write_text("script: {overlap: 2}\n")
    found = read(video, Path("/elsewhere"), Settings())
    assert (found.settings.script.chunk, found.settings.script.overlap) == (30, 2)


def test_titles_and_names_stay_as_they_were_written(video: Path, inbox: Path, own: Path) -> None:
    own.write_text("title: 007\ncharacters: {1: 47, SPEAKER 2: yes, SPEAKER 3: 1.10}\nwhisper: {vocabulary: [1984]}\n")
    found = read(video, inbox, Settings())
    assert found.title == "007"
    assert found.characters == {"1": "47", "SPEAKER 2": "yes", "SPEAKER 3": "1.10"}
    assert found.settings.whisper.vocabulary == ("1984",)


def test_everything_that_is_wrong_is_said_at_once(video: Path, inbox: Path, own: Path) -> None:
    folder = inbox / "reelscribe.yaml"
    folder.write_text("title: x\nskips: []\nkeep: []\nwhisper: {langage: en}\n")
    own.write_text(
        "titel: Night Train\n"
        "skips:\n"
        "  - {start: 2:00, end: '1:30'}\n"
        "  - {start: 0:00, end: '1:40', note: a}\n"
        "  - {start: 1:35, end: 3:00}\n"
        "keep:\n"
        "  - {start: '0:10', end: '0:20'}\n"
        "inboxes: [/x]\n"
        "ollama: {url: http://x, writr: y}\n"
        "watch: {polling: true}\n"
        "script: {style: documentry, formats: [md, fxd]}\n"
    )
    elsewhere = "is for all films, and stands in the configuration"
    film = "is for one film, and stands in a file such as movie.reelscribe.yaml"
    assert refusals(video, inbox) == [
        f"{folder}:1:1: title: {film}",
        f"{folder}:2:1: skips: {film}",
        f"{folder}:3:1: keep: {film}",
        f"{folder}:4:11: whisper.langage: there is no such key (did you mean 'language'?)",
        f"{own}:1:1: titel: there is no such key (did you mean 'title'?)",
        f"{own}:3:19: skips[0].end: ends at 0:01:30.000, which is not after its start at 0:02:00.000",
        f"{own}:5:5: skips[2]: 0:01:35.000–0:03:00.000 overlaps skips[1], 0:00:00.000–0:01:40.000",
        f"{own}:7:5: keep[0]: 0:00:10.000–0:00:20.000 overlaps skips[1], 0:00:00.000–0:01:40.000",
        f"{own}:8:1: inboxes: {elsewhere}",
        f"{own}:9:10: ollama.url: {elsewhere}",
        f"{own}:9:25: ollama.writr: there is no such key (did you mean 'writer'?)",
        f"{own}:10:1: watch: {elsewhere}",
        f"{own}:11:10: script.style: 'documentry' is no style (did you mean 'documentary'?)",
        f"{own}:11:43: script.formats[1]: 'fxd' is no format (did you mean 'fdx'?)",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("skips: 5", "1:1: skips: should be a list"),
        ("skips: [[0, 5]]", "1:9: skips[0]: should be keys and values"),
        ("skips: [{start: 0}]", "1:9: skips[0]: 'end' is missing"),
        ("skips: [{start: 0, end: 1:3}]", "1:20: skips[0].end: '1:3' is not a time"),
        ("skips: [{start: 0, end: null}]", "1:20: skips[0].end: should be a time"),
        ("skips: [{start: 0, end: 5, not: x}]", "1:28: skips[0].not: there is no such key (did you mean 'note'?)"),
        ("keep: {events: 30}", "1:1: keep: should be a list"),
        ("characters: [ANNA]", "1:1: characters: should be keys and values"),
        ("characters: {A: [B]}", "1:14: characters.A: should be text"),
        ("script: {chunk: 5}", "1:10: script.chunk: the overlap (5 s) should be shorter than the chunk (5 s)"),
        ("url: http://x", "1:1: url: there is no such key"),
        ("keep_alive: 5m", "1:1: keep_alive: there is no such key"),
        ("- skips", "1:1: should hold lines of the form key: value"),
        ("skips: &a []", "1:8: anchors"),
        ("title: a\ntitle: b", "2:1: 'title' is here twice"),
    ],
)
def test_a_wrong_choice_is_refused_with_its_place(video: Path, inbox: Path, own: Path, text: str, complaint: str) -> None:
    own.write_text(text)
    (line,) = refusals(video, inbox)
    assert line.startswith(f"{own}:{complaint}")


def test_what_is_outside_the_film_is_refused_with_its_place_once_the_length_is_known(video: Path, inbox: Path, own: Path) -> None:
    own.write_text(NIGHT_TRAIN)
    found = read(video, inbox, Settings())
    skips, keep = found.resolve(3600)
    assert [(skip.start, skip.end, skip.note) for skip in skips] == [(0, 90, "studio logos"), (3555, 3600, "")]
    assert [(kept.start, kept.end) for kept in keep] == [(3490, 3520)]
    with pytest.raises(ConfigProblems) as raised:
        found.resolve(60)
    assert str(raised.value).splitlines() == [
        f"{own}:3:16: skips[0].end: 0:01:30.000 is not in the film: the film is 0:01:00.000 long",
        f"{own}:6:6: keep[0].start: 0:58:10.000 is not in the film: the film is 0:01:00.000 long",
    ]


def test_the_long_name_goes_before_the_short_one(video: Path, inbox: Path, own: Path) -> None:
    own.write_text("title: short\n")
    assert read(video, inbox, Settings()).title == "short"
    video.with_name("movie.mp4.reelscribe.yaml").write_text("title: long\n")
    assert read(video, inbox, Settings()).title == "long"


def test_where_two_films_share_a_stem_the_short_name_is_nobodys(video: Path, inbox: Path, own: Path) -> None:
    own.write_text("title: short\n")
    video.with_name("movie.jpg").touch()
    assert read(video, inbox, Settings()).title == "short"
    twin = video.with_name("movie.MKV")
    twin.touch()
    (line,) = refusals(video, inbox)
    assert line == f"{own}: could be for movie.mp4 or for movie.MKV (name it movie.mp4.reelscribe.yaml)"
    own.rename(video.with_name("movie.mp4.reelscribe.yaml"))
    assert read(video, inbox, Settings()).title == "short"
    assert read(twin, inbox, Settings()).title is None


def test_a_folder_that_cannot_be_written_has_its_files_in_a_mirror(video: Path, inbox: Path, own: Path, tmp_path: Path) -> None:
    state, output = tmp_path / "state", tmp_path / "output"
    mirror = state / "overrides" / video.parent.relative_to("/")
    mirror.mkdir(parents=True)
    (output / "trains").mkdir(parents=True)
    settings = Settings(output=output)
    (mirror / "movie.reelscribe.yaml").write_text("title: in the state directory\n")
    (mirror / "reelscribe.yaml").write_text("script: {chunk: 20}\n")
    found = read(video, inbox, settings, state_dir=state)
    assert (found.title, found.settings.script.chunk) == ("in the state directory", 20)
    (output / "trains" / "movie.reelscribe.yaml").write_text("title: below output\n")
    assert read(video, inbox, settings, state_dir=state).title == "below output"
    own.write_text("title: next to the film\n")
    assert read(video, inbox, settings, state_dir=state).title == "next to the film"
    assert read(video, inbox, Settings()).settings.script.chunk == 30


@pytest.mark.parametrize("name", ["reelscribe.yaml", "movie.reelscribe.yaml"])
def test_a_link_a_fifo_and_a_huge_file_are_refused_at_once(video: Path, inbox: Path, name: str) -> None:
    path = video.with_name(name)
    path.symlink_to("/etc/passwd")
    assert refusals(video, inbox) == [f"{path}: is a link, and links are not followed here"]
    path.unlink()
    os.mkfifo(path)
    assert refusals(video, inbox) == [f"{path}: is not a regular file"]
    path.unlink()
    with path.open("wb") as file:
        file.truncate(1 << 30)
    assert refusals(video, inbox) == [f"{path}: is larger than 64 KB"]


def test_odd_names_are_found_and_shown_without_harm(inbox: Path) -> None:
    for name in ("a\nb.mp4", "\x1b[31m.mp4", os.fsdecode(b"caf\xe9.mp4"), "{name}.mp4", "%s.mp4", "-rf.mp4"):
        video = inbox / name
        own = video.with_name(f"{video.stem}.reelscribe.yaml")
        own.write_text("titel: x\n")
        (line,) = refusals(video, inbox)
        assert line.isprintable()
        assert "titel" in line
        own.write_text("title: x\n")
        assert read(video, inbox, Settings()).title == "x"


def test_a_name_that_leaves_no_room_for_another_ending_has_no_choices(inbox: Path) -> None:
    video = inbox / ("x" * 251 + ".mp4")
    video.touch()
    assert read(video, inbox, Settings()) == Overrides(Settings())


def test_bom_crlf_and_empty_groups_are_fine(video: Path, inbox: Path, own: Path) -> None:
    own.write_bytes(b"\xef\xbb\xbftitle: Night\r\nskips:\r\n#  - {start: 0, end: 5}\r\nscript:\r\ncharacters:\r\n")
    found = read(video, inbox, Settings())
    assert (found.title, found.skips, found.characters) == ("Night", (), {})


def test_a_home_is_written_out(video: Path, inbox: Path, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    own.write_text("output: ~/Scripts\n")
    assert read(video, inbox, Settings()).settings.output == Path("/home/ann/Scripts")


def test_a_new_file_changes_nothing(video: Path, inbox: Path, own: Path) -> None:
    own.write_text(template(video))
    assert read(video, inbox, Settings()) == Overrides(Settings())


def test_each_line_of_a_new_file_can_be_used(video: Path, inbox: Path, own: Path) -> None:
    lines = template(video).splitlines()
    keys = ("title:", "skips:", "keep:", "characters:", "script:", "whisper:", "audio:", "ollama:", "writer:", "output:", "  ")
    own.write_text("\n".join(line.removeprefix("# ") if line.removeprefix("# ").startswith(keys) else line for line in lines))
    found = read(video, inbox, Settings())
    assert (found.title, len(found.skips), len(found.keep), found.characters) == ("Night Train", 2, 1, {"SPEAKER 1": "ANNA"})
    assert found.settings.writer.engine == "draft"
    assert found.resolve(7200)


def test_a_new_file_for_an_odd_name_is_still_a_file_of_comments(inbox: Path) -> None:
    assert all(not line or line.startswith("#") for line in template(inbox / "a\ntitle: x.mp4").splitlines())
