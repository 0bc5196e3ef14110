"""The breakdown that a production is planned with: one row a scene, as CSV for a spreadsheet."""

import csv
from collections.abc import Iterator
from io import StringIO

from config.times import clock
from daemon.screenplay import headings
from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.pagination import eighths
from daemon.screenplay.formats.paragraphs import one_line, paragraphs
from daemon.screenplay.model import Scene

COLUMNS = ("scene", "heading", "inside/outside", "place", "time of day", "characters", "cues", "seconds", "eighths", "start", "end")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would work out (OWASP, "CSV Injection")


def breakdown(edition: Edition) -> bytes:
    """RFC 4180, a header row first; UTF-8 with a mark of it, without which Excel takes the names for another encoding.

    ``eighths`` are those of a page, as a whole number: a spreadsheet would take 3/8 for a day in March.
    """
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerows([_safe(cell) for cell in _cells(scene)] for scene in edition.screenplay.scenes)
    return text.getvalue().encode("utf-8-sig", "replace")


def _cells(scene: Scene) -> Iterator[str]:
    heading = headings.read(scene.heading.text)
    spoken = [paragraph for paragraph in paragraphs(scene.elements) if paragraph.kind == "dialogue"]
    cues = dict.fromkeys(cue for speech in spoken for line in speech.elements for cue in line.evidence.cues)
    timed = scene.end > scene.start
    yield scene.number
    yield one_line(scene.heading.text)
    yield heading.side if heading else ""
    yield heading.place if heading else ""
    yield heading.time if heading else ""
    yield ", ".join(dict.fromkeys(speech.who for speech in spoken))
    yield str(len(cues))
    yield f"{scene.end - scene.start:.1f}" if timed else ""
    yield str(eighths(scene))
    yield clock(scene.start) if timed else ""
    yield clock(scene.end) if timed else ""


def _safe(cell: str) -> str:
    """Text from films is never a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
