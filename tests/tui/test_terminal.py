"""What a terminal is asked before the monitor takes it, and what its answers mean."""

import os
import pty
import termios
from collections.abc import Iterator

import pytest

from tui import terminal
from tui.terminal import BLOCKS, CELL, KIND, KITTY, Graphics, asked
from tui.widgets.still import image_widget

XTERM = b"\x1b[6;20;10t\x1b[?62;4;22c"
KITTYS = b"\x1b[6;18;9t\x1b_Gi=31;OK\x1b\\\x1b[?62;c"
PLAIN = b"\x1b[?1;2c"


@pytest.fixture
def line() -> Iterator[tuple[int, int]]:
    """A terminal's own end, and the program's."""
    ends = pty.openpty()
    yield ends
    for end in ends:
        os.close(end)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (XTERM, Graphics("sixel", (10, 20))),
        (KITTYS, Graphics("kitty", (9, 18))),
        (PLAIN, BLOCKS),
        (b"q" + PLAIN, BLOCKS),  # somebody was quick with a key
        (KITTYS.replace(b"?62;", b"?62;4;"), Graphics("sixel", (9, 18))),
    ],
)
def test_it_is_asked_once_and_left_as_it_was(line: tuple[int, int], answer: bytes, found: Graphics) -> None:
    far, near = line
    before = termios.tcgetattr(near)
    with asked(near, near, {"TERM": "xterm-256color"}) as heard:
        assert os.read(far, 1024).decode() == CELL + KITTY + KIND
        os.write(far, answer)
        assert heard() == found
    assert termios.tcgetattr(near) == before


def test_who_does_not_answer_is_not_waited_for(line: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "PATIENCE", 0.01)
    with asked(line[1], line[1]) as heard:
        assert heard() == BLOCKS


def test_a_multiplexers_title_stays_what_it_is(line: tuple[int, int]) -> None:
    with asked(line[1], line[1], {"TERM": "tmux-256color"}):
        assert os.read(line[0], 1024).decode() == CELL + KIND


def test_what_is_no_terminal_is_asked_nothing() -> None:
    near, far = os.pipe()
    with os.fdopen(near), os.fdopen(far, "w"), asked(near, far) as heard:
        assert heard() == BLOCKS


def test_each_has_its_own_way_to_draw() -> None:
    widgets = [image_widget(Graphics(by)) for by in ("sixel", "kitty", "blocks")]
    assert [widget.__name__ for widget in widgets] == ["Image", "TGPImage", "HalfcellImage"]
