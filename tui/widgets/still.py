"""A picture of the film: as sharp as the terminal can, in half blocks elsewhere."""

from io import BytesIO

from PIL import Image as Picture
from textual.app import ComposeResult
from textual.containers import Container
from textual_image.widget import Image

LARGEST = 512  # pixels: more than any terminal shows of it


class Still(Container):
    """The still of one shot, or nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.shot = 0

    def compose(self) -> ComposeResult:
        """The picture."""
        yield Image()

    def show(self, shot: int, jpeg: bytes) -> None:
        """The picture of that shot; empty bytes: it has none."""
        self.shot = shot
        self.query_one(Image).image = _picture(jpeg) if jpeg else None


def _picture(jpeg: bytes) -> Picture.Image:
    with Picture.open(BytesIO(jpeg), formats=["JPEG"]) as opened:
        opened.draft("RGB", (LARGEST, LARGEST))
        picture = opened.convert("RGB")
    picture.thumbnail((LARGEST, LARGEST))
    return picture
