"""The mark by which a file tells that it is ours and untouched."""

import json

import pytest

from daemon.screenplay.formats import mark
from daemon.screenplay.formats.listed import FORMATS

CONTENT = b"Title: Night Train\n\nINT. STATION - NIGHT\n"
OBJECT = b'{\n  "a": {"b": [1]}\n}\n'
IN_THE_FILE = sorted({form.mark for form in FORMATS.values()} - {"attribute"})
MARKED = mark.marked(CONTENT, 3, "boneyard")


def content(kind: mark.Kind) -> bytes:
    return OBJECT if kind == "json" else CONTENT


@pytest.mark.parametrize("kind", IN_THE_FILE)
def test_a_file_names_its_version_and_digest(kind: mark.Kind) -> None:
    data = mark.marked(content(kind), 3, kind)
    assert mark.read(data, kind) == mark.Mark(version=3, digest=mark.digest(content(kind)), intact=True)
    assert mark.attribute(content(kind), 3, kind) == b""


@pytest.mark.parametrize("kind", IN_THE_FILE)
def test_one_byte_changed_is_an_edit(kind: mark.Kind) -> None:
    data = mark.marked(content(kind), 3, kind)
    for edited in (
        data.replace(b"version", b"Version"),
        data[:-1],
        data.replace(b"\n", b"\r\n"),
        b" " + data,
        data.replace(b"a", b"b", 1),
    ):
        said = mark.read(edited, kind)
        assert said is None or not said.intact


@pytest.mark.parametrize("data", [b"", b"\n", CONTENT, MARKED + b"More.\n", MARKED + b"More.\n" * 200, b"\xff\xfe"])
def test_a_file_without_our_last_line_is_not_ours(data: bytes) -> None:
    said = mark.read(data, "boneyard")
    assert said is None or not said.intact


def test_webvtt_is_marked_at_its_head() -> None:
    data = mark.marked(b"WEBVTT\n\n00:01.000 --> 00:02.000\nYes.\n", 3, "vtt")
    assert data.splitlines()[:4] == [b"WEBVTT", b"", data.splitlines()[2], b""]
    assert data.splitlines()[2].startswith(b"NOTE reelscribe script, version 3, ")


@pytest.mark.parametrize("kind", IN_THE_FILE)
def test_a_digest_tells_as_which_version_a_content_was_written(kind: mark.Kind) -> None:
    written = mark.digest(mark.marked(content(kind), 12, kind))
    assert mark.version_of(written, content(kind), kind) == 12
    assert mark.version_of(written, CONTENT + b" ", kind) is None


def test_json_stays_json() -> None:
    data = mark.marked(mark.ready(b'{"a": {}}', "json"), 3, "json")
    assert json.loads(data) == {"a": {}, "reelscribe": {"version": 3, "sha256": mark.digest(b'{"a": {}\n}\n')}}


def test_a_pure_file_is_told_by_what_is_kept_beside_it() -> None:
    beside = mark.attribute(CONTENT, 3, "attribute")
    assert mark.marked(CONTENT, 3, "attribute") == CONTENT
    assert mark.read(CONTENT, "attribute", beside) == mark.Mark(version=3, digest=mark.digest(CONTENT), intact=True)
    edited = mark.read(CONTENT + b" ", "attribute", beside)
    assert edited is not None
    assert not edited.intact
    assert mark.read(CONTENT, "attribute") is None
    assert mark.version_of(mark.digest(CONTENT), CONTENT, "attribute") == 0
    assert mark.version_of(mark.digest(CONTENT), CONTENT + b" ", "attribute") is None
