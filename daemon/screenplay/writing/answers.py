"""Reads what a model gave, whatever it is: nothing here fails on a wrong shape."""

from typing import Any

from daemon.screenplay.names import ROLES
from daemon.screenplay.writing.words import Said

LONGEST_NAME = 40  # characters


def items(answer: Any, key: str) -> list[dict[str, Any]]:
    """The objects in the list ``key`` of an answer, whatever else stands there."""
    listed = answer.get(key) if isinstance(answer, dict) else None
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def text_of(item: dict[str, Any], key: str) -> str:
    """A field as one line of text; ``""`` where there is none."""
    value = item.get(key)
    return " ".join(value.split()) if isinstance(value, str) else ""


def named(answer: Any, voices: set[str], film: Said) -> dict[str, str]:
    """Voice → name. A name was said in the film or is a plain role; no two voices share one, and none is a voice's label."""
    names: dict[str, str] = {}
    for person in items(answer, "people"):
        voice, name = text_of(person, "voice"), " ".join(text_of(person, "name").upper().split())
        fits = 0 < len(name) <= LONGEST_NAME and film.has_name(name, " ".join(ROLES))
        if voice and voice in voices and voice not in names and fits and name not in names.values():
            names[voice] = name
    return names


def places(answer: Any, film: Said) -> tuple[str, ...]:
    """The places that the answer names and the film speaks of or shows, each once."""
    listed = answer.get("places") if isinstance(answer, dict) else None
    found = [" ".join(place.upper().split()) for place in listed if isinstance(place, str)] if isinstance(listed, list) else []
    return tuple(dict.fromkeys(place for place in found if len(place) <= LONGEST_NAME and film.has_words(place)))
