"""The real monitor in a real terminal (tmux), against a real daemon: a film comes, a person skips a part of it, the script follows."""

import os
import select
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.running import WITHIN, Running

ROOT = Path(__file__).parents[2]


class Terminal:
    """A terminal of 80×24 in 256 colours that runs one command."""

    def __init__(self, folder: Path, command: str) -> None:
        self._tmux = ("tmux", "-S", str(folder / "tmux"))
        os.mkfifo(folder / "drawn")
        self._drawn = os.open(folder / "drawn", os.O_RDONLY | os.O_NONBLOCK)
        self._do("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", f"cd {ROOT} && TERM=screen-256color {command}")
        self._do("pipe-pane", "-O", f"cat > {folder / 'drawn'}")

    def _do(self, *words: str) -> str:
        return subprocess.run([*self._tmux, *words], check=True, capture_output=True, text=True, timeout=WITHIN).stdout

    @property
    def screen(self) -> str:
        return self._do("capture-pane", "-p")

    def press(self, *keys: str) -> None:
        for key in keys:
            self._do("send-keys", key)

    def sees(self, *words: str) -> str:
        """The screen, once all of this stands on it; it is looked at again whenever something was drawn."""
        while not all(word in (screen := self.screen) for word in words):
            assert select.select([self._drawn], [], [], WITHIN)[0], f"no {words} in\n{screen}"
            assert os.read(self._drawn, 1 << 16), f"it ended, and had not drawn {words}"
        return screen

    def close(self) -> None:
        os.close(self._drawn)
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True, timeout=WITHIN)


@pytest.fixture
def terminal(tmp_path: Path, daemon: Running) -> Iterator[Terminal]:
    command = shlex.join([sys.executable, "-m", "tui.cli", "tui", "--socket", str(daemon.folder / "s")])
    opened = Terminal(tmp_path, command)
    yield opened
    opened.close()


@pytest.mark.needs("tmux")
def test_from_a_film_to_a_skip_to_the_script(daemon: Running, terminal: Terminal, demo_film: Path) -> None:
    terminal.sees("no jobs yet")
    shutil.copy(demo_film, daemon.inbox / "film.mp4")
    terminal.sees("completed", "film.mp4")
    before = daemon.client.get("/scripts/1").raise_for_status().json()
    terminal.press("Enter")
    terminal.sees("job 1: film.mp4")
    terminal.press("2")
    terminal.sees("shots   █", "shot 1")
    terminal.press("i", "S-Right", "o")
    terminal.sees("▚▚▚", "0:10.0")
    terminal.press("Enter")
    terminal.sees("yours   ▓")
    assert "skips:" in (daemon.inbox / "film.reelscribe.yaml").read_text()
    after = daemon.until(lambda: (now := daemon.client.get("/scripts/1").json())["number"] > before["number"] and now)
    assert lines(after) < lines(before)
    daemon.until_state("film.mp4", "completed")
    terminal.press("3")
    terminal.sees("version 2")
    terminal.sees("INT./EXT.")


def lines(script: dict) -> int:  # type: ignore[type-arg]
    return sum(len(scene["lines"]) for scene in script["scenes"])
