"""Writes a person's choices for one film into its own override file, as the person would: comments, order and spelling stay.

A change is held against the rules before a byte is written: what would be refused when it is read is refused here.
"""

import errno
import os
import re
from collections.abc import Callable, Mapping, MutableMapping
from io import StringIO
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from config import documents, files, override_files, overrides
from config.errors import ConfigProblems
from config.override_files import Mirrors
from config.ranges import Range
from config.settings import Settings
from config.template import template
from config.times import Time

Choices: TypeAlias = MutableMapping[str, Any]
Change: TypeAlias = Callable[[Choices], None]

WIDE = 4096  # characters: no line is ever folded
NO_ROOM_HERE = (errno.EACCES, errno.EPERM, errno.EROFS)


def naming(who: str, name: str, remark: str = "") -> Change:
    """``characters``: ``who`` (a voice, a name so far, a time) is called ``name``; ``remark`` stands behind it as a comment."""

    def change(choices: Choices) -> None:
        names = _group(choices, "characters", CommentedMap)
        names[_quoted(who)] = name
        if remark:
            names.yaml_add_eol_comment(" ".join(remark.split()), who)

    return change


def calling(who: str, name: str, cast: Mapping[str, str]) -> Change:
    """Whoever goes by ``who`` (a voice, or the name so far) is called ``name``, also in the lines that were given to them.

    It is written down under the voice, so that a name which others take later does not change hands. ``cast``: voice → name so far.
    """

    def change(choices: Choices) -> None:
        names = _group(choices, "characters", CommentedMap)
        known = {str(key).casefold(): str(value) for key, value in names.items()}
        so_far = {voice: known.get(voice.casefold()) or known.get(called.casefold(), called) for voice, called in cast.items()}
        voices = [voice for voice in cast if _same(voice, who)] or [voice for voice, called in so_far.items() if _same(called, who)]
        for key in [key for key, value in names.items() if ":" in str(key) and any(_same(value, so_far[voice]) for voice in voices)]:
            names[key] = name
        for voice in voices or [who]:
            names[next((key for key in names if _same(key, voice)), _quoted(voice))] = name

    return change


def adding(kind: str, added: Range) -> Change:
    """``kind`` (``skips`` or ``keep``) has one range more; the list stays in the order of its times where it was in order."""

    def change(choices: Choices) -> None:
        ranges = _group(choices, kind, CommentedSeq)
        later = (number for number, entry in enumerate(ranges) if _comes_after(entry, added))
        ranges.insert(next(later, len(ranges)), _entry(added))

    return change


def replacing(kind: str, number: int, by: Range) -> Change:
    """The range ``number`` (from 0) of ``kind`` becomes another one; keys that did not change keep their spelling."""

    def change(choices: Choices) -> None:
        entry, new = _group(choices, kind, CommentedSeq)[number], _entry(by)
        old = Range.model_validate(dict(entry))
        for key in ("start", "end", "note"):
            if getattr(old, key) != getattr(by, key):
                entry[key] = new.get(key, "")

    return change


def removing(kind: str, number: int) -> Change:
    """The range ``number`` (from 0) of ``kind`` goes; an empty list goes too."""

    def change(choices: Choices) -> None:
        del _group(choices, kind, CommentedSeq)[number]
        if not choices[kind]:
            del choices[kind]

    return change


def together(*changes: Change) -> Change:
    """One after the other, as one change."""

    def change(choices: Choices) -> None:
        for each in changes:
            each(choices)

    return change


def edited(text: str, change: Change) -> str:
    """``text`` (an override file that can be read) after ``change``."""
    yaml = _yaml()
    choices = yaml.load(text)
    if choices is None:  # nothing but comments, which the round trip would lose
        choices = CommentedMap()
        change(choices)
        return f"{text.rstrip()}\n\n{_dumped(yaml, choices)}".lstrip() if choices else text
    change(choices)
    return _dumped(yaml, choices) if choices else _comments_of(text)


