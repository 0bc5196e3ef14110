"""The shots as a timeline that editing programs read: OpenTimelineIO, and CMX 3600 for those that know nothing newer."""

from typing import TYPE_CHECKING

from daemon.contract.evidence import Shot
from daemon.contract.values import shown
from daemon.shotlist.document import Measured

if TYPE_CHECKING:
    from opentimelineio.opentime import TimeRange
    from opentimelineio.schema import Timeline

BROADCAST = {23.976: 24000 / 1001, 29.97: 30000 / 1001, 59.94: 60000 / 1001}
NEAR = 0.01  # frames a second


def otio(film: Measured) -> bytes:
    """OpenTimelineIO's JSON: one clip a shot, its camera movement and brightness as metadata, the skips as markers."""
    import opentimelineio

    return str(opentimelineio.adapters.write_to_string(_timeline(film), "otio_json")).encode()


def edl(film: Measured) -> bytes:
    """CMX 3600: one event a shot, at the film's own rate."""
    import opentimelineio

    return str(opentimelineio.adapters.write_to_string(_timeline(film), "cmx_3600", rate=rate(film))).encode()


def rate(film: Measured) -> float:
    """Frames a second, as editing programs name it: a measured 23.976 is 24000/1001, and a variable one its nearest whole number."""
    measured = film.probe.video.frame_rate
    if film.probe.video.variable_rate:
        return float(max(1, round(measured)))
    return next((exact for name, exact in BROADCAST.items() if abs(measured - name) < NEAR), float(round(measured, 3)))


def _timeline(film: Measured) -> "Timeline":
    from opentimelineio import schema

    timeline = schema.Timeline(name=shown(film.source.stem))
    track = schema.Track(name="shots", kind=schema.TrackKind.Video)
    timeline.tracks.append(track)
    whole = _range(0.0, film.analysis.duration, rate(film))
    for shot in film.analysis.shots:
        reference = schema.ExternalReference(target_url=film.source.absolute().as_uri(), available_range=whole)
        part = _range(shot.start, shot.end, rate(film))
        track.append(schema.Clip(name=shot.id, media_reference=reference, source_range=part, metadata={"reelscribe": _facts(shot)}))
    for skip in film.skips.skips:
        marked = _range(skip.start, skip.end, rate(film))
        track.markers.append(
            schema.Marker(name=f"skip: {skip.reason}", marked_range=marked, metadata={"reelscribe": skip.model_dump(mode="json")})
        )
    return timeline


def _range(start: float, end: float, frames: float) -> "TimeRange":
    """On whole frames: a shot begins with its first picture and ends before the next one's."""
    from opentimelineio import opentime

    first, last = round(start * frames), round(end * frames)
    return opentime.TimeRange(opentime.RationalTime(first, frames), opentime.RationalTime(max(last - first, 1), frames))


def _facts(shot: Shot) -> dict[str, object]:
    return shot.model_dump(mode="json", include={"starts_with", "motion", "brightness", "light"})
