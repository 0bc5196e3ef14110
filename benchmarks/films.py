"""Films made up with known truth: every cut, fade, dissolve, camera movement, flash and credit roll is where the truth file says.

Scenes are pictures with natural statistics (noise whose power falls with frequency, plus shapes), seen by a camera that moves,
with things moving in front of it and sensor noise over it. They are not real films: what they are good for is counting.
"""

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Size = tuple[int, int]
Join = Literal["cut", "dissolve", "fade"]

RATE = 24


@dataclass
class Truth:
    """What is really in a film. Times in seconds; a gradual transition is [start, end, kind], a movement [start, end, kind]."""

    cuts: list[float] = field(default_factory=list)
    gradual: list[tuple[float, float, str]] = field(default_factory=list)
    motion: list[tuple[float, float, str]] = field(default_factory=list)
    spans: list[tuple[float, float, str]] = field(default_factory=list)  # credits, advert, logo, flash, scene after the credits
    duration: float = 0.0

    @classmethod
    def read(cls, path: Path) -> "Truth":
        """From the JSON file beside a film."""
        return cls(**json.loads(path.read_text()))

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self), indent=1))


@dataclass
class Camera:
    """A movement: widths a second to the right and down, share of growth a second, jitter in widths."""

    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 0.0
    shake: float = 0.0

    @property
    def kind(self) -> str:
        """The movement's name; empty where it is mixed."""
        names = {"pan right": self.pan > 0, "pan left": self.pan < 0, "tilt down": self.tilt > 0, "tilt up": self.tilt < 0}
        names |= {"zoom in": self.zoom > 0, "zoom out": self.zoom < 0}
        moves = [name for name, true in names.items() if true]
        if self.shake:
            return "handheld" if not moves else ""
        return "static" if not moves else moves[0] if len(moves) == 1 else ""


@dataclass
class Take:
    """One shot: ``seconds`` of ``scene`` seen by ``camera``, joined to the one before it by ``join`` of ``joined`` seconds."""

    scene: "Scene"
    seconds: float
    camera: Camera = field(default_factory=Camera)
    join: Join = "cut"
    joined: float = 0.0
    label: str = ""
    flashes: tuple[float, ...] = ()  # seconds into the take
    black_before: float = 0.0  # seconds of black between the two halves of a fade


