"""Stages as real child processes on a short film, and children that misbehave."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.places import Places
from config.settings import Settings
from daemon.worker.artefacts import Artefacts
from tests.daemon.worker.films import drafting

BeginWith = Callable[[str], None]


@pytest.fixture
def begin_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BeginWith:
    """Has every Python that is started run some code before anything else; ``STAGE`` is the stage's name there, or ``""``."""
    folder = tmp_path / "first"

    def begin(code: str) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(PREPARED + code)
        monkeypatch.setenv("PYTHONPATH", str(folder))

    return begin


PREPARED = """
import os, signal, subprocess, sys
words = open("/proc/self/cmdline").read().split(chr(0))
STAGE = words[words.index("daemon.stages") + 1] if "daemon.stages" in words else ""
def say(**report):
    import json
    print(json.dumps(report), flush=True)
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(state=tmp_path / "state", models=tmp_path / "models", socket=tmp_path / "socket", environ={})


@pytest.fixture
def settings() -> Settings:
    """The draft writes, and the small speech model hears."""
    return drafting()


@pytest.fixture(scope="session")
def artefacts(tmp_path_factory: pytest.TempPathFactory, short_results: Path) -> Artefacts:
    """Every result of the short film; tests add to them. Take another film where a stage has to run."""
    return Artefacts(Path(shutil.copytree(short_results, tmp_path_factory.mktemp("kept") / "artefacts")))
