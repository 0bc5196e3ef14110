"""Holds what is written against the settings' types, and says in a person's words what does not fit.

Everything that fits is kept, so that one reading finds all that is wrong.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.documents import Document, Loc
from config.errors import Problem
from config.rules import nearest

SAYS_NOTHING = ("dict_type", "model_type", "tuple_type")  # a group or a list whose lines are all commented out

MEANT_AS_TEXT = ("string_type", "tuple_type", "path_type")  # pydantic's kinds of error where ``007`` was meant as it is written

SHOULD_BE = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "byte_size": "a size, such as 18GiB",
    "dict_type": "keys and values",
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "model_type": "keys and values",
    "path_type": "a path",
    "string_type": "text",
    "tuple_type": "a list",
    "too_short": "more than an empty list",
    "string_too_short": "more than nothing",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
}

SHOULD_MATCH = {
    "language": "a language's code, such as en",
    "keep_alive": "a time with its unit, such as 10m; it must end some day",
}


def checked(
    document: Document, model: type[BaseModel], home: Path | None = None, misplaced: Mapping[str, str] | None = None
) -> tuple[Document, list[Problem]]:
    """The document with everything that fits ``model``, and a problem for each thing that does not.

    ``misplaced`` has a sentence for each key (dotted) that there is, but not here.
    """
    document = _as_meant(document, model, home)
    errors = _errors(document.data, model, home)
    grouped: dict[Loc, list[ErrorDetails]] = defaultdict(list)
    for error in errors:
        grouped[document.written(error["loc"])].append(error)
    problems = [_problem(document, model, loc, found, misplaced or {}) for loc, found in grouped.items()]
    return replace(document, data=_without(document.data, grouped)), problems


def merged(layers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Later layers over earlier ones: groups of keys are joined, everything else is replaced."""
    result: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            below = result.get(key)
            result[key] = merged([below, value]) if isinstance(below, dict) and isinstance(value, dict) else value
    return result


def keys(model: type[BaseModel], prefix: str = "") -> tuple[str, ...]:
    """Every key of ``model``, dotted: ``ollama``, ``ollama.url``, …"""
    found: list[str] = []
    for name, field in model.model_fields.items():
        found.append(prefix + name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found.extend(keys(field.annotation, f"{prefix}{name}."))
    return tuple(found)


def _as_meant(document: Document, model: type[BaseModel], home: Path | None) -> Document:
    """The document with ``007`` as text where text is meant, and without the empty groups that a comment leaves behind."""
    data = deepcopy(document.data)
    for error in _errors(data, model, home):
        loc = error["loc"]
        if document.written(loc) != loc:
            continue
        if document.value(loc) is None and error["type"] in SAYS_NOTHING:
            del _group(data, loc)[loc[-1]]
        elif document.value(loc) is not None and error["type"] in MEANT_AS_TEXT and loc in document.texts:
            _group(data, loc)[loc[-1]] = document.texts[loc]
    return replace(document, data=data)


def _errors(data: dict[str, Any], model: type[BaseModel], home: Path | None) -> list[ErrorDetails]:
    try:
        model.model_validate(data, context={"home": home})
    except ValidationError as error:
        return error.errors(include_url=False)
    return []


def _group(data: Any, loc: Loc) -> Any:
    """What holds the value at ``loc``."""
    for part in loc[:-1]:
        data = data[part]
    return data


def _without(data: dict[str, Any], locs: Mapping[Loc, Any]) -> dict[str, Any]:
    """The data without what stands at ``locs``; a list with a fault in it goes as a whole."""
    kept = deepcopy(data)
    for fault in locs:
        numbers = [depth for depth, part in enumerate(fault) if isinstance(part, int)]
        loc = fault[: numbers[0]] if numbers else fault
        with suppress(KeyError):  # two faults in one list
            del _group(kept, loc)[loc[-1]]
    return kept


def _problem(document: Document, model: type[BaseModel], loc: Loc, errors: list[ErrorDetails], misplaced: Mapping[str, str]) -> Problem:
    first = errors[0]
    if first["type"] == "extra_forbidden":
        return _unknown(document, model, loc, misplaced)
    if first["type"] == "missing":
        return document.problem(loc, f"'{first['loc'][-1]}' is missing")
    sentences = [_sentence(error, str(loc[-1])) for error in errors]
    message = " or ".join([sentences[0], *(sentence.removeprefix("should be ") for sentence in sentences[1:])])
    return document.problem(loc, message, nearest=_nearest_choice(errors))


def _unknown(document: Document, model: type[BaseModel], loc: Loc, misplaced: Mapping[str, str]) -> Problem:
    """The problem of a key that is not taken here: among its siblings one may be meant, or one that stands elsewhere."""
    word, dotted = str(loc[-1]), ".".join(map(str, loc))
    if dotted in misplaced:
        return document.problem(loc, misplaced[dotted])
    elsewhere = [key for key in keys(model) if key.rpartition(".")[2] == word]
    meant = nearest(word, tuple(_section(model, loc[:-1]).model_fields)) or "".join(elsewhere[:1])
    return document.problem(loc, "there is no such key", nearest=document.spelled(loc[:-1], meant) if meant else "")


def _sentence(error: ErrorDetails, key: str) -> str:
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        return str(context["error"])
    if error["type"] == "literal_error":
        wish = str(context["expected"])
    elif error["type"] == "string_pattern_mismatch":
        wish = SHOULD_MATCH[key]
    else:
        wish = SHOULD_BE.get(error["type"], "something else: " + error["msg"]).format(**context)
    return f"should be {wish}"


def _nearest_choice(errors: list[ErrorDetails]) -> str:
    first = errors[0]
    if first["type"] != "literal_error" or not isinstance(first["input"], str):
        return ""
    return nearest(first["input"], tuple(str(first["ctx"]["expected"]).replace(" or ", ", ").replace("'", "").split(", ")))


def _section(model: type[BaseModel], loc: Loc) -> type[BaseModel]:
    """The group of keys at ``loc``."""
    for part in loc:
        if isinstance(part, str):
            model = _model_in(model.model_fields[part].annotation) or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
