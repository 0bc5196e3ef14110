"""What a schema may hold: the keywords that Ollama's grammar converter enforces, in every version of it.

Those that it passes over in silence, and those that only some versions take, are refused here, so that no test rests on them.
"""

from typing import Any

from tests.fakes.ollama.requests import Refusal

KEYWORDS = {"type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "minLength", "maxLength",
            "minimum", "maximum", "enum", "const", "anyOf", "oneOf", "$ref", "$defs", "title", "description"}  # fmt: skip
TYPES = {"object", "array", "string", "integer", "number", "boolean", "null"}


def check(schema: Any, root: dict[str, Any] | None = None) -> None:
    """Raises Refusal (400) for a schema that cannot be made a grammar."""
    if not isinstance(schema, dict):
        raise Refusal(400, f"failed to convert schema to grammar: a schema must be an object, not {schema!r}")
    root = schema if root is None else root
    if unknown := sorted(set(schema) - KEYWORDS):
        raise Refusal(400, f"failed to convert schema to grammar: not enforced everywhere: {', '.join(unknown)}")
    for name in _types(schema):
        if name not in TYPES:
            raise Refusal(400, f"failed to convert schema to grammar: Unrecognized schema type {name}")
    _numbers(schema)
    _required(schema)
    resolve(schema, root)
    for inner in _inside(schema):
        check(inner, root)


def resolve(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, or the one that it refers to."""
    if "$ref" not in schema:
        return schema
    target: Any = root
    for part in schema["$ref"].removeprefix("#/").split("/"):
        if not schema["$ref"].startswith("#/") or not isinstance(target, dict) or part not in target:
            raise Refusal(400, f"failed to convert schema to grammar: Error resolving ref {schema['$ref']}")
        target = target[part]
    found: dict[str, Any] = target
    return found


def _types(schema: dict[str, Any]) -> list[str]:
    given = schema.get("type", [])
    return [given] if isinstance(given, str) else list(given)


def _numbers(schema: dict[str, Any]) -> None:
    """A number's bounds hold for integers alone."""
    if "number" in _types(schema) and {"minimum", "maximum"} & set(schema):
        raise Refusal(400, "failed to convert schema to grammar: not enforced: minimum or maximum of a number")


def _required(schema: dict[str, Any]) -> None:
    if missing := set(schema.get("required", ())) - set(schema.get("properties", {})):
        raise Refusal(400, f"failed to convert schema to grammar: not enforced: required names without properties: {sorted(missing)}")


def _inside(schema: dict[str, Any]) -> list[Any]:
    inner = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if "items" in schema:
        inner.append(schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        inner.append(schema["additionalProperties"])
    return inner
