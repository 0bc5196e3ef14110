"""A picture of the film: as sharp as the terminal can, in half blocks elsewhere."""

import sys
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image as Picture
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

LARGEST = 512  # pixels: more than any terminal shows of it


@cache
def image_widget() -> type[Widget]:
    """textual-image's widget. Its first import asks the terminal what it can draw, so call this before Textual takes the terminal."""
    kept = sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]  # it would be taken for sixels: 20 MB for a picture now and then
    try:
        from textual_image.widget import Image
    finally:
        if kept is None:
            del sys.modules["numpy"]
    return Image


class Still(Container):
    """The still of one shot, or nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.shot = 0
        self._image: Any = image_widget()()

    def compose(self) -> ComposeResult:
        """The picture."""
        yield self._image

    def show(self, shot: int, jpeg: bytes) -> None:
        """The picture of that shot; empty bytes: it has none."""
        self.shot = shot
        self._image.image = _picture(jpeg) if jpeg else None


def _picture(jpeg: bytes) -> Picture.Image:
    with Picture.open(BytesIO(jpeg), formats=["JPEG"]) as opened:
        opened.draft("RGB", (LARGEST, LARGEST))
        picture = opened.convert("RGB")
    picture.thumbnail((LARGEST, LARGEST))
    return picture
