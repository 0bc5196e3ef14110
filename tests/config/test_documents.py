"""A file that a stranger may have written is read safely: hostile ones are refused with a sentence and a place."""

import os
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.documents import LARGEST, parse, read
from config.errors import ConfigProblems, Problem


def refusal(content: bytes) -> Problem:
    with pytest.raises(ConfigProblems) as raised:
        parse(content, "f.yaml")
    return raised.value.problems[0]


def refusal_of(path: Path) -> Problem:
    with pytest.raises(ConfigProblems) as raised:
        read(path)
    return raised.value.problems[0]


HOSTILE = {
    "alias bomb": (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", 1, "anchors"),
    "alias alone": (b"a: 1\nb: *a\n", 2, "anchors"),
    "brackets": (b"[" * 20_000, 1, "nested too deeply"),
    "braces": (b"{a: " * 10_000, 1, "nested too deeply"),
    "dashes": (b"- " * 20_000, 1, "nested too deeply"),
    "indents": ("\n".join(" " * depth + "a:" for depth in range(300)).encode(), 12, "nested too deeply"),
    "long number": (b"a: 1\nb: " + b"9" * 60_000, 2, "number is too long"),
    "python object": (b"a: !!python/object/apply:os.system [id]\n", 1, "tags"),
    "string tag": (b"a: !!str 5\n", 1, "tags"),
    "doubled key": (b"a: 1\nb: 2\na: 3\n", 3, "'a' is here twice, first in line 1"),
    "doubled key, spelled otherwise": (b"a: 1\n'a': 3\n", 2, "twice"),
    "doubled key inside": (b"s:\n  a: 1\n  a: 2\n", 3, "twice, first in line 2"),
    "list": (b"- a\n- b\n", 1, "key: value"),
    "text": (b"hello\n", 1, "key: value"),
    "number": (b"42\n", 1, "key: value"),
    "list as key": (b"[a, b]: c\n", 1, "a key should be a word"),
    "two documents": (b"a: 1\n---\na: 2\n", 2, "second document"),
    "not UTF-8": (b"a: 1\nb: caf\xe9\n", 2, "not UTF-8"),
    "UTF-16": ("a: 1".encode("utf-16"), 1, "not UTF-8"),
    "NUL": (b"a: 1\nb: x\0y\n", 2, "control character"),
    "unclosed quote": (b"a: 1\nb: 'x\n", 3, "a quoted scalar, which begins in line 2"),
    "unclosed bracket": (b"a: [1, 2\n", 2, "cannot be read as YAML"),
    "tab": (b"a:\n\tb: 1\n", 2, "cannot be read as YAML"),
    "two colons": (b"start: 1: 30\n", 1, "cannot be read as YAML"),
    "character beyond Unicode": (b'a: "\\U00110000"\n', 0, "cannot be read as YAML"),
    "half a character": (b'a: "\\ud800"\n', 1, "half a character"),
}


@pytest.mark.parametrize(("content", "line", "words"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_document_is_refused_with_its_line(content: bytes, line: int, words: str) -> None:
    problem = refusal(content)
    assert words in problem.message
    assert problem.line == line


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# only a comment\n", b"---\n", b"\xef\xbb\xbf", b"~\n"])
def test_a_document_that_says_nothing_is_empty(content: bytes) -> None:
    assert parse(content, "f.yaml").data == {}


def test_times_and_words_stay_text_as_in_yaml_1_2() -> None:
    found = parse(b"a: 1:30\nb: 12:30:00\nc: no\nd: 2024-01-01\ne: 1__0\nf: .inf\n<<: x\n", "f.yaml").data
    assert found == {"a": "1:30", "b": "12:30:00", "c": "no", "d": "2024-01-01", "e": "1__0", "f": ".inf", "<<": "x"}


def test_an_older_yaml_that_a_file_asks_for_changes_nothing() -> None:
    assert parse(b"%YAML 1.1\n---\na: 1:30\nb: no\n", "f.yaml").data == {"a": "1:30", "b": "no"}


def test_numbers_truth_and_nothing_have_their_kinds_and_their_spelling() -> None:
    document = parse(b"a: 007\nb: 1.10\nc: 0x1F\nd: True\ne: ~\nf:\ng: 'quoted 5'\nh: '5'\n", "f.yaml")
    assert document.data == {"a": 7, "b": 1.1, "c": 31, "d": True, "e": None, "f": None, "g": "quoted 5", "h": "5"}
    assert document.texts == {("a",): "007", ("b",): "1.10", ("c",): "0x1F", ("d",): "True", ("e",): "~", ("f",): ""}


def test_bom_and_crlf_are_fine_and_lines_are_counted_right() -> None:
    document = parse(b"\xef\xbb\xbfa: 1\r\nb:\r\n  - x\r\n  - {c: 2}\r\n", "f.yaml")
    assert document.data == {"a": 1, "b": ["x", {"c": 2}]}
    assert document.marks == {(): (1, 1), ("a",): (1, 1), ("b",): (2, 1), ("b", 0): (3, 5), ("b", 1): (4, 5), ("b", 1, "c"): (4, 6)}


def test_a_problem_stands_at_the_nearest_written_key() -> None:
    document = parse(b"a:\n  b: x\n", "f.yaml")
    assert str(document.problem(("a", "b", 3), "is wrong")) == "f.yaml:2:3: a.b[3]: is wrong"


def test_what_could_act_on_a_terminal_is_written_out() -> None:
    problem = refusal(b'"\\e[31mred": 1\n"\\e[31mred": 2\n')
    assert "\x1b" not in str(problem)
    assert "\\x1b[31mred" in str(problem)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text("[]{}:,-?!&*|>'\"%@`#\n\t ~a1\\xuU<.", max_size=120).map(str.encode)))
def test_nothing_but_its_own_error_is_raised(content: bytes) -> None:
    with suppress(ConfigProblems):
        assert isinstance(parse(content, "f.yaml").data, dict)


def test_an_absent_file_is_none(tmp_path: Path) -> None:
    assert read(tmp_path / "absent.yaml") is None
    assert read(tmp_path / "absent" / "absent.yaml") is None
    assert read(tmp_path / ("x" * 251 + ".mp4.reelscribe.yaml")) is None


def test_a_link_is_followed_only_where_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text("a: 1\n")
    link = tmp_path / "link.yaml"
    link.symlink_to("real.yaml")
    assert "links are not followed" in refusal_of(link).message
    document = read(link, through_link=True)
    assert document is not None
    assert document.data == {"a": 1}


def test_a_link_to_nothing_is_said(tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to("nowhere.yaml")
    assert "link" in refusal_of(link).message
    with pytest.raises(ConfigProblems, match="link to nothing"):
        read(link, through_link=True)


def test_a_fifo_and_a_folder_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.yaml")
    (tmp_path / "folder.yaml").mkdir()
    assert "not a regular file" in refusal_of(tmp_path / "fifo.yaml").message
    assert "not a regular file" in refusal_of(tmp_path / "folder.yaml").message


def test_a_sparse_gigabyte_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "sparse.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    assert "larger than 64 KB" in refusal_of(path).message


def test_the_largest_file_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"a: 1\n" + b"#" * (LARGEST - 5))
    document = read(path)
    assert document is not None
    assert document.data == {"a": 1}
    with path.open("ab") as file:
        file.write(b"#")
    assert "larger" in refusal_of(path).message


def test_what_cannot_be_opened_is_said_with_the_reason(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket.yaml"))
        assert refusal_of(tmp_path / "socket.yaml").message == "cannot be read: No such device or address"


def test_a_file_that_changes_while_it_is_read_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "changing.yaml"
    path.write_text("skips: []\n")
    really = os.read

    def read_while_written(descriptor: int, size: int) -> bytes:
        found = really(descriptor, size)
        with path.open("a") as file:
            file.write("title: x\n")
        return found

    monkeypatch.setattr(os, "read", read_while_written)
    assert "changed while it was read" in refusal_of(path).message
    monkeypatch.undo()
    document = read(path)
    assert document is not None
    assert document.data == {"skips": [], "title": "x"}


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.yaml")
    (tmp_path / "good.yaml").write_text("a: 1\n")
    before = len(list(Path("/proc/self/fd").iterdir()))
    read(tmp_path / "good.yaml")
    refusal_of(tmp_path / "fifo.yaml")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
