"""The mark by which a file tells that it is ours and untouched."""

import pytest

from daemon.screenplay import mark
from daemon.screenplay.formats import FORMATS

COMMENT = ("/*", "*/")
CONTENT = b"Title: Night Train\n\nINT. STATION - NIGHT\n"


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_names_its_version_and_digest_in_a_comment(name: str) -> None:
    comment = FORMATS[name].comment
    data = mark.marked(CONTENT, 3, comment)
    assert data.startswith(CONTENT)
    assert mark.read(data, comment) == mark.Mark(version=3, digest=mark.digest(CONTENT), intact=True)


@pytest.mark.parametrize(
    "edited",
    [
        mark.marked(CONTENT, 3, COMMENT).replace(b"Night", b"Day"),
        mark.marked(CONTENT, 3, COMMENT).replace(b"version 3", b"version 4 "),
        mark.marked(CONTENT, 3, COMMENT)[:-1],
        mark.marked(CONTENT, 3, COMMENT).replace(b"\n", b"\r\n"),
        b"\n" + mark.marked(CONTENT, 3, COMMENT),
    ],
)
def test_one_byte_changed_is_an_edit(edited: bytes) -> None:
    said = mark.read(edited, COMMENT)
    assert said is None or not said.intact


@pytest.mark.parametrize("data", [b"", b"\n", CONTENT, mark.marked(CONTENT, 3, COMMENT) + b"More.\n", b"\xff\xfe"])
def test_a_file_without_our_last_line_has_no_mark(data: bytes) -> None:
    assert mark.read(data, COMMENT) is None


def test_a_digest_tells_as_which_version_a_content_was_written() -> None:
    written = mark.digest(mark.marked(CONTENT, 12, COMMENT))
    assert mark.version_of(written, CONTENT, COMMENT) == 12
    assert mark.version_of(written, CONTENT + b" ", COMMENT) is None
