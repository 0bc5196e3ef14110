"""What a person types answers at once: nothing heavy is loaded for it, and nothing of the daemon's inside."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("cv2", "numpy", "av", "ctranslate2", "faster_whisper", "onnxruntime", "peewee", "fastapi", "uvicorn", "watchdog", "apscheduler",
         "jinja2")  # fmt: skip
LATER = ("httpx", "pydantic", "textual", "rich.progress", "ruamel", "asyncio")


def loaded(module: str) -> set[str]:
    script = f"import sys, {module}; print(*sys.modules, sep='\\n')"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["tui.cli", "tui.app", "tui.client", "tui.commands.answers", "tui.commands.following", "tui.drawing"])
def test_nothing_heavy_is_loaded(module: str) -> None:
    found = loaded(module)
    assert module in found
    assert not found & set(HEAVY)
    inside = {name for name in found if name.startswith("daemon.") and not name.startswith("daemon.contract")}
    assert not inside


def test_help_needs_click_alone() -> None:
    assert not loaded("tui.cli") & set(LATER)
