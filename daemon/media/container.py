"""Opening a film: no format but films, no file but the one that was named.

A playlist dressed up as a film (HLS, concat, DASH, SDP) would make the library open whatever it lists. So only the demuxers named
here may look at the file, and only the ``file`` protocol is there for them.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.contract.errors import NotAFilm
from daemon.contract.values import shown
from daemon.media.bounds import LARGEST_PICTURE

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.stream import VideoStream

# Names of demuxers. Sounds and single pictures are opened too, to say what they are instead of "unreadable".
FILMS = [
    "mov",
    "matroska",
    "avi",
    "mpegts",
    "mpeg",
    "asf",
    "flv",
    "ogg",
    "mxf",
    "ivf",
    "dv",
    "rm",
    "mpegvideo",
    "h264",
    "hevc",
    "nut",
    "vob",
]
SOUNDS = ["mp3", "flac", "wav", "aac", "aiff", "caf", "ac3", "amr", "w64"]
PICTURES = ["png_pipe", "jpeg_pipe", "webp_pipe", "bmp_pipe", "tiff_pipe", "gif", "apng", "psd_pipe"]
HEAD = 64 * 1024  # bytes
BLOCK = 1 << 20  # bytes
# What a disk answers. A demuxer has other numbers of the same list for films that it cannot make sense of.
DISK = {errno.ENOENT, errno.EACCES, errno.ESTALE, errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ETIMEDOUT, errno.EMFILE}
PIXELS = {"max_pixels": str(LARGEST_PICTURE)}  # refused by the decoder before it makes room: also where a film grows on its way
AGAIN = "Copy it again, and check that it plays elsewhere."


@contextmanager
def open_film(path: Path) -> "Iterator[InputContainer]":
    """The opened container.

    Raises:
        NotAFilm: empty, cut short before its index, or of no kind that holds a film; also where reading it goes wrong later, for a
            reason that lies in the film.
        OSError: the file is gone, may not be read, or its disk fails.
    """
    import av

    try:
        with _opened(path) as container:
            yield container
    except av.error.FFmpegError as error:
        _raise_for_disk(path, error)
        raise NotAFilm("The film cannot be read: it is cut short or damaged.", AGAIN, detail=str(error)) from error


def _opened(path: Path) -> "InputContainer":
    import av

    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise NotAFilm("The file is empty.", "Copy it again: nothing arrived.")
    allowed = {"format_whitelist": ",".join(FILMS + SOUNDS + PICTURES), "protocol_whitelist": "file"}
    name = f"file:{path.absolute()}"
    try:
        container: InputContainer = av.open(name, "r", container_options=allowed, options=PIXELS, **_lenient_titles())
    except av.error.FFmpegError as error:
        _raise_for_disk(path, error)
        raise _unreadable(path, head, error) from error
    for stream in container.streams.video:
        if stream.codec_context is not None:
            stream.codec_context.options = PIXELS
    return container


def _raise_for_disk(path: Path, error: Exception) -> None:
    """Raises ``error``, or the disk's own, where it is the disk's.

    "Input/output error" also is a demuxer's word for a film that is cut short: the file is read to tell.
    """
    number = getattr(error, "errno", None)
    if number in DISK:
        raise error
    if number == errno.EIO:
        with path.open("rb", buffering=0) as file:
            while file.read(BLOCK):
                pass


def packets(container: "InputContainer", *streams: "Stream") -> "Iterator[Packet[Any]]":
    """The packets of ``streams``, and an empty one of each at the end.

    Where streams came up in the film that its head did not name, PyAV stumbles over them once all is read: that is the end.
    """
    with suppress(IndexError):
        yield from container.demux(*streams)


class Damaged(Exception):
    """A packet of which nothing can be made."""


def decoded(packet: "Packet[Any]") -> list[Any]:
    """The pictures or sounds that come of a packet. Raises Damaged, whatever word the decoder has for it."""
    import av

    try:
        return list(packet.decode())
    except av.error.FFmpegError as error:
        raise Damaged from error


def film_video(container: "InputContainer") -> "VideoStream":
    """The stream that is looked at: the largest picture that is no attached cover.

    Raises:
        NotAFilm: there is none, with the sentence that fits what is there.
    """
    if container.format.name in PICTURES:
        raise NotAFilm("This is a picture, not a film.", "Only films are written up; move it out of the inbox.")
    pictures = [stream for stream in container.streams.video if not _is_cover(stream)]
    if pictures:
        return max(pictures, key=lambda stream: (_pixels(stream), -stream.index))
    if sound_tracks(container):
        raise NotAFilm("The file holds sound but no moving picture.", "A screenplay needs a film; move the sound file out of the inbox.")
    raise NotAFilm("The film names no stream of pictures: its index is empty or broken.", AGAIN)


def film_audio(container: "InputContainer", language: str | None = None) -> "AudioStream | None":
    """The sound track in ``language`` (ISO 639, two or three letters) where there is one, else the file's default, else the first."""
    tracks = sound_tracks(container)
    wanted = [track for track in tracks if language and same_language(track.language, language)]
    usual = [track for track in tracks if track.disposition & track.disposition.default]
    return next(iter(wanted + usual + tracks), None)


