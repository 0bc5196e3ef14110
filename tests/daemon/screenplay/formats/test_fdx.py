"""FDX: Final Draft's XML is well formed whatever was said, and another program reads it."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from screenplay_tools.fdx.parser import Parser

from daemon.screenplay.edition import Layout
from daemon.screenplay.formats import mark
from daemon.screenplay.formats.fdx import fdx
from daemon.screenplay.model import Screenplay
from tests.daemon.screenplay import foreign
from tests.daemon.screenplay.editions import edition, element, night_train_script, play, scene, speech
from tests.daemon.screenplay.nasty import screenplays


def root_of(screenplay: Screenplay, layout: Layout | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(fdx(edition(screenplay, layout=layout)))


def rows(screenplay: Screenplay, layout: Layout | None = None) -> list[tuple[str, str]]:
    """Type and text of each paragraph, those within a dual dialogue too."""
    content = root_of(screenplay, layout).find("Content")
    assert content is not None
    found = content.iter("Paragraph")
    return [(row.get("Type", ""), row.findtext("Text") or "") for row in found if row.find("DualDialogue") is None]


def by_screenplay_tools(screenplay: Screenplay) -> list[foreign.Part]:
    """It knows no dual dialogue, whose paragraphs it takes for an empty action; takes shots for headings, and notes for action."""
    parser = Parser()
    parser.parse(fdx(edition(screenplay)).decode())
    parts = [part for element in parser.script.elements for part in foreign.of_screenplay_tools(element)]
    return [(kind, " ".join(text.split())) for kind, text in parts if kind != "number"]


def test_screenplay_tools_reads_it_back() -> None:
    script = night_train_script()
    meant = [part for part in foreign.meant(script) if part[0] != "number"]
    shots = {"The camera pans left.", "The camera moves in."}
    found = [("action" if text in shots else kind, text) for kind, text in by_screenplay_tools(script)]
    assert [part for part in found if part != ("action", "The camera hardly sees anything here.")] == meant


def test_paragraphs_have_final_drafts_types_and_scenes_their_numbers() -> None:
    script = play(
        scene(7, "INT. A", element("action", "He runs."), *speech("ANNA", "Yes."), element("note", "Draft."), transition="CUT TO:"),
        scene(8, "INT. B", element("shot", "CLOSE ON a <door> & key")),
    )
    assert rows(script) == [
        ("Transition", "CUT TO:"),
        ("Scene Heading", "INT. A"),
        ("Action", "He runs."),
        ("Character", "ANNA"),
        ("Dialogue", "Yes."),
        ("General", "Draft."),
        ("Scene Heading", "INT. B"),
        ("Shot", "CLOSE ON a <door> & key"),
    ]
    assert [row.get("Number") for row in root_of(script).iter("Paragraph") if row.get("Type") == "Scene Heading"] == ["7", "8"]


def test_two_who_speak_at_once_stand_side_by_side() -> None:
    script = play(scene(1, "INT. A", *speech("ANNA", "One."), *speech("BO", "Two.", dual=True), *speech("CY", "Three.")))
    dual = root_of(script).find("Content/Paragraph/DualDialogue")
    assert dual is not None
    assert [row.findtext("Text") for row in dual] == ["ANNA", "One.", "BO", "Two."]
    assert rows(script)[-2:] == [("Character", "CY"), ("Dialogue", "Three.")]


def test_there_is_a_title_page_and_always_a_heading() -> None:
    root = root_of(play(title="Night & Day", notes=("No picture.",)))
    title = [row.findtext("Text") for row in root.findall("TitlePage/Content/Paragraph") if row.findtext("Text")]
    assert title == ["Night & Day", "Written from the film by", "Reelscribe", "No picture."]
    assert rows(play()) == [("Scene Heading", "SCENE")]


def test_evidence_stands_in_general_paragraphs_where_it_is_asked_for() -> None:
    script = play(scene(1, "INT. A", element("action", "He runs.", shots="S1", at=(0, 2))))
    assert rows(script, Layout(evidence=True))[-1] == ("General", "[[S1 0:00:00.000-0:00:02.000]]")
    assert len(rows(script)) == 2


@pytest.mark.parametrize("text", ["]]>", "<x>", "&amp;", '"', "a\x00\x08\ufffe\ud800b", "\x1b[31m"])
def test_no_text_is_markup_and_what_xml_cannot_carry_is_left_out(text: str) -> None:
    script = play(scene(1, "INT. A", element("action", text), *speech("ANNA", text)), title=text)
    seen = re.sub("[\x00-\x1f\ufffe\ud800]", "", text)
    assert [row for kind, row in rows(script) if kind != "Scene Heading"] == [seen, "ANNA", seen]


@settings(max_examples=60, deadline=None)
@given(screenplays())
def test_any_script_is_well_formed_without_an_empty_paragraph(screenplay: Screenplay) -> None:
    found = rows(screenplay)
    assert all(text.strip() for _, text in found)
    assert any(kind == "Scene Heading" for kind, _ in found)
    kinds = {"shot": "action", "general": "note", "scene heading": "heading"}
    told = [(kinds.get(kind.lower(), kind.lower()), text) for kind, text in found if kind != "General"]
    meant = [("character" if kind == "dual" else kind, text) for kind, text in foreign.meant(screenplay) if kind != "number"]
    assert told == (meant or [("heading", "SCENE")])


def test_marked_it_is_still_xml() -> None:
    marked = mark.marked(fdx(edition(night_train_script())), 3, "xml")
    assert ElementTree.fromstring(marked).tag == "FinalDraft"
