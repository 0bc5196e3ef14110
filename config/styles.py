"""The styles that a script can be written in: one page of instructions each, shipped or a person's own."""

from pathlib import Path, PurePath

from config import pages


def names(own: Path | None = None) -> tuple[str, ...]:
    """The names that ``script.style`` may have, in alphabetical order. ``own``: a person's folder of pages, which may add some."""
    found = {name for folder in filter(None, (pages.FOLDER, own)) for name in pages.listed(folder)}
    return tuple(sorted(PurePath(name).stem for name in found if name.startswith(f"{pages.STYLES}/")))
