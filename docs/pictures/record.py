"""Records a terminal as an SVG: ``python docs/pictures/record.py OUT.svg SECONDS COMMAND [KEY ...]``; needs tmux.

Runs the command in a terminal of 96×86, presses the keys, waits, and draws what a person would see.
"""

import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH, HEIGHT = 96, 86


def main() -> None:
    """Draws the screen as it stands ``SECONDS`` after the last key."""
    out, seconds, command, *keys = sys.argv[1:]
    tmux = ["tmux", "-L", f"record-{Path(out).stem}"]
    shell = f"{command}; exec sleep 3600"
    subprocess.run([*tmux, "-f", "/dev/null", "new-session", "-d", "-x", str(WIDTH), "-y", str(HEIGHT), shell], check=True)
    try:
        for key in keys:
            time.sleep(2)
            subprocess.run([*tmux, "send-keys", key], check=True)
        time.sleep(float(seconds))
        screen = subprocess.run([*tmux, "capture-pane", "-e", "-p"], check=True, capture_output=True, text=True).stdout
    finally:
        subprocess.run([*tmux, "kill-server"], check=True)
    lines = screen.rstrip("\n").splitlines()
    console = Console(record=True, width=WIDTH, file=Path("/dev/null").open("w"))  # noqa: SIM115 - as long as this script
    console.print(Text.from_ansi("\n".join(lines)), soft_wrap=True)
    Path(out).write_text(console.export_svg(title=command))


if __name__ == "__main__":
    main()
