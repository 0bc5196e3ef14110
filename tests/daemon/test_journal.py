"""What the journal is sent, read from the other end of a real socket."""

import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from daemon import journal
from daemon.journal import JournalHandler, leads_there
from tests.daemon.api.served import short_folder

Read = Callable[[], dict[str, str]]


@pytest.fixture
def read() -> Iterator[tuple[logging.Logger, Read]]:
    """A logger into a journal, and what that is sent next, field by field."""
    with short_folder() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.bind(str(folder / "j"))
        wire.settimeout(60)
        logger = logging.Logger("reelscribe.test")
        with closing(JournalHandler(folder / "j")) as handler:
            logger.addHandler(handler)
            yield logger, lambda: _fields(_received(wire))


def _received(wire: socket.socket) -> bytes:
    message, descriptors, _, _ = socket.recv_fds(wire, 1 << 20, 1)
    if not descriptors:
        return message
    with os.fdopen(descriptors[0], "rb") as file:
        file.seek(0)
        return file.read()


def _fields(raw: bytes) -> dict[str, str]:
    """As systemd reads them."""
    found: dict[str, str] = {}
    while raw:
        line, _, raw = raw.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            length = int.from_bytes(raw[:8], "little")
            value, raw = raw[8 : 8 + length], raw[8 + length + 1 :]
        assert name.decode() not in found
        found[name.decode()] = value.decode()
    return found


def test_a_line_has_its_job_stage_and_film_as_fields(read: tuple[logging.Logger, Read]) -> None:
    logger, sent = read
    logger.warning("%s failed", "a.mp4", extra={"JOB": 12, "STAGE": "write", "VIDEO": "/films/a.mp4"})
    fields = sent()
    assert (fields["MESSAGE"], fields["PRIORITY"], fields["LOGGER"]) == ("a.mp4 failed", "4", "reelscribe.test")
    assert (fields["JOB"], fields["STAGE"], fields["VIDEO"]) == ("12", "write", "/films/a.mp4")


def test_fields_that_are_not_there_are_not_sent(read: tuple[logging.Logger, Read]) -> None:
    logger, sent = read
    logger.info("ready", extra={"STAGE": None})
    assert set(sent()) & {"JOB", "STAGE", "VIDEO"} == set()


@pytest.mark.parametrize("name", ["a\nPRIORITY=0\n.mp4", "\x1b[31mred", os.fsdecode(b"\xff\xfe.mp4"), "\ud800", "x" * 1_000_000])
def test_a_films_name_adds_no_field_and_moves_no_cursor(read: tuple[logging.Logger, Read], name: str) -> None:
    logger, sent = read
    logger.error("%s failed", name, extra={"VIDEO": name})
    fields = sent()
    assert fields["PRIORITY"] == "3"
    assert fields["MESSAGE"].endswith(" failed")
    assert "\x1b" not in fields["MESSAGE"] + fields["VIDEO"]


def test_what_went_wrong_is_told_whole(read: tuple[logging.Logger, Read]) -> None:
    logger, sent = read
    try:
        int("seven")
    except ValueError:
        logger.exception("a fault")
    message = sent()["MESSAGE"]
    assert message.startswith("a fault\nTraceback")
    assert message.endswith("'seven'")


def test_without_a_journal_nothing_happens(tmp_path: Path) -> None:
    with closing(JournalHandler(tmp_path / "nobody")) as handler:
        handler.emit(logging.LogRecord("x", logging.INFO, __file__, 1, "said", None, None))


def test_it_is_used_where_stderr_leads_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "journal").open("wb") as file:
        found = os.fstat(file.fileno())
        environ = {"JOURNAL_STREAM": f"{found.st_dev}:{found.st_ino}"}
        monkeypatch.setattr(journal, "JOURNAL", tmp_path / "journal")
        assert leads_there(environ, file.fileno())
        assert not leads_there({}, file.fileno())
        assert not leads_there(environ, sys.__stdin__.fileno() if sys.__stdin__ else 0)
        monkeypatch.setattr(journal, "JOURNAL", tmp_path / "nobody")
        assert not leads_there(environ, file.fileno())
