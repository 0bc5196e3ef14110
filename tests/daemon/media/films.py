"""Small films for the media room, made by ffmpeg: each a colour, a moment, a fault."""

import subprocess
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from numpy.typing import NDArray

from daemon.media import ffmpeg as tool

if TYPE_CHECKING:
    from av.packet import Packet
    from av.stream import Stream
    from av.video.stream import VideoStream

THREE = "color=c=black:s=320x180:r=24:d=1[a];color=c=gray:s=320x180:r=24:d=1.5[b];testsrc2=s=320x180:r=24:d=2[c];[a][b][c]concat=n=3"
"""Black for a second, grey from 1, a test picture from 2.5 to 4.5 s: cuts that nobody can argue about."""


def ffmpeg(*arguments: object) -> None:
    """Runs it; its own words are the failure's."""
    command = [str(tool.program()), "-nostdin", "-v", "error", "-y", *(str(argument) for argument in arguments)]
    subprocess.run(command, check=True)


def three(path: Path, *output: object, sound: str = "sine=440:d=4.5") -> Path:
    """The film of three scenes, H.264 with B pictures and AAC unless ``output`` says otherwise."""
    ffmpeg("-f", "lavfi", "-i", sound, "-filter_complex", f"{THREE}[v]", "-map", "[v]", "-map", "0:a", "-pix_fmt", "yuv420p", *output, path)
    return path


def from_pictures(path: Path, pictures: Iterable[NDArray[np.uint8]], rate: int = 24) -> Path:
    """A film of brightness pictures, uint8 [H, W]."""
    with av.open(str(path), "w") as container:
        stream: VideoStream = container.add_stream("libx264", rate)
        for picture in pictures:
            if not stream.codec_context.is_open:
                stream.height, stream.width = picture.shape
                stream.pix_fmt = "yuv420p"
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="gray").reformat(format="yuv420p")))
        container.mux(stream.encode(None))
    return path


def spoilt(film: Path, path: Path, kind: str, which: Callable[[int], bool], byte: int = 0) -> Path:
    """A copy of ``film`` whose packets of ``kind`` are nothing but one ``byte`` where ``which`` says so of their number (from 1)."""
    with av.open(str(film)) as source, av.open(str(path), "w") as copy:
        streams = {stream.index: copy.add_stream_from_template(stream) for stream in source.streams}
        numbers = Counter[str]()
        for packet in source.demux():
            if packet.size:
                numbers[packet.stream.type] += 1
                spoil = packet.stream.type == kind and which(numbers[kind])
                content = bytes([byte]) * packet.size if spoil else bytes(packet)
                copy.mux(_again(packet, streams[packet.stream.index], content))
    return path


def _again(packet: "Packet[Stream]", stream: "Stream", content: bytes) -> "Packet[Stream]":
    made = av.Packet(content)
    made.pts, made.dts, made.time_base, made.is_keyframe, made.stream = packet.pts, packet.dts, packet.time_base, packet.is_keyframe, stream
    return made
