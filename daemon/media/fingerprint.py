"""Chromaprint of the sound: what two films have in common, an intro or a jingle, has nearly the same numbers in both."""

from pathlib import Path

from daemon.contract.errors import ToolFailed
from daemon.media import ffmpeg as tool
from daemon.media.sound import RATE

STEP = 1365 / 11025  # seconds from one number to the next: Chromaprint's hop at its own sample rate


def fingerprint(sound: Path, out: Path) -> str:
    """Writes the fingerprint of ``sound`` (int16 mono, 16 kHz) to ``out``: uint32, little endian, one every ``STEP`` seconds.

    Gives what went wrong, in a sentence, or ``""``: a film without a fingerprint is still a film.
    """
    import ffmpeg

    source = ffmpeg.input(tool.address(sound), format="s16le", ar=RATE, ac=1)
    try:
        out.write_bytes(tool.run(source.output("pipe:", format="chromaprint", fp_format="raw")))
    except ToolFailed as failure:
        return f"Without an audio fingerprint: {failure.message}"
    return ""
