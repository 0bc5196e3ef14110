"""The configuration from all its places: what wins, and that everything wrong is said at once."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from config.errors import ConfigProblems
from config.load import DEFAULTS, load
from config.settings import Settings

OLD = Path(__file__).parent / "old"


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def complaints(config_file: Path | None, environ: dict[str, str], overrides: dict[str, Any] | None = None, **more: Path) -> list[str]:
    with pytest.raises(ConfigProblems) as raised:
        load(config_file, environ, overrides, **more)
    return str(raised.value).splitlines()


def loaded(tmp_path: Path, text: str) -> Settings:
    return load(written(tmp_path / "config.yaml", text), {"HOME": "/home/ann"})


def test_without_any_configuration_the_defaults_hold(tmp_path: Path) -> None:
    assert load(None, {}, etc=tmp_path) == Settings()


def test_later_places_win_key_by_key(tmp_path: Path) -> None:
    etc, home = tmp_path / "etc", tmp_path / "home"
    written(etc / "config.yaml", "settle: 1\nollama: {num_ctx: 4096, writer: one, eyes: one}\nscript: {formats: [md]}\n")
    written(etc / "ann.yaml", "ollama: {writer: two, eyes: two}\n")
    written(home / ".config" / "reelscribe" / "config.yaml", "ollama: {eyes: three}\n")
    environ = {"HOME": str(home), "USER": "ann"}
    settings = load(None, environ, etc=etc)
    assert (settings.settle, settings.ollama.num_ctx, settings.ollama.writer, settings.ollama.eyes) == (1, 4096, "two", "three")
    assert settings.script.formats == ("md",)
    assert settings.script.style == "hollywood"
    stronger = load(None, {**environ, "REELSCRIBE_SETTLE": "2", "REELSCRIBE_OLLAMA__EYES": "four"}, etc=etc)
    assert (stronger.settle, stronger.ollama.eyes, stronger.ollama.writer) == (2, "four", "two")
    strongest = load(None, {**environ, "REELSCRIBE_SETTLE": "2"}, {"settle": 3}, etc=etc)
    assert strongest.settle == 3


def test_a_file_named_by_hand_replaces_the_search(tmp_path: Path) -> None:
    written(tmp_path / "etc" / "config.yaml", "settle: 1\nwriter: {engine: draft}\n")
    named = written(tmp_path / "mine.yaml", "settle: 9\n")
    settings = load(named, {"HOME": str(tmp_path)}, etc=tmp_path / "etc")
    assert (settings.settle, settings.writer.engine) == (9, "ollama")


def test_a_file_named_by_hand_must_be_there(tmp_path: Path) -> None:
    assert complaints(tmp_path / "absent.yaml", {}) == [f"{tmp_path}/absent.yaml: there is no such file"]


def test_a_configuration_may_be_linked_into_place(tmp_path: Path) -> None:
    written(tmp_path / "dotfiles" / "reelscribe.yaml", "settle: 7\n")
    (tmp_path / "config.yaml").symlink_to("dotfiles/reelscribe.yaml")
    assert load(tmp_path / "config.yaml", {}).settle == 7


def test_everything_that_is_wrong_is_said_at_once_with_its_place_and_what_was_meant(tmp_path: Path) -> None:
    etc = written(tmp_path / "etc" / "config.yaml", "setle: 5\n")
    mine = written(
        tmp_path / "home" / ".config" / "reelscribe" / "config.yaml",
        "inboxes:\n"
        "  - {path: /films, recipe: screnplay}\n"
        "settle: soon\n"
        "ollama:\n"
        "  ulr: http://here\n"
        "  num_ctx: 10\n"
        "num_ctx: 4096\n"
        "script: {style: holywood, formats: [fountan, pfd], chunk: 20, overlap: 20}\n"
        "whisper: {model: smal, device: gpu, batch: some}\n"
        "memory: {limit: lots}\n"
        "watch: {first_films: 1.5}\n",
    )
    environ = {"HOME": str(tmp_path / "home"), "REELSCRIBE_OLAMA__URL": "http://here", "REELSCRIBE_KEEP__EVENTS": "0"}
    assert complaints(None, environ, {"writer": {"engine": "drft"}}, etc=etc.parent) == [
        f"{etc}:1:1: setle: there is no such key (did you mean 'settle'?)",
        f"{mine}:2:20: inboxes[0].recipe: should be 'screenplay' (did you mean 'screenplay'?)",
        f"{mine}:3:1: settle: should be a number",
        f"{mine}:5:3: ollama.ulr: there is no such key (did you mean 'url'?)",
        f"{mine}:6:3: ollama.num_ctx: should be at least 2048",
        f"{mine}:7:1: num_ctx: there is no such key (did you mean 'ollama.num_ctx'?)",
        f"{mine}:8:10: script.style: 'holywood' is no style (did you mean 'hollywood'?)",
        f"{mine}:8:37: script.formats[0]: 'fountan' is no format (did you mean 'fountain'?)",
        f"{mine}:8:46: script.formats[1]: 'pfd' is no format (did you mean 'pdf'?)",
        f"{mine}:8:63: script.overlap: the overlap (20 s) should be shorter than the chunk (20 s)",
        f"{mine}:9:11: whisper.model: 'smal' is no model's size, nor a folder's whole path (did you mean 'small'?)",
        f"{mine}:9:24: whisper.device: should be 'auto', 'cpu' or 'cuda' (did you mean 'cpu'?)",
        f"{mine}:9:37: whisper.batch: should be a whole number or 'auto'",
        f"{mine}:10:10: memory.limit: should be a size, such as 18GiB",
        f"{mine}:11:9: watch.first_films: should be a whole number",
        "environment: REELSCRIBE_OLAMA__URL: there is no such key (did you mean 'REELSCRIBE_OLLAMA__URL'?)",
        "environment: REELSCRIBE_KEEP__EVENTS: should be at least 1",
        "command line: writer.engine: should be 'ollama' or 'draft' (did you mean 'draft'?)",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("settle: true", "1:1: settle: should be a number"),
        ("settle: .nan", "1:1: settle: should be a number"),
        ("settle: -1", "1:1: settle: should be at least 0"),
        ("script: {chunk: 5}", "1:10: script.chunk: the overlap (5 s) should be shorter than the chunk (5 s)"),
        ("script: {formats: []}", "1:10: script.formats: should be more than an empty list"),
        ("script: {formats: [md, md]}", "1:24: script.formats[1]: 'md' is named twice"),
        ("script: hollywood", "1:1: script: should be keys and values"),
        ("ollama: {keep_alive: -1}", "should be a time with its unit, such as 10m; it must end some day"),
        ("ollama: {url: []}", "1:10: ollama.url: should be more than an empty list"),
        ("ollama: {url: ftp://x}", "1:10: ollama.url: should be http://host:port, https://host or unix:/path/to.sock"),
        ("ollama: {url: [http://x, unix:x.sock]}", "1:26: ollama.url[1]: should be http"),
        ("ollama: {writer: ''}", "1:10: ollama.writer: should be more than nothing"),
        ("whisper: {language: english}", "1:11: whisper.language: should be a language's code, such as en"),
        ("output: scripts", "1:1: output: should be a whole path, from / or ~"),
        ("output: 5", "1:1: output: should be a whole path, from / or ~"),
        ("output: ~nobody-by-that-name/x", "1:1: output: names a person whose home is not known"),
        (f"socket: /{'x' * 107}", "1:1: socket: is too long for a socket, which takes 107 bytes"),
        ("memory: {limit: true}", "should be a number"),
        ("memory: {limit: 0}", "should be more than 0"),
        ("watch: {polling: perhaps}", "1:9: watch.polling: should be true or false"),
        ("inboxes: [{recipe: screenplay}]", "1:11: inboxes[0]: 'path' is missing"),
        ("inboxes: {path: /x}", "1:1: inboxes: should be a list"),
        ("a: *x", "1:4: anchors (&) and aliases (*) are not taken here"),
    ],
)
def test_a_wrong_value_is_refused_in_plain_words(tmp_path: Path, text: str, complaint: str) -> None:
    path = written(tmp_path / "config.yaml", text)
    (line,) = complaints(path, {"HOME": "/home/ann"})
    assert complaint in line
    assert line.startswith(f"{path}:1:")


@pytest.mark.parametrize(
    ("first", "second", "complaint"),
    [
        ("films", "films", "is named twice"),
        ("films", "films/", "is named twice"),
        ("films", "films/../films", "is named twice"),
        ("films", "films/new", "overlap"),
        ("films/new", "films", "overlap"),
        ("films", "link", "is named twice"),
        ("films", "link/new", "overlap"),
    ],
)
def test_inboxes_that_repeat_or_overlap_are_a_problem(tmp_path: Path, first: str, second: str, complaint: str) -> None:
    (tmp_path / "films").mkdir()
    (tmp_path / "link").symlink_to("films")
    path = written(tmp_path / "c.yaml", f"inboxes:\n  - path: {tmp_path}/{first}\n  - path: {tmp_path}/{second}\n")
    (line,) = complaints(path, {})
    assert line.startswith(f"{path}:3:5: inboxes[1].path: ")
    assert complaint in line


def test_inboxes_whose_names_only_begin_alike_are_fine(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "inboxes: [/films, /films2, /film]")
    assert [str(inbox.path) for inbox in settings.inboxes] == ["/films", "/films2", "/film"]


def test_short_ways_of_saying_it(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        "inboxes: ~/Videos/inbox\n"
        "ollama: {url: localhost:11434, keep_alive: 600}\n"
        "script: {formats: md}\n"
        "whisper: {vocabulary: [007, true, Marco], model: ~/models/mine, language: no}\n"
        "memory: {limit: 18GiB}\n"
        "watch: {extensions: [MP4, .Mkv], ignore: '*-trailer.*', polling: yes}\n"
        "writer:\n"
        "keep: {events:  7}\n",
    )
    assert settings.inboxes[0].path == Path("/home/ann/Videos/inbox")
    assert settings.inboxes[0].recipe == "screenplay"
    assert (settings.ollama.url, settings.ollama.keep_alive) == (("localhost:11434",), "600s")
    assert settings.script.formats == ("md",)
    assert settings.whisper.vocabulary == ("007", "true", "Marco")
    assert (settings.whisper.model, settings.whisper.language) == ("/home/ann/models/mine", "no")
    assert settings.memory.limit == 18 * 2**30
    assert (settings.watch.extensions, settings.watch.ignore, settings.watch.polling) == ((".mp4", ".mkv"), ("*-trailer.*",), True)
    assert settings.writer == Settings().writer
    assert settings.keep.events == 7


@pytest.mark.parametrize("url", ["http://a:1", "https://b", "unix:/run/ollama.sock", "[::1]:11434"])
def test_every_kind_of_address_is_taken(tmp_path: Path, url: str) -> None:
    assert loaded(tmp_path, f"ollama: {{url: '{url}'}}").ollama.url == (url,)


def test_the_environment_takes_lists_json_null_and_nothing(tmp_path: Path) -> None:
    settings = load(
        None,
        {
            "HOME": "/home/ann",
            "REELSCRIBE_INBOXES": "~/a,~/b",
            "REELSCRIBE_OLLAMA__URL": "http://a,http://b",
            "REELSCRIBE_WHISPER__VOCABULARY": '["Smith, John", "Marco"]',
            "REELSCRIBE_WHISPER__LANGUAGE": "null",
            "REELSCRIBE_WHISPER__BATCH": "4",
            "REELSCRIBE_WATCH__POLLING": "true",
            "REELSCRIBE_MEMORY__LIMIT": "2GiB",
            "REELSCRIBE_SCRIPT": '{"formats": ["md"]}',
            "REELSCRIBE_STATE_DIR": "",
            "REELSCRIBE_SOMEBODY_ELSES": "1",
            "OTHER": "x",
        },
        etc=tmp_path,
    )
    assert [str(inbox.path) for inbox in settings.inboxes] == ["/home/ann/a", "/home/ann/b"]
    assert settings.ollama.url == ("http://a", "http://b")
    assert settings.whisper.vocabulary == ("Smith, John", "Marco")
    assert (settings.whisper.language, settings.whisper.batch) == (None, 4)
    assert settings.watch.polling is True
    assert settings.memory.limit == 2 * 2**30
    assert settings.script.formats == ("md",)
    assert settings.state_dir is None


def test_only_the_environment_that_is_handed_in_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REELSCRIBE_SETTLE", "99")
    monkeypatch.setenv("REELSCRIBE_WATCH__RESCAN", "99")
    settings = load(None, {"REELSCRIBE_KEEP__EVENTS": "3"}, etc=tmp_path)
    assert (settings.settle, settings.watch.rescan, settings.keep.events) == (5, 60, 3)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("REELSCRIBE_SETTEL", "5", "REELSCRIBE_SETTEL: there is no such key (did you mean 'REELSCRIBE_SETTLE'?)"),
        ("REELSCRIBE_OLLAMA__ULR", "x", "REELSCRIBE_OLLAMA__ULR: there is no such key (did you mean 'REELSCRIBE_OLLAMA__URL'?)"),
        ("REELSCRIBE_OLLAMA__NUM_CTX__X", "5", "REELSCRIBE_OLLAMA__NUM_CTX: should be a whole number"),
        ("REELSCRIBE_FOO__BAR", "5", "REELSCRIBE_FOO__BAR: there is no such key"),
        ("REELSCRIBE_OLLAMA", "x", "REELSCRIBE_OLLAMA: should be keys and values"),
        ("REELSCRIBE_SCRIPT__FORMATS", "[md", "REELSCRIBE_SCRIPT__FORMATS: '[md' is no format"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, name: str, value: str, complaint: str) -> None:
    (line,) = complaints(None, {name: value}, etc=tmp_path)
    assert line.startswith(f"environment: {complaint}")


def test_a_file_that_cannot_be_read_does_not_hide_what_is_wrong_elsewhere(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "config.yaml"))
        lines = complaints(None, {"REELSCRIBE_SETTLE": "x"}, etc=tmp_path)
    assert lines == [
        f"{tmp_path}/config.yaml: cannot be read: No such device or address",
        "environment: REELSCRIBE_SETTLE: should be a number",
    ]


def test_reading_again_gives_what_the_file_says_by_then_and_a_bad_one_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "config.yaml", "settle: 1\n")
    settings = load(path, {})
    written(path, "settle: x\n")
    assert complaints(path, {}) == [f"{path}:1:1: settle: should be a number"]
    assert settings.settle == 1
    written(path, "settle: 2\n")
    assert load(path, {}).settle == 2


@pytest.mark.parametrize("path", sorted(OLD.glob("*.yaml")), ids=lambda path: path.name)
def test_an_old_file_is_still_understood(path: Path) -> None:
    settings = load(path, {"HOME": "/home/ann"})
    assert [str(inbox.path) for inbox in settings.inboxes] == ["/home/ann/Videos/inbox"]
    assert settings.memory.limit == 18 * 2**30
    assert settings.ollama.url == ("http://127.0.0.1:11434", "unix:/run/ollama.sock")
    assert settings.script.formats == ("fountain", "md")
    assert settings.whisper.language == "en"


def test_there_is_an_old_file() -> None:
    assert list(OLD.glob("*.yaml"))


def test_the_defaults_file_is_a_configuration(tmp_path: Path) -> None:
    assert load(DEFAULTS, {}) == Settings()
    assert os.fspath(DEFAULTS).endswith("config/defaults.yaml")


@pytest.mark.parametrize("key", [None, "short"])
def test_tcp_without_a_good_key_is_refused(tmp_path: Path, key: str | None) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("api: {tcp: '0.0.0.0:8765'" + (f", key: {key}" if key else "") + "}\n")
    with pytest.raises(ConfigProblems, match=r"api.key, of at least 20 characters"):
        load(file, {}, {})


def test_the_key_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("api: {tcp: '[::1]:8765', key: abcdefghijklmnopqrstuvwxyz}\n")
    settings = load(file, {}, {})
    assert settings.api.address == ("::1", 8765)
    assert "abcdefghijkl" not in settings.model_dump_json() + repr(settings)


@pytest.mark.parametrize("hours", ["22-07", "25:00-07:00", "08:00-08:00", "always"])
def test_hours_that_are_none_are_refused(hours: str) -> None:
    with pytest.raises(ValidationError, match="such as 22:00-07:00"):
        Settings.model_validate({"worker": {"hours": hours}})


def test_hours_and_sizes_are_read_as_people_write_them() -> None:
    settings = Settings.model_validate({"worker": {"hours": " 9:30 - 17:00"}, "state": {"max_size": "10 GiB"}})
    assert (settings.worker.hours, settings.state.max_size) == ("09:30-17:00", 10 << 30)
    assert settings.model_dump(mode="json")["state"] == {"max_size": "10GiB"}
