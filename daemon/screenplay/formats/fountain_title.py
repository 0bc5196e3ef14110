"""The title page of a Fountain file: keys and values, each on its line or indented below its key."""

import re
from collections.abc import Iterator

from daemon.screenplay.formats.fountain_syntax import GUARD, escaped, plain
from daemon.screenplay.formats.paragraphs import one_line
from daemon.screenplay.model import TitlePage

UNTITLED = "Untitled"

_INDENT = "    "
_LIKE_A_KEY = re.compile(r"[A-Za-z0-9 ]+:")
_FIELD = re.compile(r"([^\s:][^:]*):[ \t]*(.*)")
_VALUE = re.compile(r"(?: {3,}|[ ]*\t)[ \t]*(\S.*)")


def title_page(page: TitlePage) -> str:
    """Its text. There is always one, so that no first line of the script is taken for it."""
    return page.typed if page.typed and _said(read(page.typed)) == _said(page) else _written(page)


def is_title_page(block: str) -> bool:
    """Whether the first block of a file is one, and not a first line such as ``FADE IN:``."""
    lines = block.split("\n")
    first = _FIELD.fullmatch(lines[0])
    if first is None or (len(lines) == 1 and not first[2] and first[1] == first[1].upper()):
        return False
    return all(_FIELD.fullmatch(line) or _VALUE.fullmatch(line) for line in lines)


def read(block: str) -> TitlePage:
    """What ``block`` says, and ``typed`` where we would write the same otherwise."""
    fields: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    more: list[tuple[str, str]] = []
    for key, values in _fields(block):
        name = _NAMES.get(key.lower(), "")
        if name and name not in fields:
            fields[name] = " ".join(values)
        elif key.lower() == "notes" and not notes:
            notes = tuple(values)
        else:
            more.append((key, "\n".join(values)))
    page = TitlePage(**{"title": "", **fields}, notes=notes, more=tuple(more))
    return page if _written(page) == block else page.model_copy(update={"typed": block})


_NAMES = {"title": "title", "credit": "credit", "author": "author", "authors": "author"}


def _fields(block: str) -> Iterator[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in block.split("\n"):
        field, value = _FIELD.fullmatch(line), _VALUE.fullmatch(line)
        if value and found:
            found[-1][1].append(plain(value[1]))
        elif field:
            found.append((plain(field[1]), [plain(field[2])] if plain(field[2]) else []))
    yield from ((key, values) for key, values in found if key and values)


def _written(page: TitlePage) -> str:
    fields = [("Title", page.title if one_line(page.title) else UNTITLED), ("Credit", page.credit), ("Author", page.author)]
    lines = [f"{key}: {escaped(text)}" for key, text in fields if one_line(text)]
    if notes := [note for note in page.notes if one_line(note)]:
        lines += ["Notes:", *map(_indented, notes)]
    return "\n".join([*lines, *(line for key, text in page.more for line in _more(key, text))])


def _more(key: str, text: str) -> Iterator[str]:
    name, lines = escaped(key.replace(":", " ")), [line for line in text.split("\n") if one_line(line)]
    if name and len(lines) == 1:
        yield f"{name}: {escaped(lines[0])}"
    elif name and lines:
        yield from (f"{name}:", *map(_indented, lines))


def _indented(value: str) -> str:
    """A value below its key. One that looks like a key itself is guarded, for programs that mind no indent."""
    text = escaped(value)
    return _INDENT + (GUARD if _LIKE_A_KEY.match(text) else "") + text


def _said(page: TitlePage) -> TitlePage:
    return page.model_copy(update={"typed": ""})
