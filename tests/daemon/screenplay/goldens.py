"""A small film's script in every text format, kept as files. ``make golden`` writes them anew.

Pages, whose look is another matter, have theirs beside: ``test_html``, ``test_pdf``.
"""

from pathlib import Path

from daemon.screenplay.formats.listed import FORMATS
from tests.daemon.screenplay.editions import SKIPPED, edition, night_train_script

FOLDER = Path(__file__).with_name("golden")
TEXTS = tuple(name for name in FORMATS if name not in ("pdf", "html"))


def made(name: str) -> bytes:
    """The format, as it would be published but for its mark."""
    return FORMATS[name].write(edition(night_train_script(), plan=SKIPPED))


def path_of(name: str) -> Path:
    return FOLDER / f"night_train.{FORMATS[name].extension}"


if __name__ == "__main__":
    for name in TEXTS:
        path_of(name).write_bytes(made(name))
