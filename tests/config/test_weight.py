"""Reading the configuration is light: the daemon and the monitor both do it."""

import subprocess
import sys

import pytest

HEAVY = {"cv2", "numpy", "av", "ctranslate2", "faster_whisper", "onnxruntime", "fastapi", "textual", "httpx", "jinja2"}

LOADED = """
import json, sys
from pathlib import Path
import config.load, config.overrides, config.places, config.template
config.load.load(None, {environ}, etc=Path("/nowhere"))
print(json.dumps(sorted(name.partition(".")[0] for name in sys.modules)))
"""


def loaded(environ: dict[str, str]) -> set[str]:
    done = subprocess.run([sys.executable, "-c", LOADED.format(environ=environ)], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split('"')[1::2])


@pytest.mark.parametrize("environ", [{}, {"REELSCRIBE_SETTLE": "5"}])
def test_nothing_heavy_is_imported(environ: dict[str, str]) -> None:
    found = loaded(environ)
    assert "pydantic" in found
    assert not found & (HEAVY | {"daemon", "tui"})


def test_the_library_for_the_environment_is_imported_only_when_that_says_something() -> None:
    assert "pydantic_settings" not in loaded({"REELSCRIBE_": "", "HOME": "/nowhere"})
    assert "pydantic_settings" in loaded({"REELSCRIBE_SETTLE": "5"})
