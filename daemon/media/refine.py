"""The exact time of cuts that the fast mode saw only between two pictures some way apart.

Only the stretches around them are decoded again, from the key picture before, and looked at in full: a cut that is none there (a flash,
a fast pan, pictures spoilt by what was left out) is dropped.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.contract.evidence import Probe, Span
from daemon.media.container import Damaged, decoded, open_film, packets
from daemon.media.pictures import Picture
from daemon.media.shots import Cut, Cuts

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

AROUND = 0.45  # seconds of pictures on either side that the decision is made with: ten at 24 a second
REACH = (0.0, 2.0, 12.0, 1e9)  # seconds further back to look for a key picture, where the container has no index
RHYTHM = 0.1  # seconds by which regular key pictures may be off: they are counted in pictures
REGULAR = 2  # key pictures at the longest distance make a rhythm; a single one is a long scene


def refined(path: Path, probe: Probe, cuts: tuple[Cut, ...], keys: list[float]) -> tuple[Cut, ...]:
    """``cuts`` with their exact times. ``keys`` are the times of all key pictures.

    A cut is taken as it is where the encoder began a new key picture for it: it saw every picture.
    """
    placed = placed_keys(keys)
    sure = [cut for cut in cuts if cut.time in placed and cut.time - cut.before < 1.5 / probe.video.frame_rate and not cut.faint]
    unsure = [cut for cut in cuts if cut not in sure]
    found = _looked_at(path, probe, unsure) if unsure else []
    return tuple(sorted({cut.time: cut for cut in found + sure}.values(), key=lambda cut: cut.time))


def placed_keys(keys: list[float]) -> frozenset[float]:
    """Key pictures that stand where no regular one is due: encoders put one on the first picture of a new scene."""
    distances = [later - earlier for earlier, later in pairwise(keys)]
    if not distances:
        return frozenset()
    regular = max(distances) - RHYTHM
    if sum(distance >= regular for distance in distances) < REGULAR:
        return frozenset(keys[1:])
    return frozenset(key for key, distance in zip(keys[1:], distances, strict=True) if distance < regular)


def _windows(cuts: list[Cut]) -> list[Span]:
    windows: list[Span] = []
    for cut in cuts:
        if windows and cut.before - AROUND <= windows[-1].end:
            windows[-1] = Span(start=windows[-1].start, end=cut.time + AROUND)
        else:
            windows.append(Span(start=cut.before - AROUND, end=cut.time + AROUND))
    return windows


def _looked_at(path: Path, probe: Probe, cuts: list[Cut]) -> list[Cut]:
    """What there is of ``cuts`` when every picture around them is seen; where none can be, they stay as they are."""
    from av.video.reformatter import VideoReformatter

    scaler = VideoReformatter()
    found: list[Cut] = []
    with open_film(path) as container:
        video = next(stream for stream in container.streams.video if stream.index == probe.video.index)
        video.codec_context.options = video.codec_context.options | {"skip_loop_filter": "all"}
        video.codec_context.thread_type = "SLICE"
        for window in _windows(cuts):
            detector, seen = Cuts(), 0
            for frame, time in _pictures(container, video, probe.video.start, window):
                detector.push(Picture(frame, scaler).hsv, time)
                seen += 1
            found += detector.finish() if seen > 1 else [cut for cut in cuts if window.start <= cut.time <= window.end]
    return found


def _pictures(container: "InputContainer", video: "VideoStream", zero: float, window: Span) -> "Iterator[tuple[VideoFrame, float]]":
    """Every picture of ``window`` (film seconds), in order; none where they cannot be reached."""
    for back in REACH:
        first = True
        for frame, time in _from(container, video, zero, window, max(0.0, window.start - back)):
            if first and time > max(window.start, 0.0) + AROUND / 2 and back != REACH[-1]:
                break  # the container led us behind the key picture
            first = False
            if time > window.end:
                return
            if time >= window.start:
                yield frame, time
        else:
            return


def _from(
    container: "InputContainer", video: "VideoStream", zero: float, window: Span, start: float
) -> "Iterator[tuple[VideoFrame, float]]":
    """Pictures from the key picture before ``start`` on; before ``window`` only those that others need."""
    import av

    base = video.time_base
    if base is None:
        return
    try:
        container.seek(int((start + zero) / base), stream=video)
        for packet in packets(container, video):
            shown = packet.pts is None or float(packet.pts * base) - zero >= window.start - 0.001
            video.codec_context.skip_frame = "DEFAULT" if shown else "NONREF"
            for frame in decoded(packet):
                if frame.time is not None and not frame.is_corrupt:
                    yield frame, round(frame.time - zero, 6)
    except (av.error.InvalidDataError, av.error.PermissionError, Damaged):
        return  # a damaged stretch, or nothing to begin at: what was seen of it counts
