"""Our own measure of an answer against its schema."""

from typing import Any

import pytest

from daemon.llm.schema import errors

ELEMENT = {
    "type": "object",
    "properties": {"kind": {"type": "string", "enum": ["action", "dialogue"]}, "text": {"type": "string", "maxLength": 10}},
    "required": ["kind", "text"],
    "additionalProperties": False,
}
SCRIPT = {
    "type": "object",
    "properties": {"elements": {"type": "array", "items": ELEMENT, "minItems": 1, "maxItems": 2}},
    "required": ["elements"],
}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (SCRIPT, {"elements": [{"kind": "action", "text": "Rain."}]}),
        ({"type": ["string", "null"]}, None),
        ({"type": "number"}, 1),
        ({"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 3}]}, 3),
        ({"const": "x"}, "x"),
        ({}, {"anything": ["goes"]}),
    ],
)
def test_right(schema: dict[str, Any], value: Any) -> None:
    assert errors(schema, value) == []


@pytest.mark.parametrize(
    ("schema", "value", "error"),
    [
        (SCRIPT, [], "$ must be of type object"),
        (SCRIPT, {}, "$.elements is missing"),
        (SCRIPT, {"elements": "none"}, "$.elements must be of type array"),
        (SCRIPT, {"elements": []}, "$.elements must be at least 1 items"),
        (SCRIPT, {"elements": [{"kind": "action", "text": "x"}] * 3}, "$.elements must be at most 2 items"),
        (SCRIPT, {"elements": [{"kind": "song", "text": ""}]}, '$.elements[0].kind is "song", and must be one of ["action", "dialogue"]'),
        (SCRIPT, {"elements": [{"kind": "action", "text": "It is raining."}]}, "$.elements[0].text must be at most 10 characters"),
        (SCRIPT, {"elements": [{"kind": "action", "text": "", "time": 1}]}, '$.elements[0] may not have "time"'),
        ({"type": "integer"}, True, "$ must be of type integer"),
        ({"type": "integer"}, 1.5, "$ must be of type integer"),
        ({"type": "boolean"}, 1, "$ must be of type boolean"),
        ({"const": 1}, True, "$ must be 1"),
        ({"type": "integer", "minimum": 3}, 2, "$ must be at least 3"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 3, "$ fits none of the forms that it may have"),
    ],
)
def test_wrong(schema: dict[str, Any], value: Any, error: str) -> None:
    assert errors(schema, value) == [error]


def test_no_more_errors_than_a_model_can_mend() -> None:
    assert len(errors({"type": "array", "items": {"type": "string"}}, [1] * 1000)) == 12


def test_a_keyword_that_would_pass_unchecked_is_no_schema_of_ours() -> None:
    with pytest.raises(ValueError, match="pattern"):
        errors({"type": "string", "pattern": "^a$"}, "b")
