"""Short films of many kinds, and what becomes of them when bits flip, ends are missing, pieces change places and sizes lie: by a seed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from tests.daemon.media.films import ffmpeg

KINDS: dict[str, tuple[str, ...]] = {
    "plain.mp4": ("-c:v", "libx264", "-c:a", "aac"),
    "fast.mov": ("-c:v", "libx264", "-c:a", "aac", "-movflags", "+faststart"),
    "pieces.mp4": ("-c:v", "libx264", "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"),
    "film.mkv": ("-c:v", "libx264", "-c:a", "flac"),
    "film.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"),
    "film.avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "film.ts": ("-c:v", "mpeg2video", "-c:a", "mp2"),
    "film.flv": ("-c:v", "flv", "-c:a", "libmp3lame", "-ar", "44100"),
    "pictures.mov": ("-c:v", "mjpeg", "-c:a", "pcm_s16le"),
}
HEAD = 2_000  # bytes at either end, where containers say what they hold
BOXES = (b"stsz", b"stts", b"stco", b"stsd", b"avc1", b"mvhd", b"tkhd", b"mdhd", b"trun", b"avih", b"strf")
SIZES = (0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFFFF0, 0x10000000)


def whole(folder: Path) -> list[Path]:
    """One film of each kind, half a second long, with two shots and a tone."""
    picture = "color=red:s=96x64:r=20:d=0.25[a];testsrc=s=96x64:r=20:d=0.25[b];[a][b]concat,format=yuv420p"
    for name, codecs in KINDS.items():
        sound = ("-f", "lavfi", "-i", "sine=440:d=0.5:r=48000")
        ffmpeg(*sound, "-filter_complex", f"{picture}[v]", "-map", "[v]", "-map", "0:a", "-shortest", *codecs, folder / name)
    return [folder / name for name in KINDS]


def mutants(films: list[Path], seeds: range) -> Iterator[tuple[str, bytes]]:
    """A name and its content for each seed; the name says which film it was and what was done to it."""
    contents = {film.name: film.read_bytes() for film in films}
    for seed in seeds:
        chance = Random(seed)
        name, change = chance.choice(sorted(contents)), chance.choice(CHANGES)
        content = bytearray(contents[name])
        for _ in range(chance.choice((1, 1, 2, 4))):
            change(content, chance)
        yield f"{seed:06}-{change.__name__}-{name}", bytes(content)


def _place(content: bytearray, chance: Random) -> int:
    """Often where the container speaks of itself."""
    size = max(1, len(content))
    match chance.choice(("head", "tail", "anywhere")):
        case "head":
            return chance.randrange(min(HEAD, size))
        case "tail":
            return size - 1 - chance.randrange(min(HEAD, size))
        case _:
            return chance.randrange(size)


def flipped(content: bytearray, chance: Random) -> None:
    for _ in range(chance.choice((1, 8, 64))):
        place = _place(content, chance)
        content[place : place + 1] = bytes([content[place] ^ 1 << chance.randrange(8)])


def cut_short(content: bytearray, chance: Random) -> None:
    del content[chance.randrange(1, max(2, len(content))) :]


def beheaded(content: bytearray, chance: Random) -> None:
    del content[: chance.randrange(1, max(2, min(HEAD, len(content))))]


def swapped(content: bytearray, chance: Random) -> None:
    length = chance.choice((4, 8, 64, 512))
    one, other = sorted((_place(content, chance), _place(content, chance)))
    if one + length <= other:
        content[one : one + length], content[other : other + length] = content[other : other + length], content[one : one + length]


def blown_up(content: bytearray, chance: Random) -> None:
    """A number of four bytes is huge, nothing, or one."""
    place = _place(content, chance) & ~3 if chance.random() < 0.5 else _place(content, chance)
    content[place : place + 4] = chance.choice(SIZES).to_bytes(4, chance.choice(("big", "little")))


def boxes_blown_up(content: bytearray, chance: Random) -> None:
    """The same right before or behind the name of a box that decides about room."""
    names = [
        name
        for name in (b"stsz", b"stts", b"stco", b"stsd", b"avc1", b"mvhd", b"tkhd", b"mdhd", b"trun", b"avih", b"strf")
        if name in content
    ]
    place = content.find(chance.choice(names)) + chance.choice((-4, 4, 8, 12, 16, 28, 32)) if names else _place(content, chance)
    content[place : place + 4] = chance.choice(SIZES).to_bytes(4, "big")


def noise(content: bytearray, chance: Random) -> None:
    length = chance.choice((1, 16, 256, 4096))
    place = _place(content, chance)
    content[place : place + length] = chance.randbytes(min(length, len(content) - place))


def repeated(content: bytearray, chance: Random) -> None:
    place, length = _place(content, chance), chance.choice((16, 256, 2048))
    content[place:place] = content[place : place + length] * chance.choice((1, 3, 20))


CHANGES: tuple[Callable[[bytearray, Random], None], ...] = (
    flipped, cut_short, beheaded, swapped, blown_up, boxes_blown_up, noise, repeated,
)  # fmt: skip