def update(video: Path, inbox: Path, settings: Settings, change: Change, *, state_dir: Path | None, duration: float | None) -> Path:
    """Changes the film's own file, or makes it; gives its path. Where the film's folder cannot be written it lies in a mirror of it.

    ``duration`` (seconds; None: not known) is what ranges are held against. Raises ConfigProblems, and OSError
    where nothing can be written.
    """
    places = override_files.of_film(video, Mirrors(inbox, settings.output, state_dir), settings.watch.extensions)
    there = next((path for path in places if os.path.lexists(path)), None)
    text = _text(there) if there else template(video)
    new = edited(text, change)
    found = overrides.problems_in(new.encode(), str(there or places[0]), settings, duration)
    if found:
        raise ConfigProblems(found)
    if there:
        _replace(there, new)
        return there
    return _made(override_files.to_make(video, Mirrors(inbox, settings.output, state_dir), settings.watch.extensions), new, video)


def save(path: Path, text: str, video: Path) -> None:
    """Puts ``text``, which can be read, in the place of a film's own file, whole; a new file is like the ``video``. Raises OSError."""
    _written(path, text, path if path.exists() else video)


def _text(path: Path) -> str:
    """What stands in the file. Raises ConfigProblems where it cannot be read as it is: nothing of a person's is guessed."""
    content = files.content(path, documents.LARGEST) or b""
    documents.parse(content, str(path))
    return content.decode("utf-8-sig")


def _made(places: tuple[Path, ...], text: str, video: Path) -> Path:
    """A new file in the first of ``places`` that can be written."""
    *first, last = places
    for path in first:
        try:
            return _written(path, text, video)
        except OSError as error:
            if error.errno not in NO_ROOM_HERE:
                raise
    last.parent.mkdir(parents=True, exist_ok=True)
    return _written(last, text, video)


def _replace(path: Path, text: str) -> None:
    _written(path, text, path)


def _written(path: Path, text: str, like: Path) -> Path:
    """The file, whole and on the disk; owner and mode are those of ``like``, as far as we may."""
    aside = path.with_name(f".{path.name[:200]}.{uuid4().hex[:8]}~")
    try:
        with aside.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            _give(file.fileno(), like.stat())
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    _sync(path.parent)
    return path


def _give(descriptor: int, like: os.stat_result) -> None:
    os.fchmod(descriptor, like.st_mode & 0o666)
    try:
        os.fchown(descriptor, like.st_uid, like.st_gid)
    except PermissionError:
        return  # somebody else's film: the file is ours then


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDE
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dumped(yaml: YAML, choices: Choices) -> str:
    out = StringIO()
    yaml.dump(choices, out)
    return out.getvalue()


def _comments_of(text: str) -> str:
    """The comments of a file in which nothing else is left."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.strip() or line.lstrip().startswith("#"))


def _group(choices: Choices, key: str, kind: type[Any]) -> Any:
    """What stands under ``key``; a key with nothing under it counts as not written."""
    if choices.get(key) is None:
        choices[key] = kind()
    elif kind is CommentedSeq and isinstance(choices[key], CommentedMap):  # a list of one, written as the one thing
        choices[key] = CommentedSeq([choices[key]])
    return choices[key]


def _entry(range_: Range) -> CommentedMap:
    entry = CommentedMap({"start": _time(range_.start), "end": _time(range_.end)})
    if range_.note:
        entry["note"] = range_.note
    entry.fa.set_flow_style()
    return entry


def _time(time: Time) -> str:
    """As a person writes it: ``"1:30"``, quoted, since other programs take it for a number."""
    text = str(time)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    minus, rest = ("-", text[1:]) if text.startswith("-") else ("", text)
    return _quoted(minus + re.sub(r"^0:0?", "", rest)) if ":" in text else text


def _quoted(text: str) -> str:
    return DoubleQuotedScalarString(text) if ":" in text or not text[:1].isalpha() else text


def _comes_after(entry: Any, added: Range) -> bool:
    return _order(Range.model_validate(dict(entry)).start) > _order(added.start)


def _order(time: Time) -> tuple[bool, float]:
    """What counts from the end stands below what counts from the start."""
    return time.from_end, -time.seconds if time.from_end else time.seconds


def _same(one: object, other: object) -> bool:
    return str(one).casefold() == str(other).casefold()
