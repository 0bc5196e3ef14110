"""Small films for the media room, made by ffmpeg: each a colour, a moment, a fault."""

import subprocess
from pathlib import Path

from daemon.media import ffmpeg as tool

THREE = "color=c=black:s=320x180:r=24:d=1[a];color=c=gray:s=320x180:r=24:d=1.5[b];testsrc2=s=320x180:r=24:d=2[c];[a][b][c]concat=n=3"
"""Black for a second, grey from 1, a test picture from 2.5 to 4.5 s: cuts that nobody can argue about."""


def ffmpeg(*arguments: object) -> None:
    """Runs it; its own words are the failure's."""
    command = [str(tool.program()), "-nostdin", "-v", "error", "-y", *(str(argument) for argument in arguments)]
    subprocess.run(command, check=True)


def three(path: Path, *output: object, sound: str = "sine=440:d=4.5") -> Path:
    """The film of three scenes, H.264 with B pictures and AAC unless ``output`` says otherwise."""
    ffmpeg("-f", "lavfi", "-i", sound, "-filter_complex", f"{THREE}[v]", "-map", "[v]", "-map", "0:a", "-pix_fmt", "yuv420p", *output, path)
    return path
