"""Markdown: a CommonMark renderer shows each line as it was said."""

import html
import re

import pytest
from markdown_it import MarkdownIt

from daemon.screenplay.formats.markdown import markdown
from daemon.screenplay.model import Element
from tests.daemon.screenplay.editions import edition, element, play, scene, speech

TRICKY = ["*no*", "_no_", "# no", "> no", "1. no", "2) no", "- no", "+ no", "=== no", "`no`", "<b>no</b>", "[no](x)", "&amp;", "a | b",
          "~~no~~", "\\", "!", "![x](y)", "---", "é 字"]  # fmt: skip


def shown(*elements: Element) -> str:
    script = play(scene(1, "INT. STATION - NIGHT", *elements), title="Night *Train*", notes=("No sound.",))
    return str(MarkdownIt("commonmark").render(markdown(edition(script)).decode()))


def text_of(rendered: str) -> list[str]:
    lines = re.sub(r"<(?!br)[^>]*>", "", rendered).replace("<br />", "").splitlines()
    return [html.unescape(line.strip()) for line in lines if line.strip()]


@pytest.mark.parametrize("text", TRICKY)
def test_what_was_said_is_shown_as_it_was_said(text: str) -> None:
    lines = text_of(shown(*speech("ANNA", text), element("action", text)))
    assert lines == ["Night *Train*", "Written from the film by Reelscribe", "No sound.", "1. INT. STATION - NIGHT", "ANNA", text, text]


def test_each_speech_is_a_quote() -> None:
    assert shown(*speech("ANNA", "One.", "Two."), *speech("BO", "Three.", dual=True)).count("<strong>") == 2


def test_brackets_camera_and_notes_are_in_italics_and_marks_of_the_fountain_file_are_left_out() -> None:
    made = shown(
        element("character", "ANNA"),
        element("parenthetical", "(low)"),
        element("dialogue", "Yes."),
        element("shot", "The camera pans left."),
        element("note", "Draft."),
        element("transition", "CUT TO:"),
        element("fountain", "# Act Two"),
    )
    assert text_of(made)[4:] == ["ANNA", "(low)", "Yes.", "The camera pans left.", "Draft.", "CUT TO:"]
    assert made.count("<em>") == 4
