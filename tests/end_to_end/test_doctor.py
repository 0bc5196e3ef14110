"""The doctor and the alerts of a real daemon, as a person asks for them."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from daemon.jobs.store import Facts, Store
from tests.end_to_end.running import WITHIN, Running

ROOT = Path(__file__).parents[2]


def reelscribe(running: Running, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tui.cli", *arguments, "--config", str(running.folder / "config.yaml")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=WITHIN, env=environment)


def test_what_a_daemon_finds_of_itself(tmp_path: Path) -> None:
    with Running(tmp_path, {"writer": {"engine": "ollama"}}) as running:
        running.until(lambda: running.status()["inboxes"][0]["watched"] == "events")
        done = reelscribe(running, "doctor", "--json")
        found = {one["name"]: one for one in json.loads(done.stdout)["findings"]}
        check = reelscribe(running, "status", "--check")
    assert done.returncode == 1
    assert [name for name, one in found.items() if one["verdict"] == "bad"] == ["ollama"]
    assert "systemctl start ollama" in found["ollama"]["advice"]
    assert found["socket"]["found"].startswith(f"answers at {running.folder / 's'}, mode 0660")
    assert found[f"inbox {running.inbox}"]["found"] == "can be read and written; watched by events"
    assert (check.returncode, check.stdout) == (0, "all is well\n")  # no film waits for it yet


def test_what_never_became_a_job_is_an_alert_of_a_real_daemon(tmp_path: Path) -> None:
    """A file that is still written to, and an inbox that is missing; they came up three hours ago, before a restart."""
    inboxes = [{"path": str(tmp_path / "inbox")}, {"path": str(tmp_path / "usb")}]
    running = Running(tmp_path, {"inboxes": inboxes})
    path = running.inbox / "slow.mp4"
    with path.open("wb") as slow:
        slow.write(b"more will come")
        slow.flush()
        store = Store.open(running.state / "reelscribe.db", lambda: time.time() - 3 * 3600)
        store.arrive(os.fsencode(path), os.fsencode(running.inbox), Facts.of(path.stat()), "screenplay")
        store.close()
        with running:
            running.until(lambda: [one["watched"] for one in running.status()["inboxes"]] == ["events", "missing"])
            check = reelscribe(running, "status", "--check")
    assert check.returncode == 1
    assert "Files have been arriving for more than 2 hours." in check.stdout
    assert f"{tmp_path / 'usb'} cannot be read: No such file or directory." in check.stdout
