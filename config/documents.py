"""One YAML file as a value. Owns what YAML may say in it; knows no key.

YAML 1.2, so that ``1:30`` and ``no`` stay text. Refused with a sentence: more than 64 KB, what is not UTF-8, anchors, aliases and
tags, doubled keys, deep nesting, numbers beyond reason. Nothing but ``ConfigProblems`` is raised.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent, DocumentStartEvent, Event, MappingStartEvent, NodeEvent, ScalarEvent, SequenceStartEvent
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.resolver import VersionedResolver

from config import files
from config.errors import ConfigProblems, Problem, clipped, refused

LARGEST = 64 * 1024  # bytes
DEEPEST = 10  # levels of nesting; the settings need four
LONGEST_NUMBER = 20  # characters; a byte count or a time in seconds needs fewer

Loc = tuple[str | int, ...]
Mark = tuple[int, int]  # line and column, from 1


@dataclass(frozen=True)
class Document:
    """What one place says: a file, or the environment.

    ``marks`` tells where each key and list entry stands; ``texts`` how each number, truth value or null was written, for a title
    such as ``007``.
    """

    file: str
    data: dict[str, Any]
    marks: Mapping[Loc, Mark] = field(default_factory=dict)
    texts: Mapping[Loc, str] = field(default_factory=dict)

    def key(self, loc: Loc) -> str:
        """The key as a person calls it: ``inboxes[0].path``."""
        return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")

    def spelled(self, group: Loc, word: str) -> str:
        """The better key ``word`` as a person would write it in ``group``."""
        return word

    def written(self, loc: Loc) -> Loc:
        """The longest part of ``loc`` that is written in this document: all of it, or where a shorter way of saying it stands."""
        value: Any = self.data
        for depth, part in enumerate(loc):
            if not (part in value if isinstance(value, dict) else isinstance(value, list) and part in range(len(value))):
                return loc[:depth]
            value = value[part]
        return loc

    def value(self, loc: Loc) -> Any:
        """What is written at ``loc``, which must be written."""
        value: Any = self.data
        for part in loc:
            value = value[part]
        return value

    def problem(self, loc: Loc, message: str, *, nearest: str = "", advice: str = "") -> Problem:
        """``message`` about the key at ``loc``, with its line and column."""
        line, column = self.marks.get(self.written(loc), (0, 0))
        return Problem(self.file, message, line, column, self.key(loc), nearest, advice)


def read(path: Path, *, through_link: bool = False) -> Document | None:
    """The document in ``path``; None where there is no such file. ``through_link`` as in ``files.content``."""
    content = files.content(path, LARGEST, through_link=through_link)
    return None if content is None else parse(content, str(path))


def parse(content: bytes, file: str) -> Document:
    """The document that ``content`` spells; empty content is an empty document. ``file`` is named in problems."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise refused(file, "this is not UTF-8 text", (line, column), "save it as UTF-8") from None
    return _Reading(file, text).document()


class _Reading:
    """One pass over the parser's events. A document is small and shallow, or it is refused as soon as it shows itself not to be."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        self._marks: dict[Loc, Mark] = {}
        self._texts: dict[Loc, str] = {}
        self._resolver = VersionedResolver(version="1.2")

    def document(self) -> Document:
        try:
            return self._document(iter(YAML(typ="safe", pure=True).parse(self._text)))
        except ConfigProblems:
            raise
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise self._broken(_reason(error), _mark(mark) if mark else (0, 0)) from None
        except ReaderError as error:
            raise self._broken("a control character", self._at(int(error.position))) from None
        except Exception as error:  # the parser has ways to fail that it does not name: ValueError, RecursionError, …
            raise self._broken(str(error)) from error

    def _broken(self, why: object, mark: Mark = (0, 0)) -> ConfigProblems:
        return refused(self._file, f"cannot be read as YAML: {clipped(str(why))}", mark)

    def _at(self, position: int) -> Mark:
        return self._text.count("\n", 0, position) + 1, position - self._text.rfind("\n", 0, position)

    def _document(self, events: Iterator[Event]) -> Document:
        root: Any = None
        starts = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                starts += 1
                if starts > 1:
                    raise self._refuse(event, "there is a second document (---) in it")
                root = self._value(next(events), events, ())
        if root is None:
            root = {}
        if not isinstance(root, dict):
            raise refused(self._file, "should hold lines of the form key: value", (1, 1))
        self._marks[()] = (1, 1)
        return Document(self._file, root, self._marks, self._texts)

    def _value(self, event: Event, events: Iterator[Event], loc: Loc) -> Any:
        self._check(event, loc)
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, loc)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, loc)
        return self._scalar(event, loc)

    def _check(self, event: Event, loc: Loc) -> None:
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor is not None):
            raise self._refuse(event, "anchors (&) and aliases (*) are not taken here", advice="write the value out, or in quotes")
        if getattr(event, "tag", None) is not None:
            raise self._refuse(event, "tags (!) are not taken here", advice="write the value in quotes")
        if len(loc) > DEEPEST:
            raise self._refuse(event, "is nested too deeply")

    def _mapping(self, events: Iterator[Event], loc: Loc) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while isinstance(event := next(events), NodeEvent):
            self._check(event, loc)
            if not isinstance(event, ScalarEvent):
                raise self._refuse(event, "a key should be a word")
            key = self._clean(event)
            if key in found:
                first = self._marks[*loc, key][0]
                raise self._refuse(event, f"'{clipped(key)}' is here twice, first in line {first}", advice="keep one of them")
            self._marks[*loc, key] = _mark(event.start_mark)
            found[key] = self._value(next(events), events, (*loc, key))
        return found

    def _sequence(self, events: Iterator[Event], loc: Loc) -> list[Any]:
        found: list[Any] = []
        while isinstance(event := next(events), NodeEvent):
            at = (*loc, len(found))
            self._marks[at] = _mark(event.start_mark)
            found.append(self._value(event, events, at))
        return found

    def _scalar(self, event: Any, loc: Loc) -> Any:
        text = self._clean(event)
        kind = str(self._resolver.resolve(ScalarNode, text, event.implicit)).rpartition(":")[2]
        if kind in ("int", "float") and len(text) > LONGEST_NUMBER:
            raise self._refuse(event, "this number is too long")
        value = _typed(kind, text)
        if not isinstance(value, str):
            self._texts[loc] = text
        return value

    def _clean(self, event: ScalarEvent) -> str:
        text = str(event.value)
        if any(0xD800 <= ord(char) <= 0xDFFF for char in text):
            raise self._refuse(event, "there is half a character in it (\\ud800 to \\udfff)")
        return text

    def _refuse(self, event: Event, message: str, *, advice: str = "") -> ConfigProblems:
        return refused(self._file, message, _mark(event.start_mark), advice)


def _reason(error: MarkedYAMLError) -> str:
    if not (error.context and error.context_mark and error.problem):
        return str(error.problem or error.context)
    return f"{error.problem} {error.context}, which begins in line {error.context_mark.line + 1}"


def _mark(mark: Any) -> Mark:
    return mark.line + 1, mark.column + 1


def _typed(kind: str, text: str) -> Any:
    """A scalar by YAML 1.2's kinds; what only looks like a number (``1__0``, ``.inf``) stays text."""
    try:
        match kind:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return int(text, 0) if text.lstrip("+-")[:2].lower() in ("0x", "0o", "0b") else int(text)
            case "float":
                return float(text)
            case _:
                return text
    except ValueError:
        return text
