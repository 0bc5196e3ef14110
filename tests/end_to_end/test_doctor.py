"""The doctor and the alerts of a real daemon, as a person asks for them."""

import json
import os
import subprocess
import sys
from pathlib import Path

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
