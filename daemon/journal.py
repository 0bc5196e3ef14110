"""What the service logs, as systemd's journal keeps it: a message with fields that can be asked for (``journalctl JOB=12``).

Speaks the journal's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): a datagram of ``NAME=value`` lines; a value with a line break
follows its name with its length before it, so that no film's name can add a field. What is too long is sent as a sealed file.
"""

import fcntl
import logging
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from daemon.contract.values import shown

JOURNAL = Path("/run/systemd/journal/socket")
FIELDS = ("JOB", "STAGE", "VIDEO")
PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))  # of syslog(3)
DEBUG = 7


def set_up(environ: Mapping[str, str] = os.environ) -> None:
    """Logs to the journal where stderr leads there, in lines to stderr elsewhere."""
    if leads_there(environ):
        logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[JournalHandler()])
    else:
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)


def leads_there(environ: Mapping[str, str], file: int = 2) -> bool:
    """Whether a file descriptor is the journal's own stream (``$JOURNAL_STREAM``, systemd.exec(5)), and the journal can be reached."""
    found = os.fstat(file)
    return environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}" and JOURNAL.exists()


class JournalHandler(logging.Handler):
    """Sends records; ``extra={"JOB": …, "STAGE": …, "VIDEO": …}`` become fields. Where the journal is away, nothing is logged."""

    def __init__(self, path: Path = JOURNAL) -> None:
        super().__init__()
        self._path = str(path)
        self._wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)

    def emit(self, record: logging.LogRecord) -> None:
        """One record."""
        try:
            message = b"".join(_field(name, value) for name, value in self._fields(record).items())
        except Exception:  # a message whose arguments do not fit it
            self.handleError(record)
            return
        with suppress(OSError):
            self._send(message)

    def close(self) -> None:
        """Gives the socket back."""
        self._wire.close()
        super().close()

    def _fields(self, record: logging.LogRecord) -> dict[str, str]:
        fields = {
            "MESSAGE": self.format(record),
            "PRIORITY": str(next((priority for level, priority in PRIORITIES if record.levelno >= level), DEBUG)),
            "SYSLOG_IDENTIFIER": "reelscribe",
            "LOGGER": record.name,
            "CODE_FILE": record.pathname,
            "CODE_LINE": str(record.lineno),
            "CODE_FUNC": record.funcName or "",
        }
        return fields | {name: str(value) for name in FIELDS if (value := getattr(record, name, None)) is not None}

    def _send(self, message: bytes) -> None:
        try:
            self._wire.sendto(message, self._path)
        except OSError:
            self._send_as_file(message)

    def _send_as_file(self, message: bytes) -> None:
        """The journal takes a longer message as a file in memory that nobody can change any more."""
        with open(os.memfd_create("reelscribe-log", os.MFD_ALLOW_SEALING), "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(message)
            file.flush()
            seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
            fcntl.fcntl(file, fcntl.F_ADD_SEALS, seals)
            self._wire.connect(self._path)
            socket.send_fds(self._wire, [b""], [file.fileno()])


def _field(name: str, value: str) -> bytes:
    raw = "\n".join(map(shown, value.split("\n"))).encode(errors="backslashreplace")
    if b"\n" not in raw:
        return b"%s=%s\n" % (name.encode(), raw)
    return b"%s\n%s%s\n" % (name.encode(), len(raw).to_bytes(8, "little"), raw)