def sound_tracks(container: "InputContainer") -> "list[AudioStream]":
    """Those that can be decoded."""
    return [track for track in container.streams.audio if track.codec_context is not None]


def same_language(tag: str | None, wanted: str) -> bool:
    """Whether a stream's tag means ``wanted``: ``deu``, ``ger`` and ``de-AT`` are all ``de``."""
    return tag is not None and _two_letters(tag) == _two_letters(wanted)


def _lenient_titles() -> dict[str, Any]:
    """PyAV below 19 refuses a whole film for one title that is not UTF-8, unless told not to; from 19 on it does not ask."""
    import av

    return {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}


def language_of(stream: "Stream") -> str | None:
    """The language that the file gives the stream; ``und`` is none."""
    return stream.language if stream.language and stream.language != "und" else None


def _two_letters(tag: str) -> str:
    short = tag.lower().replace("_", "-").split("-")[0]
    return THREE_LETTERS.get(short, short)


def _pixels(stream: "VideoStream") -> int:
    """As the container says; 0 where nothing can decode it."""
    return stream.codec_context.width * stream.codec_context.height if stream.codec_context else 0


def _is_cover(stream: "VideoStream") -> bool:
    kinds = stream.disposition.attached_pic | stream.disposition.timed_thumbnails | stream.disposition.still_image
    return bool(stream.disposition & kinds)


def _unreadable(path: Path, head: bytes, error: Exception) -> NotAFilm:
    if head[4:8] == b"ftyp":
        return NotAFilm("The film is cut short: its index (moov) is missing or broken.", AGAIN, detail=str(error))
    if b"\0" not in head and _is_text(head):
        return NotAFilm("The file is text, whatever its name says.", "Move it out of the inbox.")
    return NotAFilm(f"{shown(path.name)} is not in a film format that can be read.", AGAIN, detail=str(error))


def _is_text(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3  # a character cut at the end of what was read
    return True


# ISO 639-2 (both its forms) to 639-1, for the languages that sound tracks are commonly tagged with.
THREE_LETTERS = {
    "ara": "ar", "bul": "bg", "cat": "ca", "ces": "cs", "chi": "zh", "cze": "cs", "dan": "da", "deu": "de", "dut": "nl", "ell": "el",
    "eng": "en", "est": "et", "fas": "fa", "fin": "fi", "fra": "fr", "fre": "fr", "ger": "de", "gre": "el", "heb": "he", "hin": "hi",
    "hrv": "hr", "hun": "hu", "ice": "is", "ind": "id", "isl": "is", "ita": "it", "jpn": "ja", "kor": "ko", "lav": "lv", "lit": "lt",
    "nld": "nl", "nor": "no", "per": "fa", "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk",
    "slv": "sl", "spa": "es", "srp": "sr", "swe": "sv", "tam": "ta", "tel": "te", "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur",
    "vie": "vi", "zho": "zh",
}  # fmt: skip
