"""Fills in the pages that a model is given, and says what is wrong with one that cannot be filled in.

Pages are Jinja2, in a sandbox, without escaping: what comes from a film is quoted before it gets here. The library is heavy for a
process that lives for months, so this module is imported only where pages are filled in, or are a person's own.
"""

import traceback
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment

from config import pages
from config.errors import ConfigProblems, Problem, printable
from config.pages import Page
from config.rules import nearest

_PERSON = {"voice": '"SPEAKER 1"', "name": '"ANNA"'}
_FULL: Mapping[str, Any] = {
    "title": '"Night Train"',
    "length": "01:30:00.0",
    "start": "00:00:30.0",
    "end": "00:01:00.0",
    "people": [_PERSON, _PERSON],
    "places": ['"STATION"', '"HARBOUR"'],
    "before": ['"We leave tonight."'],
    "evidence": ["S1  00:00:30.0–00:01:00.0  dark", 'c1  00:00:31.0  "Not without Marco."'],
    "after": ['"Wait!"'],
    "lines": ['"Not without Marco."'],
    "errors": ["The text contains a time."],
    "style": "You are a screenwriter.",
    "text": ['"She waits."'],
    "instructions": '"Shorter."',
}
_BARE: Mapping[str, Any] = {name: type(value)() for name, value in _FULL.items()}  # nothing of anything


class Rendering:
    """The pages, ready to be filled in."""

    def __init__(self, found: Mapping[str, Page]) -> None:
        def source(name: str) -> tuple[str, str, None] | None:
            return (found[name].text, found[name].file, None) if name in found else None

        self._found = found
        self._environment = SandboxedEnvironment(
            loader=FunctionLoader(source), undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
        )

    def text(self, name: str, **values: Any) -> str:
        """The page called ``name``, filled in. Raises ConfigProblems, with the line of its source."""
        try:
            return self._environment.get_template(name).render(**values).strip()
        except Exception as error:  # a page can do what any expression can: divide by zero, call what is no function, include itself
            raise ConfigProblems([self._problem(name, error)]) from error

    def problems(self) -> Iterator[Problem]:
        """What is wrong with any of the pages: each is read, and filled in with what a film may give."""
        for name in self._found:
            yield from self._known_to_nobody(name) or self._unreadable(name) or self._unknown(name) or self._unfit(name)

    def _known_to_nobody(self, name: str) -> list[Problem]:
        if name in pages.NAMES or name.startswith(f"{pages.STYLES}/"):
            return []
        meant = nearest(name, pages.NAMES)
        advice = "" if meant else f"there are {', '.join(pages.NAMES)}, and {pages.STYLES}/NAME{pages.ENDING} for a style"
        return [Problem(self._found[name].file, "there is no page of this name", nearest=meant, advice=advice)]

    def _unreadable(self, name: str) -> list[Problem]:
        try:
            self._environment.get_template(name)
        except (TemplateError, RecursionError) as error:
            return [self._problem(name, error)]
        return []

    def _unknown(self, name: str) -> list[Problem]:
        """Variables that the page is not told, and those that it may not leave out."""
        told, tree = pages.told(name), self._environment.parse(self._found[name].text)
        used = meta.find_undeclared_variables(tree) - set(self._environment.globals)
        lines = {node.name: node.lineno for node in reversed(list(tree.find_all(nodes.Name)))}
        unknown = [self._at(name, lines.get(word, 1), f"'{word}' is not known here", told.names, word) for word in used - {*told.names}]
        if any(tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport))):
            return unknown
        return unknown + [self._at(name, 1, f"{{{{ {word} }}}} is missing") for word in told.needs if word not in used]

    def _unfit(self, name: str) -> list[Problem]:
        for values, language, seen in product((_FULL, _BARE), ("", "de"), (False, True)):
            given = {**values, "language": language, "seen": seen}
            try:
                self.text(name, **{key: given[key] for key in pages.told(name).names})
            except ConfigProblems as error:
                return list(error.problems)
        return []

    def _at(self, name: str, line: int, message: str, known: tuple[str, ...] = (), word: str = "") -> Problem:
        meant = nearest(word, known)
        advice = f"there are {', '.join(known)}" if known and not meant else ""
        return Problem(self._found[name].file, message, line, 1, nearest=meant, advice=advice)

    def _problem(self, name: str, error: Exception) -> Problem:
        """With the deepest line of a page on the way to the error."""
        sources = {page.file for page in self._found.values()}
        if isinstance(error, TemplateSyntaxError):
            return Problem(error.filename or self._file(name), printable(error.message or "cannot be read"), error.lineno, 1)
        at = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in sources]
        missing = isinstance(error, TemplateNotFound)
        message = f"there is no page '{error}'" if missing else str(error) or type(error).__name__
        return Problem(at[-1].filename, message, at[-1].lineno or 1, 1) if at else Problem(self._file(name), message)

    def _file(self, name: str) -> str:
        return self._found[name].file if name in self._found else name


def problems(own: Path) -> list[Problem]:
    """What is wrong with the pages in a person's folder."""
    try:
        return list(Rendering(pages.read(own)).problems())
    except ConfigProblems as error:
        return list(error.problems)
