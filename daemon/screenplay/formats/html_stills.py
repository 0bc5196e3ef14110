"""Pictures of shots, made small enough that a film of hours is still a page that opens at once."""

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from daemon.contract.evidence import Shot
from daemon.contract.values import Frozen
from daemon.screenplay.edition import Edition

T = TypeVar("T")

WIDEST = 400  # pixels
QUALITY = 72
MOST = 240  # pictures on a page, about 15 KB each
LARGEST = 20_000_000  # bytes of a file that is taken for a still


class Still(Frozen):
    """One picture. ``data`` is base64 of a JPEG; ``time`` in film seconds; ``caption`` is what a model saw, where one looked."""

    shot: str
    caption: str
    time: float
    width: int
    height: int
    data: str


def thinned(items: Sequence[T], most: int) -> list[T]:
    """At most so many of them, evenly chosen, the first among them."""
    return list(items) if len(items) <= most else [items[number * len(items) // most] for number in range(most)]


def stills(edition: Edition, shots: Sequence[Shot]) -> list[Still]:
    """The pictures of ``shots`` that are kept and can be read, in order."""
    if edition.stills is None:
        return []
    seen = {caption.keyframe: caption.text for caption in edition.captions.captions}
    pictured = thinned([shot for shot in shots if shot.keyframes], MOST)
    found = (_still(shot, edition.stills / shot.keyframes[0], seen.get(shot.keyframes[0], "")) for shot in pictured)
    return [still for still in found if still]


def _still(shot: Shot, file: Path, caption: str) -> Still | None:
    import cv2
    import numpy as np

    try:
        data = file.read_bytes()[:LARGEST]
    except OSError:
        return None
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if image is None:
        return None
    height, width = image.shape[:2]
    scale = min(1.0, WIDEST / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
    return Still(shot=shot.id, caption=caption, time=shot.start, width=size[0], height=size[1], data=b64encode(jpeg).decode())
