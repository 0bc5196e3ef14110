"""What the fake writes: by schema, seeded, in the words of the prompt."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.llm.schema import errors
from tests.fakes.ollama import tokens
from tests.fakes.ollama.evidence import WORD, Evidence
from tests.fakes.ollama.faults import FaultKind
from tests.fakes.ollama.spoiling import spoilt
from tests.fakes.ollama.writing import Writer, free_text

PROMPT = """You write a script. Every cue stands once, in order. Answer under {"type": "object", "enum": ["c31", "S14"]}
S14  00:01:12.3–00:01:18.9  medium brightness, camera pans left (measured), cut in
     sees: a woman at a rain-streaked window, a suitcase on the floor
c31  00:01:13.0 SPEAKER 1 "We leave tonight."          c32  00:01:15.8 SPEAKER 2 "Not without Marco."
S15  00:01:18.9–00:01:25.0  dark, static, cut in
     sees: an empty platform
c33  00:01:20.0 SPEAKER 1 "Where is he?"
"""
ELEMENT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "kind": {"type": "string", "enum": ["heading", "action", "dialogue", "camera", "transition"]},
        "shot": {"type": "string", "enum": ["", "S14", "S15"]},
        "cue": {"type": "string", "enum": ["", "c31", "c32", "c33"]},
        "who": {"type": "string", "enum": ["", "SPEAKER 1", "SPEAKER 2"]},
        "text": {"type": "string", "maxLength": 200},
    },
    "required": ["kind", "shot", "cue", "who", "text"],
    "additionalProperties": False,
}
PERSON = {
    "type": "object",
    "properties": {"voice": {"type": "string", "enum": ["SPEAKER 1", "SPEAKER 2"]}, "name": {"type": "string", "maxLength": 40}},
    "required": ["voice", "name"],
}
SCRIPT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "elements": {"type": "array", "items": ELEMENT, "minItems": 1, "maxItems": 30},
        "people": {"type": "array", "items": PERSON, "maxItems": 4},
        "places": {"type": "array", "items": {"type": "string", "maxLength": 60}, "maxItems": 4},
    },
    "required": ["elements", "people", "places"],
}


def script(schema: dict[str, Any] = SCRIPT, seed: int = 1) -> Any:
    return Writer(schema, PROMPT, seed).answer()


@pytest.mark.parametrize("seed", range(20))
def test_a_script(seed: int) -> None:
    answer = script(seed=seed)
    elements = answer["elements"]

    assert errors(SCRIPT, answer) == []
    assert [element["cue"] for element in elements if element["cue"]] == ["c31", "c32", "c33"]
    assert [element["who"] for element in elements if element["kind"] == "dialogue"] == ["SPEAKER 1", "SPEAKER 2", "SPEAKER 1"]
    assert list(dict.fromkeys(element["shot"] for element in elements if element["shot"])) == ["S14", "S15"]
    assert [element["text"] for element in elements if element["kind"] == "camera"] == ["The camera pans left."]
    assert elements[0]["kind"] == "heading"
    assert elements[0]["text"].startswith(("INT. ", "EXT. "))
    assert {person["voice"] for person in answer["people"]} == {"SPEAKER 1", "SPEAKER 2"}


def test_its_prose_is_made_of_what_the_prompt_says_of_the_shot() -> None:
    said = {word.lower() for word in WORD.findall(Evidence(PROMPT, ("S14", "c31", "c32", "S15", "c33")).about("S14"))}
    actions = [element["text"] for element in script()["elements"] if element["kind"] == "action" and element["shot"] == "S14"]

    assert actions
    assert {word.lower() for text in actions for word in WORD.findall(text)} <= said


def test_it_quotes_nobody_and_tells_no_time() -> None:
    for seed in range(20):
        prose = [element["text"] for element in script(seed=seed)["elements"]]
        assert not any(sign in text for text in prose for sign in '"“0123456789')


def test_an_action_moves_no_camera() -> None:
    actions = [element["text"] for seed in range(20) for element in script(seed=seed)["elements"] if element["kind"] == "action"]

    assert not any("pans" in text for text in actions)


def test_the_order_is_that_of_the_prompt() -> None:
    first = script()["elements"]
    ids = [element["shot"] or element["cue"] for element in first]

    assert list(dict.fromkeys(ids)) == ["S14", "c31", "c32", "S15", "c33"]


def test_cues_come_before_shots_where_few_elements_are_allowed() -> None:
    few = json.loads(json.dumps(SCRIPT))
    few["properties"]["elements"]["maxItems"] = 4

    elements = script(few)["elements"]
    assert len(elements) == 4
    assert [element["cue"] for element in elements if element["cue"]] == ["c31", "c32", "c33"]


def test_a_seed_gives_one_answer_and_another_seed_another() -> None:
    assert script(seed=1) == script(seed=1) != script(seed=2)
    assert free_text(PROMPT, 1) == free_text(PROMPT, 1) != free_text(PROMPT, 2)


def schemas() -> st.SearchStrategy[dict[str, Any]]:
    """Schemas of all the sorts that the real grammar enforces."""
    strings = st.builds(
        lambda least, more: {"type": "string", "minLength": least, "maxLength": least + more}, st.integers(0, 200), st.integers(0, 300)
    )
    integers = st.builds(
        lambda least, more: {"type": "integer", "minimum": least, "maximum": least + more}, st.integers(-9, 9), st.integers(0, 9)
    )
    leaves = st.one_of(
        strings,
        integers,
        st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"type": "number"}, {"type": ["string", "null"]}, {"const": 7}]),
        st.builds(lambda values: {"enum": values}, st.lists(st.sampled_from(["", "S1", "c31", "a", "b"]), min_size=1, unique=True)),
    )
    return st.recursive(leaves, lambda inner: st.one_of(_arrays(inner), _objects(inner), _choices(inner)), max_leaves=12)


def _arrays(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda items, least, more: {"type": "array", "items": items, "minItems": least, "maxItems": least + more},
        inner, st.integers(0, 5), st.integers(0, 5),
    )  # fmt: skip


def _objects(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    names = st.sampled_from(["kind", "shot", "cue", "who", "text", "name"])
    return st.dictionaries(names, inner, max_size=5).map(
        lambda properties: {"type": "object", "properties": properties, "required": sorted(properties)[:3], "additionalProperties": False}
    )


def _choices(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(inner, min_size=1, max_size=3).map(lambda several: {"anyOf": several})


@given(schemas(), st.integers(0, 1000))
def test_any_schema_is_kept(schema: dict[str, Any], seed: int) -> None:
    assert errors(schema, Writer(schema, PROMPT, seed).answer()) == []


def test_a_schema_may_refer_to_its_own_parts() -> None:
    schema = {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/place"}, "$defs": {"place": {"type": "string", "maxLength": 20}}}

    assert all(isinstance(place, str) for place in Writer(schema, PROMPT, 1).answer())


@given(st.text())
def test_the_tokens_of_a_text_are_the_text(text: str) -> None:
    assert "".join(tokens.pieces(text)) == text


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (FaultKind.STRANGE_IDS, "S1499"),
        (FaultKind.INVENTED_QUOTE, "Purple monkeys"),
        (FaultKind.TIMECODE, "00:01:12"),
    ],
)
def test_a_spoilt_script_is_still_json(kind: FaultKind, changed: str) -> None:
    good = json.dumps(script())

    assert changed not in good
    assert changed in json.dumps(json.loads(spoilt(kind, good, 1)))


def test_a_careless_one_leaves_out_and_doubles() -> None:
    cues = [element["cue"] for element in json.loads(spoilt(FaultKind.CARELESS, json.dumps(script()), 1))["elements"] if element["cue"]]

    assert cues != ["c31", "c32", "c33"]
