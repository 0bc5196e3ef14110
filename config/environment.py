"""``REELSCRIBE_*`` in the environment, as a document: ``REELSCRIBE_OLLAMA__URL`` is ``ollama.url``.

A list is written with commas (``fountain,md``) or as JSON; an empty variable counts as not set, ``null`` as null.
"""

import json
from collections.abc import Mapping
from typing import Any

from config.documents import Document, Loc
from config.errors import Problem
from config.rules import nearest
from config.settings import Settings

PREFIX = "REELSCRIBE_"
NAME = "environment"


class Environment(Document):
    """A document whose keys are the names of variables."""

    def key(self, loc: Loc) -> str:
        """The variable's name."""
        return PREFIX + "__".join(str(part) for part in loc if isinstance(part, str)).upper()

    def spelled(self, group: Loc, word: str) -> str:
        """The better variable's name: ``word`` may be dotted."""
        return self.key((*group, *word.split(".")))


def read(environ: Mapping[str, str]) -> tuple[Document, list[Problem]]:
    """What the variables say, and those that mean nothing."""
    ours = {name.lower(): value for name, value in environ.items() if name.startswith(PREFIX) and value}
    if not ours:  # the usual case, and the library that reads them costs 5 MB
        return Environment(NAME, {}), []
    document = Environment(NAME, _values(ours))
    return document, [problem for name in ours if (problem := _unknown(document, name))]


def _unknown(document: Environment, name: str) -> Problem | None:
    """A slip in a variable's name. One that is like no key is somebody else's, who uses the same prefix for their own ends."""
    word, *rest = name.removeprefix(PREFIX.lower()).split("__")
    meant = nearest(word, tuple(Settings.model_fields))
    if word in Settings.model_fields or not (meant or rest):
        return None
    return document.problem((word, *rest), "there is no such key", nearest=document.key((meant, *rest)) if meant else "")


def _values(ours: Mapping[str, str]) -> dict[str, Any]:
    from pydantic_settings import BaseSettings, EnvSettingsSource

    class Source(EnvSettingsSource):
        def __init__(self, settings: type[BaseSettings]) -> None:
            super().__init__(settings, env_prefix=PREFIX, env_nested_delimiter="__", env_parse_none_str="null")
            self.env_vars = {name: None if value == "null" else value for name, value in ours.items()}

        def decode_complex_value(self, field_name: str, field: Any, value: Any) -> Any:
            return _decoded(str(value))

    class Known(Settings, BaseSettings):  # type: ignore[misc]  # its model_config is a SettingsConfigDict, a wider one
        pass

    return Source(Known)()


def _decoded(value: str) -> Any:
    """A list or a group of keys. What cannot be read stays text, and is a problem where text does not fit."""
    if value[:1] not in ("[", "{"):
        return [part.strip() for part in value.split(",")]
    try:
        return json.loads(value)
    except ValueError:
        return value