class Scene:
    """A picture larger than the frame, with things that move in front of it."""

    def __init__(
        self, seed: int, size: tuple[int, int], *, like: "Scene | None" = None, movers: int = 2, level: float | None = None
    ) -> None:
        self._rng = np.random.default_rng(seed)
        self.width, self.height = size
        colour: NDArray[np.float64] = like.colour if like else self._rng.uniform(50, 190, 3)
        self.colour: NDArray[np.float64] = colour if level is None else np.full(3, level) + self._rng.uniform(-4, 4, 3)
        contrast: float = like.contrast if like else float(self._rng.uniform(25, 55)) * (1 if level is None else level / 120)
        self.contrast: float = contrast
        self._world = texture(self._rng, (int(self.height * 2), int(self.width * 2)), self.colour, contrast)
        self._movers = [self._mover() for _ in range(movers)]

    def _mover(self) -> tuple[Image, NDArray[np.float64]]:
        side = int(self.height * self._rng.uniform(0.12, 0.35))
        colour = self._rng.uniform(10, 240, 3)
        return texture(self._rng, (side, side), colour, 40), self._rng.uniform(0, 6.28, 6)

    def render(self, time: float, camera: Camera) -> Image:
        """The picture ``time`` seconds into the take."""
        scale = np.exp(camera.zoom * time)
        x = (self.width * (0.5 + camera.pan * time)) + self._jitter(time, camera, 0)
        y = (self.height * (0.5 + camera.tilt * time)) + self._jitter(time, camera, 1)
        centre = (self.width, self.height)
        matrix = np.array(
            [
                [scale, 0, self.width / 2 - scale * (centre[0] + x - self.width / 2)],
                [0, scale, self.height / 2 - scale * (centre[1] + y - self.height / 2)],
            ]
        )
        frame = cv2.warpAffine(self._world, matrix, (self.width, self.height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        for sprite, phase in self._movers:
            self._draw(frame, sprite, phase, time)
        return frame  # type: ignore[return-value]

    def _jitter(self, time: float, camera: Camera, axis: int) -> float:
        waves = [(1.3, 0.0), (2.9, 1.7), (4.7, 4.1)]  # Hz: a hand's tremor and breath
        return camera.shake * self.width * sum(float(np.sin(6.283 * f * time + p + 2.1 * axis)) / (k + 1) for k, (f, p) in enumerate(waves))

    def _draw(self, frame: Any, sprite: Image, phase: NDArray[np.float64], time: float) -> None:
        side = sprite.shape[0]
        x = int((self.width - side) * (0.5 + 0.45 * np.sin(phase[0] + time * (0.3 + phase[1] / 8))))
        y = int((self.height - side) * (0.5 + 0.45 * np.sin(phase[2] + time * (0.2 + phase[3] / 10))))
        frame[y : y + side, x : x + side] = sprite


def texture(rng: np.random.Generator, size: tuple[int, int], colour: NDArray[np.float64], contrast: float) -> Image:
    """Noise over octaves, with shapes: uint8 [H, W, 3]."""
    height, width = size
    image = np.zeros((height, width, 3), np.float32)
    octave = 4
    while octave < min(size):
        noise = rng.normal(size=(height // octave + 2, width // octave + 2, 3)).astype(np.float32)
        noise = noise * 0.5 + noise.mean(axis=2, keepdims=True)
        image += cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC) * octave**0.6
        octave *= 2
    image = (image - image.mean()) / image.std() * contrast + colour.astype(np.float32)
    for _ in range(max(3, width * height // 60000)):
        shade = np.clip(colour + rng.normal(0, contrast * 1.5, 3), 0, 255)
        at = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.ellipse(image, at, (int(rng.integers(8, 90)), int(rng.integers(8, 90))), float(rng.integers(180)), 0, 360, shade.tolist(), -1)
    picture: Image = np.clip(image, 0, 255).astype(np.uint8)
    return picture


class Card(Scene):
    """Text on black: a card that stands, or a roll that moves up. A logo is a shape and a word on black."""

    def __init__(self, seed: int, size: tuple[int, int], *, roll: float = 0.0, logo: bool = False) -> None:
        self._rng = np.random.default_rng(seed)
        self.width, self.height = size
        self._roll, self._logo = roll, logo  # heights a second
        lines = 400 if roll else 5
        self._text = [self._words() for _ in range(lines)]

    def _words(self) -> str:
        letters = np.array(list("ABCDEFGHIKLMNOPRSTUVW"))
        return "   ".join("".join(self._rng.choice(letters, int(self._rng.integers(3, 9)))) for _ in range(int(self._rng.integers(2, 4))))

    def render(self, time: float, camera: Camera) -> Image:
        """White text on black."""
        frame = np.zeros((self.height, self.width, 3), np.uint8)
        if self._logo:
            grow = 1 + 0.04 * time
            cv2.circle(frame, (self.width // 2, self.height // 2 - 30), int(self.height * 0.18 * grow), (40, 160, 230), -1)
            cv2.putText(
                frame,
                "PICTURES",
                (int(self.width * 0.36), int(self.height * 0.85)),
                cv2.FONT_HERSHEY_DUPLEX,
                1.2 * grow,
                (220, 220, 220),
                2,
            )
            return frame
        step, scale = self.height / 14, self.height / 900
        top = self.height * (1 - self._roll * time) if self._roll else self.height * 0.35
        for number, line in enumerate(self._text):
            y = top + number * step
            if -step < y < self.height + step:
                (width, _), _ = cv2.getTextSize(line, cv2.FONT_HERSHEY_SIMPLEX, scale, 2)
                cv2.putText(
                    frame, line, (int((self.width - width) / 2), round(y)), cv2.FONT_HERSHEY_SIMPLEX, scale, (230, 230, 230), 2, cv2.LINE_AA
                )
        return frame


def frames(takes: list[Take], truth: Truth, size: tuple[int, int], rate: float = RATE, *, noise: float = 2.0) -> Iterator[Image]:
    """The film, picture by picture; fills in ``truth`` on the way."""
    grain = _grain(size, noise)
    number = 0
    tail = 0  # pictures of the running take that were already used by the transition into it
    for index, take in enumerate(takes):
        total = round(take.seconds * rate)
        after = takes[index + 1] if index + 1 < len(takes) else None
        lead = _lead(after, rate)  # pictures at this take's end that belong to the transition out of it
        start = number
        for i in range(tail, total - lead):
            yield _grained(_flashed(take, i, rate), grain, number)
            number += 1
        if take.label:
            truth.spans.append((start / rate, number / rate, take.label))
        if take.camera.kind and not isinstance(take.scene, Card):
            truth.motion.append((start / rate, number / rate, take.camera.kind))
        truth.spans.extend(((start - tail + f * rate) / rate, (start - tail + f * rate + 2) / rate, "flash") for f in take.flashes)
        tail = 0
        if after:
            for image in _joined(take, after, total - lead, lead, rate, number, truth):
                yield _grained(image, grain, number)
                number += 1
            tail = lead if after.join == "dissolve" else round(after.joined * rate) if after.join == "fade" else 0
    truth.duration = number / rate


def _lead(after: Take | None, rate: float) -> int:
    return round(after.joined * rate) if after and after.join != "cut" else 0


def _flashed(take: Take, number: int, rate: float) -> Image:
    image = take.scene.render(number / rate, take.camera)
    if any(0 <= number - flash * rate < 2 for flash in take.flashes):
        return cv2.addWeighted(image, 0.25, np.full_like(image, 255), 0.75, 0)  # type: ignore[return-value]
    return image


def _joined(one: Take, other: Take, begin: int, lead: int, rate: float, number: int, truth: Truth) -> Iterator[Image]:
    if other.join == "cut":
        truth.cuts.append(number / rate)
        return
    if other.join == "dissolve":
        truth.gradual.append((number / rate, (number + lead) / rate, "dissolve"))
        for i in range(lead):
            share = (i + 0.5) / lead
            a, b = one.scene.render((begin + i) / rate, one.camera), other.scene.render(i / rate, other.camera)
            yield cv2.addWeighted(a, 1 - share, b, share, 0)  # type: ignore[misc]
        return
    black = round(other.black_before * rate)
    truth.gradual.append((number / rate, (number + lead) / rate, "fade out"))
    truth.gradual.append(((number + lead + black) / rate, (number + 2 * lead + black) / rate, "fade in"))
    for i in range(lead):
        yield _dimmed(one.scene.render((begin + i) / rate, one.camera), 1 - (i + 0.5) / lead)
    for _ in range(black):
        yield np.zeros((one.scene.height, one.scene.width, 3), np.uint8)
    for i in range(lead):
        yield _dimmed(other.scene.render(i / rate, other.camera), (i + 0.5) / lead)


def _dimmed(image: Image, share: float) -> Image:
    return cv2.convertScaleAbs(image, alpha=share)  # type: ignore[return-value]


def _grain(size: tuple[int, int], noise: float) -> list[NDArray[np.int8]]:
    rng = np.random.default_rng(1)
    width, height = size
    return [np.repeat(rng.normal(0, noise, (height, width, 1)), 3, axis=2).astype(np.int8) for _ in range(4)]


def _grained(image: Image, grain: list[NDArray[np.int8]], number: int) -> Image:
    if not image.any():
        return image
    return cv2.add(image, grain[number % len(grain)], dtype=cv2.CV_8U)  # type: ignore[return-value]


X264 = ("-c:v", "libx264", "-preset", "medium", "-crf", "22")
CODINGS: dict[str, tuple[str, ...]] = {
    "x264": X264,
    "x264-fixed": (*X264, "-g", "48", "-sc_threshold", "0", "-x264-params", "open-gop=1"),
    "x265": ("-c:v", "libx265", "-preset", "fast", "-crf", "24", "-x265-params", "log-level=error"),
    "mpeg4": ("-c:v", "mpeg4", "-q:v", "4", "-bf", "2"),
    "vp9": ("-c:v", "libvpx-vp9", "-crf", "32", "-b:v", "0", "-deadline", "realtime", "-cpu-used", "6"),
}


def make(
    path: Path,
    scenario: Callable[[Size], list[Take]],
    size: Size,
    ffmpeg: str,
    *,
    coding: str = "x264",
    sound: str = "anoisesrc=a=0.05:c=pink",
) -> Truth:
    """Writes the film and ``PATH.truth.json``; a film that is there already is not made again."""
    beside = path.with_suffix(".truth.json")
    if path.exists() and beside.exists():
        return Truth.read(beside)
    truth, takes = Truth(), scenario(size)  # made only where needed: scenes are large, and a child's peak memory counts its parent's
    seconds = sum(take.seconds + take.black_before for take in takes)
    command = [
        ffmpeg,
        "-nostdin",
        "-v",
        "error",
        "-y",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "bgr24",
        "-s",
        f"{size[0]}x{size[1]}",
        "-r",
        str(RATE),
        "-i",
        "-",
    ]
    command += ["-f", "lavfi", "-t", f"{seconds:.3f}", "-i", sound, *CODINGS[coding], "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"]
    unfinished = path.with_name("unfinished-" + path.name)
    encoder = subprocess.Popen([*command, str(unfinished)], stdin=subprocess.PIPE)
    if encoder.stdin is None:
        raise RuntimeError("no pipe to the encoder")
    for image in frames(takes, truth, size):
        encoder.stdin.write(image.tobytes())
    encoder.stdin.close()
    if encoder.wait():
        raise RuntimeError("the encoder failed")
    truth.write(beside)
    unfinished.rename(path)
    return truth
