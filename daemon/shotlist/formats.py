"""Every form that the measurements come in: its name, the ending of its file, and who writes it."""

import json
from collections.abc import Callable

from daemon.shotlist.document import Measured, document
from daemon.shotlist.page import page
from daemon.shotlist.table import table
from daemon.shotlist.timeline import edl, otio


def as_json(film: Measured) -> bytes:
    """The document, one line."""
    return (json.dumps(document(film), ensure_ascii=False) + "\n").encode()


FORMATS: dict[str, tuple[str, Callable[[Measured], bytes]]] = {
    "json": ("shots.json", as_json),
    "csv": ("shots.csv", table),
    "edl": ("shots.edl", edl),
    "otio": ("otio", otio),
    "html": ("shots.html", page),
}
"""Name → ending of the file, and the function that gives its bytes."""
