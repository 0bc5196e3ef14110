"""What is written about the settings is what they are."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from config import documents
from config.checking import keys
from config.load import DEFAULTS
from config.overrides import FilmFile
from config.settings import FORMATS, WHISPER_MODELS, Inbox, Settings
from config.styles import names

DOCS = Path(__file__).parents[2] / "docs" / "configuration.md"


def said(path: Path) -> documents.Document:
    document = documents.read(path)
    assert document is not None
    return document


def test_the_defaults_file_says_every_default_in_the_settings_order() -> None:
    defaults = Settings().model_dump(mode="json")
    found = said(DEFAULTS).data
    assert found == defaults
    assert list(found) == list(defaults)
    assert {key: list(found[key]) for key in found if isinstance(found[key], dict)} == {
        key: list(defaults[key]) for key in defaults if isinstance(defaults[key], dict)
    }


def test_every_default_has_a_comment_above_it() -> None:
    lines = DEFAULTS.read_text().splitlines()
    bare = [line for before, line in pairwise(lines) if re.match(r" *\w+: +\S", line) and "#" not in before]
    assert bare == []


def test_every_key_is_explained() -> None:
    text = DOCS.read_text()
    explained = set(re.findall(r"^\| `([\w.]+)` \|", text, re.MULTILINE))
    groups = {key.partition(".")[0] for key in keys(Settings) if "." in key}
    assert explained >= set(keys(Settings)) - groups
    assert explained >= {f"inboxes.{name}" for name in Inbox.model_fields}


def test_nothing_is_explained_that_there_is_not() -> None:
    explained = set(re.findall(r"^\| `([\w.]+)` \|", DOCS.read_text(), re.MULTILINE))
    assert explained - set(keys(Settings)) <= {"inboxes.path", "inboxes.recipe", "title", "skips", "characters"}


def test_the_defaults_that_are_explained_are_the_defaults() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| `([^`]+)` \|", DOCS.read_text(), re.MULTILINE)
    assert len(rows) > 20
    for key, default in rows:
        value: Any = {"inboxes": {"recipe": "screenplay"}} if key == "inboxes.recipe" else Settings().model_dump(mode="json")
        for part in key.split("."):
            value = value[part]
        shown = {None: "null", False: "false"}.get(value, value) if not isinstance(value, list | float) else value
        shown = shown[0] if isinstance(shown, list) else f"{shown:g}" if isinstance(shown, float) else str(shown)
        assert shown == default, key


def test_every_key_of_a_films_own_file_is_explained() -> None:
    text = DOCS.read_text().partition("## Choices for one film")[2]
    assert [key for key in FilmFile.model_fields if f"`{key}`" not in text] == []


def test_the_default_style_and_formats_are_there() -> None:
    assert Settings().script.style in names()
    assert set(Settings().script.formats) <= set(FORMATS)
    assert all(f"`{style}`" in DOCS.read_text() for style in names())


def test_every_model_size_of_faster_whisper_is_known() -> None:
    """Its list is read as text: importing it would load the whole library."""
    from importlib.util import find_spec

    spec = find_spec("faster_whisper")
    assert spec is not None
    assert spec.origin is not None
    source = (Path(spec.origin).parent / "utils.py").read_text()
    table = source.partition("_MODELS = {")[2].partition("}")[0]
    assert set(re.findall(r'"([\w.-]+)":', table)) == set(WHISPER_MODELS)


def test_each_group_of_keys_is_frozen_and_takes_no_other_key() -> None:
    groups: list[type[BaseModel]] = [Settings, FilmFile, Inbox]
    groups += [field.annotation for field in Settings.model_fields.values() if isinstance(field.annotation, type)]
    for group in groups:
        if issubclass(group, BaseModel):
            assert group.model_config.get("frozen"), group
            assert group.model_config.get("extra") == "forbid", group
