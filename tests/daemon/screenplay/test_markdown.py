"""Markdown: a CommonMark renderer shows each line as it was said."""

import html
import re

import pytest
from markdown_it import MarkdownIt

from daemon.screenplay.markdown import markdown
from daemon.screenplay.model import Element, Scene, Screenplay

TRICKY = ["*no*", "_no_", "# no", "> no", "1. no", "2) no", "- no", "+ no", "=== no", "`no`", "<b>no</b>", "[no](x)", "&amp;", "a | b",
          "~~no~~", "\\", "!", "![x](y)", "---", "é 字"]  # fmt: skip


def shown(*elements: Element) -> str:
    scene = Scene(number=1, heading="INT. STATION - NIGHT", start=0, elements=elements)
    script = Screenplay(title="Night *Train*", author="Reelscribe", scenes=(scene,), notes=("No sound.",))
    return str(MarkdownIt("commonmark").render(markdown(script)))


def text_of(rendered: str) -> list[str]:
    lines = re.sub(r"<(?!br)[^>]*>", "", rendered).replace("<br />", "").splitlines()
    return [html.unescape(line.strip()) for line in lines if line.strip()]


@pytest.mark.parametrize("text", TRICKY)
def test_what_was_said_is_shown_as_it_was_said(text: str) -> None:
    lines = text_of(shown(Element(kind="dialogue", who="ANNA", text=text), Element(kind="action", text=text)))
    assert lines == ["Night *Train*", "Written from the film by Reelscribe", "No sound.", "1. INT. STATION - NIGHT", "ANNA", text, text]


def test_two_speakers_are_two_quotes_and_one_speaker_is_one() -> None:
    spoken = [Element(kind="dialogue", who=who, text=f"{who} speaks.") for who in ("ANNA", "ANNA", "BO", "VOICE", "VOICE")]
    assert shown(*spoken).count("<strong>") == 4
