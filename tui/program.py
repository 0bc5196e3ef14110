"""Our daemon's own program: how it is started for what works on files, so that nothing heavy is ever loaded here."""

import os
import sys
from pathlib import Path
from typing import NoReturn


def command_line(*arguments: str) -> list[str]:
    """Our daemon's command, whatever lies in the folder in which somebody stands."""
    return [sys.executable, "-P", "-m", "daemon", *arguments]


def surroundings() -> dict[str, str]:
    """The environment for it: it finds the same packages as we do."""
    ours = str(Path(__file__).parents[1])
    paths = [ours, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def become(*arguments: str) -> NoReturn:
    """Goes on as that program."""
    sys.stdout.flush()
    os.execve(sys.executable, command_line(*arguments), surroundings())  # noqa: S606 – ours
