"""Fountain that a person wrote: all of it is understood, and nothing of it is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.screenplay.formats import mark
from daemon.screenplay.formats.fountain import written
from daemon.screenplay.formats.fountain_reader import read
from daemon.screenplay.formats.paragraphs import one_line
from daemon.screenplay.model import Element, Evidence, Screenplay
from tests.daemon.screenplay import foreign
from tests.daemon.screenplay.editions import night_train_script
from tests.daemon.screenplay.nasty import TEXTS, screenplays

Told = list[tuple[str, str]]

BIG = """\
Title:
    _**BRICK & STEEL**_
    _**FULL RETIRED**_
Credit: Written by
Author: Stu Maschwitz
Source: Story by KTM
Draft date: 1/20/2012
Contact:
\tNext Level Productions
\t1588 Mission Dr.

FADE IN:

# Act One

= How it begins.

EXT. BRICK'S PATIO - DAY #1#

A gorgeous day. *The sun* is shining. [[more of it?]]
But BRICK BRADDOCK isn't minding.

STEEL
(beer raised)
To retirement.
(beat)
To **us**.

BRICK ^
To retirement.

    They drink long and well from the beers.

~ Willy Wonka! Willy Wonka!

> THE END <

===

[[A whole
note]]

/* A boneyard

INT. NOWHERE

*/

@McCLANE (V.O.)
Yippie ki-yay!
{spaces}
I said it.

!SCANNING THE AISLES...

> BURN TO BLACK.

.SNIPER SCOPE POV #1-A#

CUT TO:

