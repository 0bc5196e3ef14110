"""A picture of the film: as sharp as the terminal can, in half blocks elsewhere."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO, StringIO
from typing import Any

from PIL import Image as Picture
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from tui.terminal import BLOCKS, Graphics

LARGEST = 512  # pixels: more than any terminal shows of it
NUMPY = "numpy"


@cache
def image_widget(graphics: Graphics) -> type[Widget]:
    """textual-image's widget for what this terminal can draw."""
    with _told(graphics):
        from textual_image import widget
    drawn: dict[str, type[Widget]] = {"sixel": widget.SixelImage, "kitty": widget.TGPImage, "blocks": widget.HalfcellImage}
    return drawn[graphics.by]


@contextmanager
def _told(graphics: Graphics) -> Iterator[None]:
    """Loaded like this, the library asks the terminal nothing, which is ours by then, and takes no numpy (20 MB)."""
    for name, pixels in zip(("TEXTUAL_CELL_WIDTH", "TEXTUAL_CELL_HEIGHT"), graphics.cell or (), strict=False):
        os.environ.setdefault(name, str(pixels))  # a browser has said it already
    stdout, sys.__stdout__ = sys.__stdout__, StringIO()  # type: ignore[misc,assignment]
    kept = sys.modules.setdefault(NUMPY, None)  # type: ignore[arg-type]
    try:
        yield
    finally:
        sys.__stdout__ = stdout  # type: ignore[misc]
        if kept is None:
            del sys.modules[NUMPY]


class Still(Container):
    """The still of one shot, or nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.shot = 0
        self._image: Any = image_widget(getattr(self.app, "graphics", BLOCKS))()

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
