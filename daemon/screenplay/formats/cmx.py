"""CMX 3600: an edit decision list for programs that know nothing newer. One event for what is left of each scene.

Source and record times are the same: the film's own timecode. What is skipped is where no event is.
"""

import re
from typing import TYPE_CHECKING

from daemon.contract.evidence import Span
from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.moments import Placed, speeches
from daemon.screenplay.formats.paragraphs import one_line
from daemon.screenplay.formats.rates import Counting, span, timecode
from daemon.screenplay.formats.timeline import SPEECH, kept_scenes

if TYPE_CHECKING:
    from opentimelineio import schema

LONGEST_TITLE = 70  # characters
REEL = 8  # characters


def cmx(edition: Edition) -> bytes:
    """UTF-8. Its header says whether the timecode drops frame numbers."""
    from opentimelineio import opentime, schema

    by = timecode(edition.probe)
    timeline = schema.Timeline(name=one_line(edition.screenplay.title_page.title)[:LONGEST_TITLE] or "SCRIPT")
    events = schema.Track(kind=schema.TrackKind.Video)
    timeline.tracks.append(events)
    at = 0
    for scene, piece in kept_scenes(edition):
        first = by.frame(piece.start)
        if first > at:
            events.append(schema.Gap(duration=opentime.RationalTime(first - at, by.label)))
        if first >= at:
            events.append(_event(scene, piece, edition, by))
            at = int(events[-1].source_range.end_time_exclusive().value)
    return written(timeline, by)


def written(timeline: "schema.Timeline", by: Counting) -> bytes:
    """With the line that the adapter leaves out: how timecode counts."""
    import opentimelineio

    text = str(opentimelineio.adapters.write_to_string(timeline, "cmx_3600", rate=by.label))
    title, _, events = text.partition("\n")
    return f"{title}\nFCM: {'DROP FRAME' if by.drops else 'NON-DROP FRAME'}\n{events}".encode("utf-8", "replace")


def _event(scene: Placed, piece: Span, edition: Edition, by: Counting) -> "schema.Clip":
    from opentimelineio import schema

    tape = {"reel": _reel(edition.film), "comments": [f"SCENE {scene.numbered}"]}
    clip = schema.Clip(name=one_line(edition.film), source_range=span(piece.start, piece.end, by), metadata={"cmx_3600": tape})
    for speech in speeches(scene.scene):
        if piece.start <= speech.start < piece.end:
            clip.markers.append(schema.Marker(name=speech.who, marked_range=span(speech.start, speech.end, by), color=SPEECH))
    return clip


def _reel(film: str) -> str:
    """The film's name as a tape's: letters and digits, eight at most; AX, the unnamed one, where it has none."""
    return re.sub(r"[^A-Z0-9]", "", film.rpartition(".")[0].upper())[:REEL] or "AX"
