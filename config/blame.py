"""Which document, and where in it, is to be told that something is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from config import rules, styles
from config.documents import Document, Loc
from config.errors import Problem
from config.rules import Objection
from config.settings import Settings


def misnamed(document: Document, data: Mapping[str, Any], home: Path | None, prompts: Path | None) -> list[Problem]:
    """Names that nobody knows in ``data``, which is the part of the document that holds settings.

    ``prompts`` is the person's folder of pages, whose styles have names too.
    """
    settings = Settings.model_validate(data, context={"home": home})
    return [_problem(document, objection) for objection in rules.names(settings, styles.names(prompts)) if _says(document, objection)]


def blamed(objections: Iterable[Objection], layers: Sequence[Document]) -> list[Problem]:
    """Each objection against the strongest layer that says one of its values."""
    return [_problem(layer, objection) for objection in objections for layer in _speakers(objection, layers)[-1:]]


def _speakers(objection: Objection, layers: Sequence[Document]) -> list[Document]:
    return [layer for layer in layers if _says(layer, objection)]


def _problem(document: Document, objection: Objection) -> Problem:
    loc = next(loc for loc in objection.locs if _is_written(document, loc))
    return document.problem(document.written(loc), objection.message, nearest=objection.nearest)


def _says(document: Document, objection: Objection) -> bool:
    return any(_is_written(document, loc) for loc in objection.locs)


def _is_written(document: Document, loc: Loc) -> bool:
    """Whether ``loc`` is written here, be it in a shorter form such as ``formats: pdf``."""
    written = document.written(loc)
    return written == loc or (bool(written) and not isinstance(document.value(written), dict))
