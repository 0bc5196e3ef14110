"""Puts the script next to the film. A file there that is not byte for byte ours is a person's, and stays.

A script goes to the first of its format's slots that is free or ours. One that a person deleted or edited is not written again for
the same content. One whose edit is still to be read back is left alone: a run that has it follows.
"""

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from daemon.contract.errors import MustWait, TryAgain
from daemon.contract.states import HoldCause, Stage
from daemon.contract.values import Frozen, RawPath, shown
from daemon.screenplay.formats import mark
from daemon.screenplay.formats.listed import FORMATS
from daemon.stages.placing import clear, fitting, longest_name, place
from daemon.stages.render import Rendered
from daemon.stages.slots import Slots
from daemon.stages.task import Task

CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}  # the folder is there and cannot be written
FULL = {errno.ENOSPC, errno.EDQUOT}
GONE = {errno.ENOENT, errno.ENOTDIR, errno.EIO, errno.ESTALE, errno.ENODEV, errno.ENOTCONN}


class Where(Frozen):
    """``known``: file (its name, or its whole path) → SHA-256 of what we last wrote there; ``refused``: the same of files that a person
    edited and that cannot be read back. ``version``: the one to be given; 0: the next. ``identity``: device, inode, size and modification
    time of the film that was written up; none: whatever lies there.

    ``spare_folder`` is for all films; each has its own folder below it.
    """

    folder: RawPath
    stem: RawPath
    spare_folder: RawPath
    known: dict[RawPath, str] = Field(default_factory=dict)
    refused: dict[RawPath, str] = Field(default_factory=dict)
    version: int = 0
    identity: tuple[int, ...] = ()


class PublishedFile(Frozen):
    """One file next to the film; ``sha256`` is of all its bytes."""

    path: RawPath
    format: str
    sha256: str
    version: int


class Published(Frozen):
    """What lies next to the film. ``notes`` are sentences for a person."""

    files: tuple[PublishedFile, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Script:
    """One format's new content and the slots that it may take."""

    name: str
    content: bytes
    slots: Slots
    version: int
    refused: Mapping[Path, str]

    @property
    def data(self) -> bytes:
        """The whole file."""
        return mark.marked(self.content, self.version, self.slots.form.mark)

    @property
    def attributes(self) -> dict[str, bytes]:
        """What the file system keeps beside the file, where it cannot say itself what it is."""
        beside = mark.attribute(self.content, self.version, self.slots.form.mark)
        return {mark.ATTRIBUTE: beside} if beside else {}

    def published(self, path: Path, data: bytes, version: int) -> PublishedFile:
        """``data`` as it lies at ``path``."""
        return PublishedFile(path=path, format=self.name, sha256=mark.digest(data), version=version)


def run(task: Task) -> Published:
    """The files, on the disk for good. Raises MustWait where the disk is full or the folder is gone, TryAgain where it is another film."""
    where = Where.model_validate(task.facts)
    try:
        return _beside_the_film(task, where)
    except OSError as error:
        if error.errno in FULL:
            advice = "Free some space."
            raise MustWait(HoldCause.DISK, "no space left where the script goes", advice, str(error)) from error
        if error.errno in GONE | CLOSED:
            advice = "Bring it back."
            raise MustWait(HoldCause.FOLDER, "the folder where the script goes cannot be reached", advice, str(error)) from error
        raise


def _beside_the_film(task: Task, where: Where) -> Published:
    """Into the film's folder; where that cannot be written, under the film's own path in the spare folder."""
    like = task.source.stat()  # a film that is gone (its disk, say) stops here, before any folder is made for it
    if where.identity and where.identity != (like.st_dev, like.st_ino, like.st_size, like.st_mtime_ns):
        raise TryAgain("another film lies there by now", "It is written up in its turn.")
    try:
        return _publish(task, where, where.folder, like)
    except OSError as error:
        if error.errno not in CLOSED:
            raise
        folder = where.spare_folder / Path(os.path.abspath(where.folder)).relative_to("/")  # noqa: PTH100 - links stay as they are
        published = _publish(task, where, folder, like)
        note = f"{shown(where.folder)} cannot be written ({error.strerror}): the script lies in {shown(folder)}"
        return published.model_copy(update={"notes": (*published.notes, note)})


def _publish(task: Task, where: Where, folder: Path, like: os.stat_result) -> Published:
    folder.mkdir(parents=True, exist_ok=True)
    base = folder / fitting(os.fsdecode(where.stem), longest_name(folder))
    rendered = task.read(Stage.RENDER, Rendered)
    made = {file.format: task.artefact(Stage.RENDER) / file.name for file in rendered.files}
    ended = [_put(script, like) for script in _scripts(made, where, base)]
    notes = (*rendered.notes, *(note for _, note in ended if note))
    return Published(files=tuple(file for file, _ in ended if file), notes=notes)


def _scripts(made: Mapping[str, Path], where: Where, base: Path) -> list[Script]:
    """All formats under one version: the next after what lies there."""
    slots = {name: Slots(base, FORMATS[name], where.known) for name in made}
    version = where.version or 1 + max((slot.newest() for slot in slots.values()), default=0)
    return [Script(name, path.read_bytes(), slots[name], version, where.refused) for name, path in made.items()]


def _put(script: Script, like: os.stat_result) -> tuple[PublishedFile | None, str]:
    """One script into its slot; beside it a sentence where a person's file or wish stood in the way."""
    if note := _left_by_hand(script):
        return None, note
    slots = script.slots
    for path in slots:
        clear(path)
        there = slots.there(path)
        said = slots.said(path, there) if there else None
        if there and said and said.intact and said.digest == mark.digest(script.content):
            return script.published(path, there, said.version), ""
        if there == script.data:  # a file that cannot say so itself, where the file system cannot either
            return script.published(path, there, script.version), ""
        if there is not None and not slots.is_ours(path, there, script.version):
            if slots.is_edit(path, there) and script.refused.get(path) != mark.digest(there):
                return None, f"{shown(path.name)} was edited by hand meanwhile: the next version has that in it"
            continue
        if place(path, script.data, like, replaces=there, attributes=script.attributes):
            note = "" if path == slots.first else f"{shown(slots.first.name)} is not ours and stays: the script is {shown(path.name)}"
            return script.published(path, script.data, script.version), note
    raise AssertionError("the slots have no end")


def _left_by_hand(script: Script) -> str:
    """Why there is nothing to write: a person deleted or edited what was written of this very content."""
    slots, path = script.slots, script.slots.last_known()
    if path is None or mark.version_of(slots.known(path), script.content, slots.form.mark) is None:
        return ""
    there = slots.there(path)
    if there is None:
        return f"{shown(path.name)} was deleted by hand and is not written again"
    return "" if mark.digest(there) == slots.known(path) else f"{shown(path.name)} was edited by hand and stays"
