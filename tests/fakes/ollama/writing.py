"""Writes an answer to a schema: seeded, its strings made of words found in the prompt, its ids those of the schema.

Arrays of elements whose properties are enums of ids walk through the evidence: each id about once, in the order in which the prompt
speaks of them, its words taken from what the prompt says of it. Everything else follows the schema at random.
"""

import re
from random import Random
from typing import Any

from tests.fakes.ollama import sense
from tests.fakes.ollama.evidence import WORD, Evidence
from tests.fakes.ollama.grammar import resolve

SHORT = 40  # characters: a shorter string is a name
USUAL = 120  # characters of a sentence
ITEMS = 3  # of an array that says nothing of its length
Schema = dict[str, Any]


class Writer:
    """One answer. The same schema, prompt and seed give the same one. ``seen`` is what a picture shows: then that is all it says."""

    def __init__(self, schema: Schema, prompt: str, seed: int, seen: str = "") -> None:
        self._seen = seen
        self._root = schema
        self._random = Random(f"{seed}|{prompt}")
        self._evidence = Evidence(prompt, tuple(_ids_in(schema)))

    def answer(self) -> Any:
        """A value that the schema allows."""
        return self._value(self._root, "")

    def sentence(self, words: list[str] | None = None, least: int = 0, most: int = USUAL) -> str:
        """A sentence of the prompt's words, ``least`` to ``most`` characters."""
        chosen = words if words and len(words) > 2 else self._evidence.words
        start = self._random.randrange(len(chosen))
        text = " ".join((chosen * 3)[start : start + self._random.randint(4, 14)])
        return _fitted(text[:1].upper() + text[1:] + ".", least, most, chosen)

    def _value(self, schema: Schema, name: str) -> Any:
        schema = resolve(schema, self._root)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        for several in ("anyOf", "oneOf"):
            if several in schema:
                return self._value(self._random.choice(schema[several]), name)
        return self._typed(schema, name)

    def _typed(self, schema: Schema, name: str) -> Any:
        given = schema.get("type", "object" if "properties" in schema else "string")
        kind = given if isinstance(given, str) else self._random.choice(given)
        match kind:
            case "object":
                return self._object(schema)
            case "array":
                return self._array(schema, name)
            case "string":
                return self._string(schema, name)
            case "integer":
                least = schema.get("minimum", 0)
                return self._random.randint(least, schema.get("maximum", least + 100))
            case "number":
                return round(self._random.random(), 3)
            case "boolean":
                return self._random.random() < 0.5
        return None

    def _object(self, schema: Schema) -> dict[str, Any]:
        """Required keys, and those that are not about every other time; in the schema's order."""
        required = schema.get("required", ())
        names = [name for name in schema.get("properties", {}) if name in required or self._random.random() < 0.5]
        return {name: self._value(schema["properties"][name], name) for name in names}

    def _array(self, schema: Schema, name: str) -> list[Any]:
        item = resolve(schema.get("items", {"type": "string"}), self._root)
        least, most = schema.get("minItems", 0), schema.get("maxItems", 10_000)
        if references := _references(item):
            return self._walk(item, references, least, most)
        return [self._value(item, name) for _ in range(min(max(ITEMS, least), most))]

    def _walk(self, item: Schema, references: dict[str, list[str]], least: int, most: int) -> list[dict[str, Any]]:
        sort_of = {name: sort for sort, names in references.items() for name in names}
        steps = [(sort_of[name], name, kind) for name in self._every(references) for kind in self._kinds(item, sort_of[name], name)]
        steps = _thinned(steps, most)
        while steps and len(steps) < least:
            steps.append(steps[-1])
        return [self._element(item, references, *step) for step in steps]

    def _every(self, references: dict[str, list[str]]) -> list[str]:
        """The ids in the order of the film."""
        return list(dict.fromkeys(self._evidence.in_order([name for names in references.values() for name in names])))

    def _kinds(self, item: Schema, sort: str, name: str) -> list[str]:
        choices = [kind for kind in resolve(item["properties"].get("kind", {}), self._root).get("enum", ()) if isinstance(kind, str)]
        shots = _references(item).get("shot", ())
        first = bool(shots) and self._evidence.in_order(list(shots))[0] == name
        return sense.kinds(choices, sort, self._evidence.about(name), first) or choices[:1] or [""]

    def _element(self, item: Schema, references: dict[str, list[str]], sort: str, name: str, kind: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, schema in item["properties"].items():
            resolved = resolve(schema, self._root)
            if key == sort:
                made[key] = name
            elif key == "kind" and kind:
                made[key] = kind
            elif key in references or (key in sense.SECOND and "enum" in resolved):
                made[key] = self._second(resolved["enum"], name)
            elif resolved.get("type") == "string" and "enum" not in resolved:
                made[key] = self._text(resolved, key, kind, name)
            else:
                made[key] = self._value(resolved, key)
        return made

    def _second(self, choices: list[Any], name: str) -> Any:
        """What the evidence of ``name`` says of another enum, else nothing where that may be said."""
        about = self._evidence.about(name)
        named = [choice for choice in choices if choice and re.search(rf"(?<!\w){re.escape(str(choice))}(?!\w)", about)]
        return named[0] if named else ("" if "" in choices else self._random.choice(choices))

    def _text(self, schema: Schema, key: str, kind: str, name: str) -> str:
        least, most = schema.get("minLength", 0), schema.get("maxLength", USUAL)
        words = self._evidence.unspoken(name)
        if kind == "heading" and key not in sense.NAMES:
            return _fitted(sense.heading(words or self._evidence.words, self._evidence, self._random), least, most, self._evidence.words)
        if kind == "camera" and key not in sense.NAMES:
            return _fitted(sense.camera(self._evidence.about(name)), least, most, self._evidence.words)
        if kind == "dialogue" and least == 0:
            return ""  # the words are the cue's own
        return self._string(schema, key, words)

    def _string(self, schema: Schema, name: str, words: list[str] | None = None) -> str:
        least, most = schema.get("minLength", 0), schema.get("maxLength", USUAL)
        if self._seen:
            return self._seen[:most]
        if name in sense.NAMES or most <= SHORT:
            return _fitted(self._random.choice(words or self._evidence.words).upper(), least, most, self._evidence.words)
        return self.sentence(words, least, min(most, USUAL) if least <= USUAL else most)


def free_text(prompt: str, seed: int) -> str:
    """An answer where no schema is asked for."""
    writer = Writer({}, prompt, seed)
    return " ".join(writer.sentence() for _ in range(3))


def thoughts(prompt: str, seed: int) -> str:
    """What a model thinks before it answers."""
    words = WORD.findall(prompt) or ["word"]
    return "Let me think: " + " ".join(Random(f"{seed}").choices(words, k=60))


def _references(item: Schema) -> dict[str, list[str]]:
    """The properties of an element that are enums of ids, each with its ids. ``who`` counts only where nothing else refers."""
    found = {name: _ids(schema) for name, schema in item.get("properties", {}).items()}
    found = {name: ids for name, ids in found.items() if ids}
    return {name: ids for name, ids in found.items() if name not in sense.SECOND} or found


def _ids(schema: Schema) -> list[str]:
    """The ids of an enum: words with a figure in them, ``""`` left out."""
    values = [value for value in schema.get("enum", ()) if isinstance(value, str) and value]
    return values if values and all(re.search(r"\d", value) for value in values) else []


def _ids_in(schema: Any) -> list[str]:
    if isinstance(schema, dict):
        firsts = (inner for name, inner in schema.items() if name not in sense.SECOND)
        return [*_ids(schema), *(name for inner in firsts for name in _ids_in(inner))]
    return [name for inner in schema for name in _ids_in(inner)] if isinstance(schema, list) else []


def _thinned(steps: list[tuple[str, str, str]], most: int) -> list[tuple[str, str, str]]:
    """At most ``most``; what is left out first is what rests on no cue."""
    spare = len(steps) - most
    for step in reversed(steps[:]):
        if spare > 0 and step[0] != "cue":
            steps.remove(step)
            spare -= 1
    return steps[:most]


def _fitted(text: str, least: int, most: int, words: list[str]) -> str:
    while len(text) > most and " " in text:
        text = text.rpartition(" ")[0]
    text = text[:most]
    while len(text) < least:
        text = f"{text} {words[len(text) % len(words)]}".strip()[:most]
        if text.endswith(" "):
            text = text[:-1] + "s"
    return text
