"""Anna's service on a booted machine: ``anna`` has it ready to be started, ``running`` has it started."""

import json
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.faults.booted import WITHIN, Machine, booted
from tests.faults.layer import BORROWED

UNIT = "reelscribe@anna.service"
PROGRAM = "/opt/reelscribe/bin/reelscribe"
FIRST = "/opt/first"
CONFIG = "/etc/reelscribe/anna.yaml"
INBOX = "/home/anna/Videos/inbox"
SOCKET = "/run/reelscribe-anna/reelscribe.sock"
SETTINGS = {"settle": 0.3, "writer": {"engine": "draft"}, "whisper": {"model": f"/{BORROWED}/source/daemon/demo/asr"}}

Json = dict[str, Any]


class Wire(HTTPConnection):
    """To a Unix socket; closed also where nobody answered."""

    def __init__(self, path: Path) -> None:
        super().__init__("reelscribe", timeout=WITHIN)
        self._path = path

    def connect(self) -> None:
        """Raises OSError."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class Anna:
    """Anna's doings on ``machine``, and what the service's socket says of them."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.run, self.until, self.path, self.write = machine.run, machine.until, machine.path, machine.write

    def configure(self, **more: Any) -> None:
        self.write(CONFIG, json.dumps(SETTINGS | {"inboxes": [INBOX]} | more))

    def drop_in(self, text: str, unit: str = UNIT) -> None:
        """More lines for a unit."""
        self.write(f"/etc/systemd/system/{unit}.d/test.conf", text)
        self.run("systemctl", "daemon-reload")

    def behaves(self, code: str) -> None:
        """Has every Python that the service starts run some code before anything else; ``STAGE`` is the stage's name there, or ``""``."""
        from tests.daemon.worker.conftest import PREPARED

        self.write(f"{FIRST}/sitecustomize.py", PREPARED + code)
        program = self.path(PROGRAM).read_text()
        if FIRST not in program:
            self.write(PROGRAM, program.replace("PYTHONPATH=", f"PYTHONPATH={FIRST}:", 1), 0o755)

    def does(self, *words: str, check: bool = True) -> str:
        """What anna types in a shell."""
        return self.run("runuser", "-u", "anna", "--", "env", "USER=anna", "HOME=/home/anna", *words, check=check)

    def command(self, *words: str, check: bool = True) -> str:
        """A command of Reelscribe's."""
        return self.does(PROGRAM, *words, check=check)

    def drop(self, film: Path, name: str = "film.mp4", inbox: str = INBOX) -> None:
        """A film that is copied into an inbox."""
        owner = self.path("/home/anna").stat()
        shutil.copy(film, self.path(f"{inbox}/.{name}"))
        shutil.chown(self.path(f"{inbox}/.{name}"), owner.st_uid, owner.st_gid)
        self.path(f"{inbox}/.{name}").rename(self.path(f"{inbox}/{name}"))

    def plug(self, disk: str) -> None:
        """A disk of anna's, empty, mounted there."""
        self.run("mount", "-t", "tmpfs", "-o", "mode=0755", "none", disk)
        self.run("chown", "anna:", disk)

    def control(self, verb: str) -> None:
        """What systemctl does with the service."""
        self.run("systemctl", verb, UNIT)

    def said(self, name: str) -> str:
        """What systemd says of it."""
        return self.machine.property(UNIT, name)

    def inside(self) -> Path:
        """``/proc`` of the service's process, as this machine numbers it: its network, and below ``root`` the files that it sees."""
        inner = int(self.said("MainPID"))
        group = psutil.Process(self.machine.leader).children(recursive=True)
        return Path("/proc", str(next(process.pid for process in group if _innermost(process.pid) == inner)))

    def journal(self, *fields: str) -> list[Json]:
        """What the service logged, field by field."""
        lines = self.run("journalctl", "-u", UNIT, *fields, "--output=json", "--all").splitlines()
        return [json.loads(line) for line in lines]

    def logged(self, text: str) -> bool:
        """Whether the journal has a message with these words, the unit's own or systemd's."""
        return any(text in str(entry.get("MESSAGE")) for entry in self.journal())

    def back(self, times: int = 1) -> bool:
        """Whether systemd has started it anew so often, and it is ready."""
        return (self.said("NRestarts"), self.said("ActiveState")) == (str(times), "active")

    def asked(self, route: str) -> Any:
        """What the socket answers, which root may ask too."""
        with closing(Wire(self.path(SOCKET))) as wire:
            wire.request("GET", f"/v1{route}")
            answer = wire.getresponse()
            body = answer.read()
            assert answer.status == 200, body
            return json.loads(body)

    def jobs(self) -> list[Json]:
        return list(self.asked("/jobs")["items"])

    def states(self) -> list[str]:
        """The jobs' states; none where nobody answers at present."""
        with suppress(OSError, HTTPException):
            return [job["state"] for job in self.jobs()]
        return []

    def works_on(self, stage: str) -> bool:
        return any(job["stage"] == stage for job in self.jobs())

    def finished(self) -> bool:
        """Whether every film is done; one that failed never will be."""
        states = [job["state"] for job in self.jobs()]
        assert "failed" not in states, self.jobs()
        return bool(states) and set(states) == {"completed"}

    def files(self, inbox: str = INBOX) -> list[str]:
        return sorted(path.name for path in self.path(inbox).iterdir())


def _innermost(process: int) -> int:
    """A process's number in its own namespace; 0: it has ended."""
    with suppress(OSError):
        return int(re.findall(r"^NSpid:.*\s(\d+)$", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)[0])
    return 0


@pytest.fixture
def anna() -> Iterator[Anna]:
    with booted() as machine:
        anna = Anna(machine)
        anna.configure()
        anna.does("mkdir", "-p", INBOX)
        anna.run(PROGRAM, "service", "add-inbox", INBOX, "--for", "anna")
        yield anna


@pytest.fixture
def running(anna: Anna) -> Anna:
    anna.control("start")
    return anna
