"""A real daemon in a process of its own, on a temporary folder, asked over its real socket. Nobody sleeps: its events are waited for."""

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

import daemon.demo

SPEECH_MODEL = Path(daemon.demo.__file__).with_name("asr")
WITHIN = 120.0  # seconds; far more than anything here takes, also on a busy machine

Json = dict[str, Any]


class Running:
    """A daemon under test. ``settings`` are laid over those of a test: a short settle, the small speech model, the draft writer.

    ``results`` of stages are copied into its state, so that it need not make them.
    """

    def __init__(self, folder: Path, settings: Json | None = None, results: Path | None = None) -> None:
        self.folder = folder
        self.inbox = folder / "inbox"
        self.inbox.mkdir(exist_ok=True)
        self.state = folder / "state"
        self.log = folder / "daemon.log"
        if results:
            shutil.copytree(results, self.state / "artefacts")
        self.configure(settings or {})

    def configure(self, settings: Json) -> None:
        base = {
            "inboxes": [{"path": str(self.inbox)}],
            "settle": 0.3,
            "state_dir": str(self.state),
            "socket": str(self.folder / "s"),
            "whisper": {"model": str(SPEECH_MODEL)},
            "writer": {"engine": "draft"},
            "ollama": {"url": "http://127.0.0.1:9"},  # nobody answers there
        }
        (self.folder / "config.yaml").write_text(json.dumps(base | settings))

    def start(self) -> "Running":
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices, self.log.open("ab") as log:
            address = self.folder / "n"
            address.unlink(missing_ok=True)
            notices.bind(str(address))
            ours = {name: value for name, value in os.environ.items() if not name.startswith("REELSCRIBE_")}
            self.process = subprocess.Popen(self.command, env={**ours, "NOTIFY_SOCKET": str(address)}, stdout=log, stderr=log)
            self._until_ready(notices)
        transport = httpx.HTTPTransport(uds=str(self.folder / "s"))
        self.client = httpx.Client(transport=transport, base_url="http://reelscribe/v1", timeout=WITHIN)
        return self

    def _until_ready(self, notices: socket.socket) -> None:
        """Returns once the daemon says so. Raises AssertionError where it ends instead."""
        over = os.pidfd_open(self.process.pid)
        try:
            while notices.fileno() in select.select([notices.fileno(), over], [], [], WITHIN)[0]:
                if b"READY=1" in notices.recv(4096):
                    return
        finally:
            os.close(over)
        raise AssertionError(f"not ready ({self.process.poll()})\n{self.log.read_text()}")

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-P", "-m", "daemon", "serve", "--config", str(self.folder / "config.yaml")]

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.client.close()
        self.process.send_signal(number)
        return self.process.wait(WITHIN)

    def __enter__(self) -> "Running":
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            assert self.stop() == 0, self.log.read_text()

    # What it knows

    def status(self) -> Json:
        answer: Json = self.client.get("/status").raise_for_status().json()
        return answer

    def jobs(self) -> list[Json]:
        items: list[Json] = self.client.get("/jobs", params={"limit": 100}).raise_for_status().json()["items"]
        return items

    def job(self, name: str) -> Json | None:
        found = next((job for job in self.jobs() if job["name"] == name), None)
        return self.client.get(f"/jobs/{found['id']}").raise_for_status().json() if found else None

    # Waiting

    def until(self, true: Callable[[], Any]) -> Any:
        """Waits until ``true()`` gives something, looking again after each event."""
        with self.client.stream("GET", "/events") as stream:
            lines = stream.iter_lines()
            while not (found := true()):
                if not next(lines, None) is not None:
                    raise AssertionError(f"the event stream ended\n{self.log.read_text()}")
        return found

    def until_state(self, name: str, *states: str) -> Json:
        """The job of the film ``name``, once it is in one of these states; any other state in which a job ends is a failure."""
        ends = {"completed", "failed", "cancelled"} - set(states)

        def there() -> Json | None:
            job = self.job(name)
            assert not (job and job["state"] in ends), job
            return job if job and job["state"] in states else None

        return self.until(there)  # type: ignore[no-any-return]


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """A folder that cannot be written, for root neither."""
    if os.geteuid() == 0:
        subprocess.run(["chattr", "+i", folder], check=True)
    else:
        folder.chmod(0o555)
    try:
        yield
    finally:
        if os.geteuid() == 0:
            subprocess.run(["chattr", "-i", folder], check=True)
        else:
            folder.chmod(0o755)
