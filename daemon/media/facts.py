"""What a film says of itself, checked against its first picture."""

import re
from collections.abc import Iterable
from contextlib import suppress
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.contract.errors import NotAFilm
from daemon.contract.evidence import AudioStream, Chapter, Probe, VideoStream
from daemon.media.bounds import LARGEST_PICTURE, bounded
from daemon.media.container import AGAIN, Damaged, decoded, film_video, language_of, open_film, packets, sound_tracks

if TYPE_CHECKING:
    from av.audio.stream import AudioStream as AVAudio
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream as AVVideo

FIRST_PACKETS = 500  # enough to see a phone's variable rate; 20 s at 25 pictures a second
FIRST_PICTURES = 300  # packets that may fail before a picture is decoded: a broken start is passed over, a broken film is not
UNEVEN_SHARE = 0.05  # of all distances
UNEVEN = 0.1  # of the usual distance of two pictures: time bases round by less

_TIMECODE = re.compile(r"(\d{2}:\d{2}:\d{2})([:;.])(\d{2,3})")  # SMPTE ST 12-1; a dot before the frames means what a semicolon does


def read_facts(path: Path, digest: str) -> Probe:
    """All that later stages need to know before they decode.

    Raises:
        NotAFilm: nothing in it can be shown as a film.
        OSError: its disk does not give it.
    """
    with open_film(path) as container:
        video = film_video(container)
        first = first_picture(container, video)
        zero = float(first.pts * first.time_base) if first.pts is not None and first.time_base else 0.0
        times = _packet_times(container, video)
        return Probe(
            digest=digest,
            size=path.stat().st_size,
            container=container.format.name,
            duration=bounded(_duration(container, video, zero)),
            video=_video(video, first, zero, times),
            audio=tuple(_audio(track, zero) for track in sound_tracks(container)),
            chapters=_chapters(container, zero),
            subtitles=tuple(language_of(track) or "" for track in container.streams.subtitles),
            start_timecode=_start_timecode(container, video),
        )


def first_picture(container: "InputContainer", video: "AVVideo") -> "VideoFrame":
    """The first picture that can be decoded; the container is left behind it.

    Raises:
        NotAFilm: there is none, or it is too large to be one.
    """
    import av

    if video.codec_context is None:
        raise NotAFilm("The film's pictures are coded in a way that cannot be decoded here.", AGAIN)
    if video.codec_context.width * video.codec_context.height > LARGEST_PICTURE:
        raise NotAFilm("The film's picture is too large to be a film.", AGAIN)
    try:
        for packet in islice(packets(container, video), FIRST_PICTURES):
            with suppress(Damaged):
                frames: list[VideoFrame] = decoded(packet)
                if frames:
                    return frames[0]
    except av.error.InvalidDataError as error:
        raise NotAFilm("The film's pictures cannot be read.", AGAIN, detail=str(error)) from error
    raise NotAFilm("The film's pictures cannot be decoded.", AGAIN)


def rotation_of(frame: "VideoFrame") -> int:
    """Degrees clockwise by which the picture must be turned to be shown: 0, 90, 180 or 270."""
    return round(-frame.rotation / 90) * 90 % 360


def is_variable(times: Iterable[float]) -> bool:
    """Whether presentation times (seconds, any order) lie unevenly.

    A distance counts as uneven that is off the usual one by a tenth and more than 2 ms; a single gap is damage, not a rate.
    """
    distances = sorted(later - earlier for earlier, later in pairwise(sorted(times)))
    if not distances:
        return False
    usual = distances[len(distances) // 2]
    uneven = sum(abs(distance - usual) > max(UNEVEN * usual, 0.002) for distance in distances)
    return uneven > max(1, UNEVEN_SHARE * len(distances))


def _rewind(container: "InputContainer") -> None:
    """Back to the first picture, also where that comes late and the container finds nothing before it (Flash video)."""
    import av

    try:
        container.seek(0)
    except av.error.PermissionError:
        container.seek(0, backward=False)


def _packet_times(container: "InputContainer", video: "AVVideo") -> list[float]:
    import av

    times: list[float] = []
    try:
        _rewind(container)
        first = islice(packets(container, video), FIRST_PACKETS)
        times.extend(float(packet.pts * packet.time_base) for packet in first if packet.pts is not None)
    except av.error.InvalidDataError:
        return times  # what could be read before the broken place
    return times


def _video(stream: "AVVideo", first: "VideoFrame", zero: float, times: list[float]) -> VideoStream:
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    return VideoStream(
        index=stream.index,
        codec=stream.codec_context.name,
        width=first.width,
        height=first.height,
        frame_rate=float(rate),
        variable_rate=is_variable(sorted(times)[:-2]),  # the last ones may miss neighbours that come later in the file
        rotation=rotation_of(first),
        start=zero,
    )


def _start_timecode(container: "InputContainer", video: "AVVideo") -> str:
    """As a camera or an editing program wrote it: with the pictures, with the film, or in a track of its own (QuickTime's ``tmcd``)."""
    for tags in (video.metadata, container.metadata, *(track.metadata for track in container.streams.data)):
        said = _TIMECODE.fullmatch(next((text for key, text in tags.items() if key.lower() == "timecode"), ""))
        if said:
            return f"{said[1]}{':' if said[2] == ':' else ';'}{said[3]}"
    return ""


def _audio(stream: "AVAudio", zero: float) -> AudioStream:
    start = float(stream.start_time * stream.time_base) if stream.start_time is not None and stream.time_base else zero
    return AudioStream(
        index=stream.index,
        codec=stream.codec_context.name,
        channels=stream.codec_context.channels,
        sample_rate=stream.codec_context.sample_rate,
        language=language_of(stream),
        start=round(start - zero, 6),
    )


def _duration(container: "InputContainer", video: "AVVideo", zero: float) -> float:
    if video.duration and video.time_base:
        return float(video.duration * video.time_base)
    if container.duration:
        counted_from = 0 if "matroska" in container.format.name else (container.start_time or 0) / 1_000_000  # Matroska counts from 0
        return max(0.0, container.duration / 1_000_000 - (zero - counted_from))
    return _last_packet(container, video) - zero


def _last_packet(container: "InputContainer", video: "AVVideo") -> float:
    """The end of the last packet: for a recording that was never closed, whose length stands nowhere."""
    import av

    last = 0.0
    try:
        _rewind(container)
        for packet in packets(container, video):
            if packet.pts is not None:
                last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    except av.error.InvalidDataError:
        return last
    return last


def _chapters(container: "InputContainer", zero: float) -> tuple[Chapter, ...]:
    chapters = []
    for chapter in container.chapters():
        base = float(chapter["time_base"] or Fraction(1, 1000))
        start, end = max(0.0, chapter["start"] * base - zero), chapter["end"] * base - zero
        if end > start:
            chapters.append(Chapter(start=start, end=end, title=chapter["metadata"].get("title", "")))
    return tuple(sorted(chapters, key=lambda chapter: chapter.start))
