"""JSON: the screenplay with its evidence, for programs. ``python -m daemon.screenplay.formats.document`` prints its schema."""

import json
import sys
from typing import Any

from pydantic import ConfigDict, Field

from daemon.contract.evidence import Cue, Shot, Skip, Sound
from daemon.contract.values import Frozen
from daemon.screenplay.edition import Edition
from daemon.screenplay.model import Screenplay

SCHEMA = "urn:reelscribe:screenplay:1"


class Stamp(Frozen):
    """Which version a file is. ``sha256`` is of the file without it."""

    version: int
    sha256: str


class Document(Frozen):
    """A film's screenplay, and what was measured that it refers to by id. Times are float seconds from the film's first picture.

    ``film`` is the video's file name, ``duration`` its length in seconds, ``skips`` what was left out.
    """

    model_config = ConfigDict(title="Screenplay", populate_by_name=True, serialize_by_alias=True)

    schema_id: str = Field(SCHEMA, alias="$schema")
    film: str
    duration: float
    screenplay: Screenplay
    shots: tuple[Shot, ...] = ()
    cues: tuple[Cue, ...] = ()
    sounds: tuple[Sound, ...] = ()
    skips: tuple[Skip, ...] = ()
    reelscribe: Stamp | None = None


def document(edition: Edition) -> bytes:
    """The whole file in UTF-8, without its stamp. A cue's single words are left out."""
    made = Document(
        film=edition.film,
        duration=edition.analysis.duration,
        screenplay=edition.screenplay,
        shots=edition.analysis.shots,
        cues=tuple(cue.model_copy(update={"words": ()}) for cue in edition.transcript.cues),
        sounds=edition.transcript.sounds,
        skips=edition.plan.skips,
    )
    left: dict[str, Any] = {"reelscribe": True, "cues": {"__all__": {"words"}}}
    return (json.dumps(made.model_dump(mode="json", exclude=left), ensure_ascii=False, indent=2) + "\n").encode()


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of such a file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA} | Document.model_json_schema()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
