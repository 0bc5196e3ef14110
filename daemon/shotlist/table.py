"""The shots as a table, one row a shot, for a spreadsheet."""

import csv
from io import StringIO

from config.times import clock
from daemon.contract.evidence import Shot, Skip
from daemon.shotlist.document import Measured

COLUMNS = ("shot", "start", "end", "length", "timecode", "in", "camera", "confidence", "speed", "brightness", "time", "place", "skipped")


def table(film: Measured) -> bytes:
    """UTF-8, comma separated, a header row first. Seconds have three decimals; ``skipped`` is why the shot's middle is left out."""
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(_row(shot, film.skips.skips) for shot in film.analysis.shots)
    return text.getvalue().encode()


def _row(shot: Shot, skips: tuple[Skip, ...]) -> tuple[str, ...]:
    motion, light = shot.motion, shot.light
    return (
        shot.id,
        f"{shot.start:.3f}",
        f"{shot.end:.3f}",
        f"{shot.length:.3f}",
        clock(shot.start),
        shot.starts_with,
        motion.kind if motion else "",
        f"{motion.confidence:.2f}" if motion else "",
        f"{motion.speed:.3f}" if motion else "",
        f"{shot.brightness:.2f}",
        light.time if light else "",
        light.place if light else "",
        next((skip.reason for skip in skips if skip.start <= shot.middle < skip.end), ""),
    )
