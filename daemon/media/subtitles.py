"""Text subtitles that a film carries inside: their lines and times as they stand there, none judged.

Subtitles that are pictures (of discs and broadcasts) are passed over.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.contract.evidence import Span
from daemon.contract.values import Frozen
from daemon.media.container import language_of, open_film, packets

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.subtitles.stream import SubtitleStream

FILE = "subtitles.json"
"""Where a stage keeps them beside its result."""
TEXT = ("subrip", "srt", "ass", "ssa", "mov_text", "webvtt", "text")  # codecs
MOST_LINES, LONGEST = 20_000, 1000  # of a track, and characters of a line: more is no subtitle
UNTOLD = 2.0  # seconds that a line is shown whose length the film does not tell


class Line(Span):
    r"""One subtitle as it is written, film seconds. Line breaks are ``\n``; marks such as ``{\i1}`` and ``<i>`` are still in it."""

    text: str


class Track(Frozen):
    """One stream of text subtitles. ``forced`` ones hold only what is said in another language, ``sdh`` ones tell sounds too."""

    index: int
    language: str | None = None
    forced: bool = False
    sdh: bool = False
    default: bool = False
    lines: tuple[Line, ...] = ()


class Subtitles(Frozen):
    """Every text track of a film, in the film's order."""

    tracks: tuple[Track, ...] = ()


def read_subtitles(path: Path, zero: float) -> Subtitles:
    """The text tracks of the film; ``zero`` is the time of its first picture on the file's own clock.

    Reads the file from end to end. Raises NotAFilm and OSError as ``open_film`` does.
    """
    with open_film(path) as container:
        streams = [stream for stream in container.streams.subtitles if stream.codec_context and stream.codec_context.name in TEXT]
        lines: dict[int, list[Line]] = {stream.index: [] for stream in streams}
        for index, line in _lines(container, streams, zero):
            if len(lines[index]) < MOST_LINES:
                lines[index].append(line)
        return Subtitles(tracks=tuple(_track(stream, lines[stream.index]) for stream in streams))


def _track(stream: "SubtitleStream", lines: list[Line]) -> Track:
    kind = type(stream.disposition)
    return Track(
        index=stream.index,
        language=language_of(stream),
        forced=bool(stream.disposition & kind.forced),
        sdh=bool(stream.disposition & kind.hearing_impaired),
        default=bool(stream.disposition & kind.default),
        lines=tuple(sorted(lines, key=lambda line: line.start)),
    )


def _lines(container: "InputContainer", streams: "list[SubtitleStream]", zero: float) -> Iterator[tuple[int, Line]]:
    """Every line with its track; what cannot be decoded is passed over."""
    import av

    if not streams:
        return
    try:
        for packet in packets(container, *streams):
            if packet.pts is None or not packet.size or packet.time_base is None:
                continue
            start = float(packet.pts * packet.time_base) - zero
            end = start + (float(packet.duration * packet.time_base) if packet.duration else UNTOLD)
            if text := _text(packet):
                yield packet.stream.index, Line(start=round(max(0.0, start), 3), end=round(max(0.0, end), 3), text=text[:LONGEST])
    except av.error.InvalidDataError:
        return


def _text(packet: object) -> str:
    import av

    try:
        parts = packet.decode()  # type: ignore[attr-defined]
    except av.error.FFmpegError:
        return ""
    said = [part.dialogue.decode(errors="replace") for part in parts if getattr(part, "dialogue", None)]
    return "\n".join(said).replace("\r\n", "\n").strip()
