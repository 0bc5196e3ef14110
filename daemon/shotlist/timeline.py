"""The shots as a timeline that editing programs read: OpenTimelineIO, and CMX 3600 for those that know nothing newer."""

from typing import TYPE_CHECKING

from daemon.contract.evidence import Shot
from daemon.contract.values import shown
from daemon.screenplay.formats.cmx import written
from daemon.screenplay.formats.rates import Counting, counting, span, timecode
from daemon.shotlist.document import Measured

if TYPE_CHECKING:
    from opentimelineio.schema import Timeline


def otio(film: Measured) -> bytes:
    """OpenTimelineIO's JSON: one clip a shot, its camera movement and brightness as metadata, the skips as markers."""
    import opentimelineio

    return str(opentimelineio.adapters.write_to_string(_timeline(film, counting(film.probe)), "otio_json")).encode()


def edl(film: Measured) -> bytes:
    """CMX 3600: one event a shot, at the film's own rate where that has a timecode."""
    by = timecode(film.probe)
    return written(_timeline(film, by), by)


def _timeline(film: Measured, by: Counting) -> "Timeline":
    from opentimelineio import schema

    timeline = schema.Timeline(name=shown(film.source.stem))
    track = schema.Track(name="shots", kind=schema.TrackKind.Video)
    timeline.tracks.append(track)
    whole = span(0.0, film.analysis.duration, by)
    for shot in film.analysis.shots:
        reference = schema.ExternalReference(target_url=film.source.absolute().as_uri(), available_range=whole)
        part = span(shot.start, shot.end, by)
        track.append(schema.Clip(name=shot.id, media_reference=reference, source_range=part, metadata={"reelscribe": _facts(shot)}))
    for skip in film.skips.skips:
        marked = span(skip.start, skip.end, by._replace(first=0))
        track.markers.append(
            schema.Marker(name=f"skip: {skip.reason}", marked_range=marked, metadata={"reelscribe": skip.model_dump(mode="json")})
        )
    return timeline


def _facts(shot: Shot) -> dict[str, object]:
    return shot.model_dump(mode="json", include={"starts_with", "motion", "brightness", "light"})
