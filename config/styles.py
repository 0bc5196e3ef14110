"""The styles that a script can be written in: one page of instructions each, in ``prompts/``."""

from pathlib import Path

FOLDER = Path(__file__).parent / "prompts"


def names() -> tuple[str, ...]:
    """The names that ``script.style`` may have, in alphabetical order."""
    return tuple(sorted(page.stem for page in FOLDER.glob("*.md")))
