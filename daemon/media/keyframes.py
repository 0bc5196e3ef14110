"""Pictures to look at: the sharpest that are not black, one for a short shot and more for a long one.

Shots are known only once the film has been seen, so the sharpest picture of every few seconds is kept as a JPEG, and the shots
choose among those at the end.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from daemon.contract.evidence import Span
from daemon.media.pictures import TURNS, small_picture

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

    from daemon.media.pictures import Picture

WIDEST = 960  # pixels of the longer side: what vision models look at is hardly larger
QUALITY = 85
LOOK_EVERY = 0.3  # seconds between two pictures that are considered
CELL = 2.5  # seconds of which one picture is kept
CHANGE = 12.0  # content score that begins a new cell where it stands out: likely a cut, so that every shot has a picture of its own
STANDS_OUT = 2.5  # times the change before it
MARGIN = 0.08  # seconds at a shot's ends whose pictures may still hold something of the neighbour
ONE_MORE = 12.0  # seconds of a shot for each further keyframe
MOST = 4  # keyframes of a shot


@dataclass
class Still:
    """A kept picture: its film time, sharpness (variance of the Laplacian), and file."""

    time: float
    sharpness: float
    path: Path


class Keyframes:
    """Keeps one JPEG a cell in ``folder``; ``choose`` names them after the shots and deletes the rest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stills: list[Still] = []
        self._began = self._looked = float("-inf")
        self._best: tuple[float, float, VideoFrame, int] | None = None  # time, sharpness, the picture and its turn
        self._change = 0.0
        folder.mkdir(exist_ok=True)

    def push(self, picture: "Picture", time: float, change: float) -> None:
        """One picture of the film; ``change`` is its content score against the one before."""
        jumped = change > max(CHANGE, STANDS_OUT * self._change)
        self._change = change
        if jumped or time - self._began >= CELL:
            self._keep()
            self._began, self._looked = time, float("-inf")
        if time - self._looked >= LOOK_EVERY:
            self._looked = time
            sharp = sharpness(picture.luma)
            if self._best is None or sharp > self._best[1]:
                self._best = (time, sharp, picture.frame, picture.turn)

    def finish(self) -> list[Still]:
        """All that were kept, in order of time."""
        self._keep()
        return self._stills

    def _keep(self) -> None:
        if self._best is not None:
            time, sharp, frame, turn = self._best
            path = self._folder / f"at-{time:.3f}.jpg"
            save(frame, turn, path)
            self._stills.append(Still(time, sharp, path))
        self._best = None


def sharpness(luma: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian (Pech-Pacheco et al., 2000): 0 for a black picture."""
    _, spread = cv2.meanStdDev(cv2.Laplacian(luma, cv2.CV_16S))
    return float(spread[0, 0] ** 2)


def save(frame: "VideoFrame", turn: int, path: Path) -> None:
    """Writes the picture, upright, as a JPEG."""
    image = small_picture(frame, WIDEST)
    if turn:
        image = cv2.rotate(image, TURNS[turn])  # type: ignore[assignment]
    path.write_bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes())


def choose(stills: list[Still], shots: list[tuple[str, float, float]], mixed: Sequence[Span] = ()) -> dict[str, tuple[str, ...]]:
    """For each shot (id, start, end) the keyframes (paths in the artefact), sharpest first; what no shot chose is deleted.

    Pictures in a ``mixed`` stretch, a dissolve or fade, are taken only where there is no other.
    """
    times = [still.time for still in stills]
    names: dict[str, tuple[str, ...]] = {}
    for shot, start, end in shots:
        inside = stills[bisect_left(times, start) : bisect_left(times, end)]
        clear = [still for still in inside if start + MARGIN <= still.time <= end - MARGIN and not _within(still.time, mixed)]
        best = sorted(clear or inside, key=lambda still: -still.sharpness)[: min(MOST, 1 + int((end - start) // ONE_MORE))]
        names[shot] = tuple(_named(still, shot, number) for number, still in enumerate(best))
    for still in stills:
        still.path.unlink(missing_ok=True)
    return names


def _within(time: float, spans: Sequence[Span]) -> bool:
    """Whether ``time`` lies in one of ``spans``, which are in order and do not overlap."""
    place = bisect_right(spans, time, key=lambda span: span.start)
    return place > 0 and time < spans[place - 1].end


def _named(still: Still, shot: str, number: int) -> str:
    name = f"{shot}.jpg" if number == 0 else f"{shot}-{number + 1}.jpg"
    still.path.rename(still.path.with_name(name))
    return f"{still.path.parent.name}/{name}"