i/e car
""".replace("{spaces}", "  ")


def told(script: Screenplay) -> Told:
    """All that stands in it, one thing a row."""
    found: Told = [(element.kind, element.text) for element in script.preamble]
    for scene in script.scenes:
        found += [("transition", scene.transition.text)] if scene.transition else []
        found.append((f"heading {scene.number}", scene.heading.text))
        found += [(element.kind + (" dual" if element.dual else ""), element.text) for element in scene.elements]
    return found


def body(text: str) -> Told:
    return told(read("Title: X\n\n" + text))


def test_all_of_the_syntax_is_understood() -> None:
    assert told(read(BIG)) == [
        ("action", "FADE IN:"),
        ("fountain", "# Act One"),
        ("fountain", "= How it begins."),
        ("heading 1", "EXT. BRICK'S PATIO - DAY"),
        ("action", "A gorgeous day. The sun is shining. But BRICK BRADDOCK isn't minding."),
        ("character", "STEEL"),
        ("parenthetical", "(beer raised)"),
        ("dialogue", "To retirement."),
        ("parenthetical", "(beat)"),
        ("dialogue", "To us."),
        ("character dual", "BRICK"),
        ("dialogue", "To retirement."),
        ("action", "They drink long and well from the beers."),
        ("action", "Willy Wonka! Willy Wonka!"),
        ("action", "THE END"),
        ("fountain", "==="),
        ("note", "A whole note"),
        ("fountain", "/* A boneyard\n\nINT. NOWHERE\n\n*/"),
        ("character", "McCLANE (V.O.)"),
        ("dialogue", "Yippie ki-yay!"),
        ("dialogue", "I said it."),
        ("action", "SCANNING THE AISLES..."),
        ("transition", "BURN TO BLACK."),
        ("heading 1-A", "SNIPER SCOPE POV"),
        ("transition", "CUT TO:"),
        ("heading ", "i/e car"),
    ]


def test_a_title_page_has_any_keys_and_values_of_many_lines() -> None:
    page = read(BIG).title_page
    assert (page.title, page.credit, page.author) == ("BRICK & STEEL FULL RETIRED", "Written by", "Stu Maschwitz")
    assert page.more == (("Source", "Story by KTM"), ("Draft date", "1/20/2012"), ("Contact", "Next Level Productions\n1588 Mission Dr."))


def test_written_again_it_is_byte_for_byte_the_same() -> None:
    assert written(read(BIG)) == BIG


def test_a_changed_title_is_written_and_not_the_one_that_was_typed() -> None:
    script = read(BIG)
    page = script.title_page.model_copy(update={"title": "Night Train"})
    assert written(script.model_copy(update={"title_page": page})).startswith("Title: Night Train\nCredit: Written by\n")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("INT. A\nHe runs.", [("heading ", "INT. A"), ("action", "He runs.")]),
        ("# One\n= Two\nINT. A", [("fountain", "# One\n= Two"), ("heading ", "INT. A")]),
        ("[[note]]\nINT. A", [("note", "note"), ("heading ", "INT. A")]),
        ("INT. A #3# [[why]]", [("heading 3", "INT. A")]),
        (".#3# #3#", [("heading 3", "#3#")]),
        ("INT. A #3# [[see #3#]]", [("heading 3", "INT. A")]),
        ("ANNA", [("action", "ANNA")]),
        ("ANNA\n[[only this]]", [("action", "ANNA")]),
        ("ANNA\n[[quietly]]\nYes.", [("character", "ANNA"), ("dialogue", "Yes.")]),
        ("ANNA\n(very\nlow)\nYes.", [("character", "ANNA"), ("parenthetical", "(very low)"), ("dialogue", "Yes.")]),
        ("安娜\nYes.", [("action", "安娜 Yes.")]),
        ("@安娜\nYes.", [("character", "安娜"), ("dialogue", "Yes.")]),
        ("/* open and never closed", [("action", "/* open and never closed")]),
        ("[[open\n\nNot in it.", [("action", "[[open"), ("action", "Not in it.")]),
        ("He\\*s \\_here\\_ *now*", [("action", "He*s _here_ now")]),
        ("***all*** **of** *it* _here_", [("action", "all of it here")]),
        ("2 * 3 * 4", [("action", "2 * 3 * 4")]),
        ("..dots", [("action", "..dots")]),
        ("FADE TO: black", [("action", "FADE TO: black")]),
        ("", []),
        ("\n\n  \n\n", []),
    ],
)  # fmt: skip
def test_what_stands_close_together_is_told_apart(text: str, found: Told) -> None:
    assert body(text) == found


@pytest.mark.parametrize("text", ["FADE IN:\n\nINT. A", "CUT TO:", "INT. A\n\nHe: yes.", ""])
def test_a_script_without_a_title_page_has_none(text: str) -> None:
    assert read(text).title_page.title == ""
    assert read("\ufeff" + text.replace("\n", "\r\n")) == read(text)


def test_our_own_mark_is_no_part_of_the_script() -> None:
    text = written(night_train_script())
    marked = mark.marked(text.encode(), 3, "boneyard").decode()
    assert read(marked) == read(text)
    assert read(marked + "\nMore.\n").scenes[-1].elements[-1].text == "More."


def test_scenes_have_ids_of_their_own_that_are_the_same_every_time() -> None:
    text = "INT. A\n\nYes.\n\nINT. A\n\nYes.\n\nINT. B"
    ids = [scene.id for scene in read(text).scenes]
    assert len(set(ids)) == 3
    assert all(name.startswith("hand-") for name in ids)
    assert ids == [scene.id for scene in read(text).scenes]


def as_fountain_has_it(script: Screenplay) -> list[tuple[str, str, bool]]:
    return [
        ("action" if element.kind == "shot" else element.kind, one_line(element.text), element.dual)
        for scene in script.scenes
        for element in ((scene.transition,) if scene.transition else ()) + (scene.heading, *scene.elements)
    ]


def evidence_of(script: Screenplay) -> list[Evidence]:
    told = ("heading", "action", "shot", "dialogue", "note")
    return [element.evidence for scene in script.scenes for element in (scene.heading, *scene.elements) if element.kind in told]


@settings(max_examples=100, deadline=None)
@given(screenplays(), st.booleans())
def test_whatever_is_written_is_read_as_it_was_meant(script: Screenplay, evidence: bool) -> None:
    text = written(script, evidence=evidence)
    found = read(text)
    assert as_fountain_has_it(found) == as_fountain_has_it(script)
    assert [scene.number for scene in found.scenes] == [scene.number for scene in script.scenes]
    page = script.title_page
    assert (found.title_page.title, found.title_page.notes) == (one_line(page.title), tuple(map(one_line, page.notes)))
    assert [one_line(text) for _, text in found.title_page.more] == [one_line(text) for _, text in page.more]
    assert evidence_of(found) == (evidence_of(script) if evidence else [Evidence()] * len(evidence_of(script)))
    assert not any(element.typed for scene in found.scenes for element in (scene.heading, *scene.elements))
    assert written(found, evidence=evidence) == text


pieces = st.sampled_from(
    (*TEXTS, "INT. A", "ANNA", "(low)", "\n", "\n\n", "\n\n\n", "  \n", "\t", "[[", "]]", "/*", "*/", "~", "> ", " <", "^", "#1#", "Key: ")
)


@settings(max_examples=150, deadline=None)
@given(st.lists(pieces | st.text(max_size=5), max_size=20).map("".join))
def test_nothing_that_anybody_types_is_refused_or_changes_when_it_is_written_again(text: str) -> None:
    once = written(read(text))
    again = read(once)
    assert written(again) == once
    assert foreign.meant(again) == foreign.meant(read(text))


def test_a_large_script_is_read_at_once() -> None:
    scenes = "\n\n".join(f"INT. PLACE {number} - DAY #{number}#\n\nHe *runs*.\n\nANNA\nYes. {'word ' * 30}" for number in range(400))
    assert len(read(f"Title: X\n\n{scenes}\n").scenes) == 400


def test_elements_compare_by_what_they_say() -> None:
    assert read("INT. A\n\n!He runs.").scenes[0].elements == (Element(kind="action", text="He runs.", typed="!He runs."),)
