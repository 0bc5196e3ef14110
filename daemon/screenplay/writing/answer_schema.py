"""The JSON shapes in which a model must answer: flat, every string and list bounded, right in any order of the keys.

They keep to the keywords that every version of Ollama's grammar takes. The page ``system.md`` says what they mean.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from daemon.screenplay.writing.chunks import Chunk
from daemon.screenplay.writing.evidence_lines import heard
from daemon.screenplay.writing.grounding import LONGEST_NAME, LONGEST_PROSE

KINDS = ("heading", "action", "dialogue", "camera", "transition")
MOST_PLACES = 6


def answer_schema(chunk: Chunk) -> dict[str, Any]:
    """For one chunk: its enums hold the chunk's own ids and ``""`` alone."""
    voices = sorted({cue.voice for cue in chunk.cues} - {""})
    element = {
        "kind": {"type": "string", "enum": list(KINDS)},
        "shot": _ids(shot.id for shot in chunk.shots_in_sight),
        "cue": _ids(cue.id for cue in chunk.cues),
        "who": _ids(voices),
        "text": {"type": "string", "maxLength": LONGEST_PROSE},
        "sees": _ids(item.id for items in (chunk.captions, heard(chunk)) for item in items),
    }
    most = 2 * len(chunk.cues) + 3 * len(chunk.shots_in_sight) + len(chunk.captions) + 4
    return _object({"elements": _list(_object(element), most)} | _people_and_places(voices))


def cast_schema(voices: Iterable[str]) -> dict[str, Any]:
    """For the answer that fixes cast and places."""
    return _object(_people_and_places(sorted(set(voices) - {""})))


def _people_and_places(voices: Sequence[str]) -> dict[str, Any]:
    person = _object({"voice": _ids(voices), "name": {"type": "string", "maxLength": LONGEST_NAME}})
    place = {"type": "string", "maxLength": LONGEST_NAME}
    return {"people": _list(person, max(1, len(voices))), "places": _list(place, MOST_PLACES)}


def _ids(ids: Iterable[str]) -> dict[str, Any]:
    return {"type": "string", "enum": [*ids, ""]}


def _list(items: dict[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "maxItems": most}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
