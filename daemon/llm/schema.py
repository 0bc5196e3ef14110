"""Whether an answer is what its schema asked for.

The server's grammar fails open, ignores half of the keywords and differs from version to version, so what comes back is measured
again here. Knows the keywords that every version takes; any other in a schema raises ValueError, since it would pass unchecked.
"""

import json
from collections.abc import Iterator
from typing import Any

from daemon.llm.values import JsonSchema

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
KEYWORDS = {"type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "minLength", "maxLength",
            "minimum", "maximum", "enum", "const", "anyOf", "title", "description"}  # fmt: skip
MOST = 12  # errors that are told: a model mends the first ones or none


def errors(schema: JsonSchema, value: Any) -> list[str]:
    """What is wrong with ``value``, each with the path to the place; at most 12 sentences."""
    found = _errors(schema, value, "$")
    return [error for error, _ in zip(found, range(MOST), strict=False)]


def _errors(schema: JsonSchema, value: Any, path: str) -> Iterator[str]:
    if unknown := set(schema) - KEYWORDS:
        raise ValueError(f"a schema keyword that is not checked: {sorted(unknown)}")
    if "anyOf" in schema:
        yield from _any_of(schema["anyOf"], value, path)
    if "type" in schema and not _is(value, schema["type"]):
        yield f"{path} must be of type {_listed(schema['type'])}"
        return
    yield from _fixed(schema, value, path)
    yield from _bounds(schema, value, path)
    if isinstance(value, dict):
        yield from _object(schema, value, path)
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from _errors(schema["items"], item, f"{path}[{number}]")


def _object(schema: JsonSchema, value: dict[str, Any], path: str) -> Iterator[str]:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{path}.{name} is missing"
    for name, inner in value.items():
        if name in known:
            yield from _errors(known[name], inner, f"{path}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{path} may not have {_shown(name)}"


def _fixed(schema: JsonSchema, value: Any, path: str) -> Iterator[str]:
    if "enum" in schema and not any(_same(value, allowed) for allowed in schema["enum"]):
        yield f"{path} is {_shown(value)}, and must be one of {_shown(schema['enum'])}"
    if "const" in schema and not _same(value, schema["const"]):
        yield f"{path} must be {_shown(schema['const'])}"


def _bounds(schema: JsonSchema, value: Any, path: str) -> Iterator[str]:
    for size, unit, least, most in (
        (len(value) if isinstance(value, str) else None, " characters", "minLength", "maxLength"),
        (len(value) if isinstance(value, list) else None, " items", "minItems", "maxItems"),
        (value if _is(value, "number") else None, "", "minimum", "maximum"),
    ):
        if size is None:
            continue
        if least in schema and size < schema[least]:
            yield f"{path} must be at least {schema[least]}{unit}"
        if most in schema and size > schema[most]:
            yield f"{path} must be at most {schema[most]}{unit}"


def _any_of(choices: list[JsonSchema], value: Any, path: str) -> Iterator[str]:
    if not any(next(_errors(choice, value, path), None) is None for choice in choices):
        yield f"{path} fits none of the forms that it may have"


def _is(value: Any, wanted: str | list[str]) -> bool:
    """JSON knows true and 1 apart, Python does not."""
    names = [wanted] if isinstance(wanted, str) else wanted
    return any(isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool)) for name in names)


def _same(one: Any, other: Any) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _listed(wanted: str | list[str]) -> str:
    return wanted if isinstance(wanted, str) else " or ".join(wanted)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"
