"""OpenTimelineIO: the film as its scenes, for Resolve, Premiere, Avid, Nuke and whatever else reads it.

A clip is what is left of a scene, a gap what is skipped, so that the timeline lies over the film. Markers tell where scenes and
speeches begin. Times are counted in the film's own frames, from its embedded timecode on.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from daemon.contract.evidence import Span
from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.moments import Placed, pieces, placed, speeches
from daemon.screenplay.formats.paragraphs import one_line
from daemon.screenplay.formats.rates import Counting, counting, span

if TYPE_CHECKING:
    from opentimelineio import schema

SCENE, SPEECH = "GREEN", "CYAN"  # colours of markers


def otio(edition: Edition) -> bytes:
    """OpenTimelineIO's JSON."""
    import opentimelineio
    from opentimelineio import opentime, schema

    by = counting(edition.probe)
    timeline = schema.Timeline(name=one_line(edition.screenplay.title_page.title))
    timeline.global_start_time = opentime.RationalTime(by.first, by.label)
    timeline.tracks.append(track(edition, by, schema.TrackKind.Video))
    if edition.analysis.has_audio:
        timeline.tracks.append(track(edition, by, schema.TrackKind.Audio))
    timeline.tracks.markers.extend(_markers(edition, by._replace(first=0)))
    return str(opentimelineio.adapters.write_to_string(timeline, "otio_json")).encode("utf-8", "replace")


def track(edition: Edition, by: Counting, kind: str) -> "schema.Track":
    """Clips and gaps from the film's first picture to its last."""
    from opentimelineio import opentime, schema

    made = schema.Track(name="scenes", kind=kind)
    at = by.first
    for scene, piece in kept_scenes(edition):
        part = span(piece.start, piece.end, by)
        before = int(part.start_time.value) - at
        if before < 0:
            continue  # shorter than a frame
        if before:
            made.append(schema.Gap(duration=opentime.RationalTime(before, by.label)))
        made.append(schema.Clip(name=scene.numbered, media_reference=_media(edition, by), source_range=part, metadata=_facts(scene)))
        at = int(part.end_time_exclusive().value)
    left = by.frame(edition.analysis.duration) - at
    if left > 0:
        made.append(schema.Gap(duration=opentime.RationalTime(left, by.label)))
    return made


def kept_scenes(edition: Edition) -> Iterator[tuple[Placed, Span]]:
    """Each scene with each piece of it that no skip covers."""
    for scene in placed(edition.screenplay):
        for piece in pieces(scene, edition.plan.skips):
            yield scene, piece


def _media(edition: Edition, by: Counting) -> "schema.ExternalReference":
    """The film by its name alone, so that both may be moved together."""
    from opentimelineio import schema

    whole = span(0.0, edition.analysis.duration, by)
    return schema.ExternalReference(target_url=quote(os.fsencode(edition.film)), available_range=whole)


def _markers(edition: Edition, by: Counting) -> "Iterator[schema.Marker]":
    from opentimelineio import schema

    for scene in placed(edition.screenplay):
        yield schema.Marker(name=scene.numbered, marked_range=span(scene.start, scene.end, by), color=SCENE, metadata=_facts(scene))
        for speech in speeches(scene.scene):
            said = {"reelscribe": {"cues": list(speech.cues)}}
            yield schema.Marker(name=speech.who, marked_range=span(speech.start, speech.end, by), color=SPEECH, metadata=said)


def _facts(scene: Placed) -> dict[str, object]:
    return {"reelscribe": {"scene": scene.scene.id, "number": scene.scene.number}}
