"""The demo film: drawn sets, cuts, camera movements and real speech, and the truth about all of them.

Run it with ``python -m daemon.demo.film PATH``. The same frames and samples come out on every machine; the bytes of the file may
differ between versions of ffmpeg.
"""

import sys
from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple

import cv2
import ffmpeg
import numpy as np
from numpy.typing import NDArray

from daemon.contract.evidence import Span
from daemon.contract.values import Frozen
from daemon.demo import sets, sound
from daemon.demo.sets import Picture
from daemon.demo.sound import Sound, Spoken
from daemon.media import ffmpeg as tool

WIDTH, HEIGHT, RATE = 640, 360, 24
Movement = Literal["static", "pan right", "zoom in"]


class View(NamedTuple):
    """What the camera sees of a set: its centre and its width, in the set's pixels."""

    x: float = 480
    y: float = 270
    width: float = 960


class Line(NamedTuple):
    """The ``number``-th line of a recording, said ``at`` seconds into the scene."""

    at: float
    recording: str
    number: int = 0


class Scene(NamedTuple):
    """One shot. ``life`` draws what moves by itself into the set at a given second; fades are from and to black, in seconds."""

    seconds: float
    picture: Callable[[], Picture]
    lines: tuple[Line, ...] = ()
    movement: Movement = "static"
    views: tuple[View, View] = (View(), View())
    life: Callable[[Picture, float], Picture] | None = None
    fade_in: float = 0
    fade_out: float = 0
    noise: tuple[float, int] = (-54, 6)  # room tone: level in dB, softness


class Truth(Frozen):
    """What is in the film, for tests: every scene is a shot, and ``movements`` has one entry a shot."""

    duration: float
    shots: tuple[Span, ...]
    cuts: tuple[float, ...]  # hard cuts; a change from or to black is none
    black: tuple[Span, ...]
    fades: tuple[Span, ...]
    movements: tuple[Movement, ...]
    lines: tuple[Spoken, ...]


@cache
def _train() -> tuple[Picture, Picture]:
    """The train, and where it is (not 0)."""
    train = sets.train()
    return train, train.max(axis=2)


def train_arrives(platform: Picture, time: float) -> Picture:
    """The train rolls in from the right within three seconds, and stands."""
    left = 300 + round(680 * max(0.0, 1 - time / 3) ** 2)
    train, where = (part[:, : max(0, platform.shape[1] - left)] for part in _train())
    picture = platform.copy()
    if train.size:
        cv2.copyTo(train, where, picture[232 : 232 + train.shape[0], left:])
    return picture


@cache
def _showers(size: tuple[int, int]) -> tuple[Picture, ...]:
    random = np.random.default_rng(7)
    return tuple(sets.rain(size, random) for _ in range(6))


def storm(night: Picture, time: float) -> Picture:
    """Rain, and a stroke of lightning every third second."""
    size, frame = (night.shape[1], night.shape[0]), round(time * RATE)
    rainy = cv2.add(night, _showers(size)[frame % 6])
    return np.asarray(cv2.add(rainy, sets.bolt(size)) if 1 < time % 3 < 1.13 else rainy, np.uint8)


QUIET = (-80.0, 0)
STORY = (
    Scene(1.5, sets.black, noise=QUIET),
    Scene(6.5, sets.kitchen, (Line(1.6, "door"), Line(4.4, "dialogue", 0)), fade_in=1),
    Scene(5, sets.window, (Line(0.7, "dialogue", 1), Line(3.4, "dialogue", 2)), "zoom in", (View(), View(480, 300, 600))),
    Scene(5.5, sets.street, (Line(1.8, "dialogue", 3),), "pan right", (View(), View(x=1440))),
    Scene(7, sets.station, (Line(1.5, "station", 0), Line(4.6, "station", 1)), life=train_arrives, noise=(-50, 40)),
    Scene(5.5, sets.office, (Line(1, "money", 0), Line(3, "money", 1))),
    Scene(8, sets.bridge, (Line(0.8, "storm", 0), Line(3.2, "storm", 1), Line(5.5, "dialogue", 4)), life=storm, fade_out=1, noise=(-52, 8)),
    Scene(1.5, sets.black, noise=QUIET),
)


def make(path: Path, *, scenes: tuple[Scene, ...] = STORY) -> Truth:
    """Films ``scenes`` to ``path`` (H.264 and AAC, 640x360, 24 frames a second); raises ToolFailed."""
    with TemporaryDirectory() as folder:
        track = Path(folder, "track.s16")
        track.write_bytes(_pcm(_track(scenes)))
        pictures = ffmpeg.input("pipe:", format="rawvideo", pix_fmt="yuv420p", s=f"{WIDTH}x{HEIGHT}", framerate=RATE)
        heard = ffmpeg.input(tool.address(track), format="s16le", ar=sound.RATE, ac=1)
        film = ffmpeg.output(
            pictures, heard, tool.address(path), vcodec="libx264", preset="superfast", crf=24, pix_fmt="yuv420p", threads=2,
            acodec="aac", ar=48_000, ac=2, audio_bitrate="96k", format="mp4", movflags="+faststart", fflags="+bitexact",
        )  # fmt: skip
        tool.run(film.overwrite_output(), feed=_frames(scenes))
    return truth(scenes)


def truth(scenes: tuple[Scene, ...] = STORY) -> Truth:
    """What ``make`` puts into a film of ``scenes``."""
    starts = _starts(scenes)
    shots = tuple(Span(start=start, end=start + scene.seconds) for start, scene in zip(starts, scenes, strict=True))
    dark = [scene.picture is sets.black for scene in scenes]
    return Truth(
        duration=shots[-1].end,
        shots=shots,
        cuts=tuple(shot.start for n, shot in enumerate(shots) if n and not dark[n] and not dark[n - 1]),
        black=tuple(shot for shot, is_dark in zip(shots, dark, strict=True) if is_dark),
        fades=tuple(fade for shot, scene in zip(shots, scenes, strict=True) for fade in _fades(shot, scene)),
        movements=tuple(scene.movement for scene in scenes),
        lines=tuple(_said(start + line.at, line) for start, scene in zip(starts, scenes, strict=True) for line in scene.lines),
    )


def _starts(scenes: tuple[Scene, ...]) -> list[float]:
    return list(accumulate((scene.seconds for scene in scenes), initial=0.0))[:-1]


def _fades(shot: Span, scene: Scene) -> Iterator[Span]:
    if scene.fade_in:
        yield Span(start=shot.start, end=shot.start + scene.fade_in)
    if scene.fade_out:
        yield Span(start=shot.end - scene.fade_out, end=shot.end)


def _said(at: float, line: Line) -> Spoken:
    said = sound.lines(line.recording)[line.number]
    return Spoken(start=at, end=at + said.length, text=said.text)


def _track(scenes: tuple[Scene, ...]) -> Sound:
    track = np.zeros(round(sum(scene.seconds for scene in scenes) * sound.RATE), np.float32)
    for number, (start, scene) in enumerate(zip(_starts(scenes), scenes, strict=True)):
        sound.add(track, start, sound.tone(scene.seconds, *scene.noise, seed=number))
        for line in scene.lines:
            sound.add(track, start + line.at - sound.MARGIN, sound.line(line.recording, line.number))
    return track


def _pcm(track: Sound) -> bytes:
    return (np.clip(track, -1, 1) * 32767).astype("<i2").tobytes()


def _frames(scenes: tuple[Scene, ...]) -> Iterator[bytes]:
    """The film's frames as planar YUV 4:2:0, with the grain of a real camera."""
    random = np.random.default_rng(8)
    grain = [random.normal(0, 1.5, (HEIGHT, WIDTH)).astype(np.int16) for _ in range(8)]
    for scene in scenes:
        shown = None
        for number, picture in enumerate(_shot(scene)):
            if picture is not shown:  # a picture at rest is the same object again
                clean, shown = cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), picture
            planes = clean.copy()
            if scene.picture is not sets.black:
                cv2.add(clean[:HEIGHT], grain[number % 8], dst=planes[:HEIGHT], dtype=cv2.CV_8U)
            yield planes.tobytes()


def _shot(scene: Scene) -> Iterator[Picture]:
    place = scene.picture()
    still = _seen(place, scene.views[0]) if scene.life is None and scene.movement == "static" else None
    for number in range(round(scene.seconds * RATE)):
        time = number / RATE
        picture = still if still is not None else _seen(scene.life(place, time) if scene.life else place, _view(scene, time))
        light = _light(scene, time)
        yield picture if light == 1 else cv2.convertScaleAbs(picture, alpha=light).astype(np.uint8)


def _view(scene: Scene, time: float) -> View:
    (x, y, width), (to_x, to_y, to_width) = scene.views
    part = time / scene.seconds
    return View(x + (to_x - x) * part, y + (to_y - y) * part, width * (to_width / width) ** part)


def _seen(place: Picture, view: View) -> Picture:
    scale = WIDTH / view.width
    matrix: NDArray[np.float64] = np.array([[scale, 0, WIDTH / 2 - scale * view.x], [0, scale, HEIGHT / 2 - scale * view.y]])
    return np.asarray(cv2.warpAffine(place, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR), np.uint8)


def _light(scene: Scene, time: float) -> float:
    rising = time / scene.fade_in if scene.fade_in else 1
    falling = (scene.seconds - time) / scene.fade_out if scene.fade_out else 1
    return min(1.0, rising, falling)


if __name__ == "__main__":
    print(make(Path(sys.argv[1])).model_dump_json(indent=1))
