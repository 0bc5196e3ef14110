"""The pages that a language model is given: those in ``prompts/``, each replaced by one of the same name in a person's own folder.

Knows their texts and what each is told. Filling them in is ``config.rendering``'s, whose library is loaded only where one is filled in.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from config import files
from config.errors import ConfigProblems, Problem, refused

FOLDER = Path(__file__).with_name("prompts")
STYLES = "styles"
ENDING = ".md"
LARGEST = 32 * 1024  # bytes; the longest that is shipped has 3 KB, and a model's window is not much larger


@dataclass(frozen=True)
class Told:
    """The ``names`` of what a page may use. A page that leaves out one of ``needs`` would be of no use."""

    names: tuple[str, ...]
    needs: tuple[str, ...] = ()


_STYLE = Told(("language", "seen"))
_OTHERS = {
    "system.md": Told(("style", "language", "seen"), needs=("style",)),
    "chunk.md": Told(("title", "length", "people", "places", "start", "end", "before", "evidence", "after"), needs=("evidence",)),
    "cast.md": Told(()),
    "speech.md": Told(("title", "length", "people", "lines"), needs=("lines",)),
    "look.md": Told(("language",)),
    "repair.md": Told(("errors",), needs=("errors",)),
    "again.md": Told(("instructions", "text"), needs=("instructions",)),
}
LOOK = "look.md"
"""What a model is told that looks at a picture."""

NAMES = tuple(_OTHERS)
"""Every page but the styles."""


@dataclass(frozen=True)
class Page:
    """A page's source. ``name`` is ``system.md`` or ``styles/hollywood.md``; ``file`` is where it was read."""

    name: str
    file: str
    text: str


def told(name: str) -> Told:
    """What the page is told."""
    return _OTHERS.get(name, _STYLE)


def of_style(style: str) -> str:
    """The name of the style's page."""
    return f"{STYLES}/{style}{ENDING}"


def of_writing(style: str) -> tuple[str, ...]:
    """The names of the pages on which a script in ``style`` depends."""
    return "system.md", "chunk.md", "cast.md", "speech.md", "repair.md", of_style(style)


def listed(folder: Path) -> Iterator[str]:
    """The names of the pages that lie in ``folder``, whatever is in them. Backups and hidden files are no pages."""
    for path in sorted((*folder.glob(f"*{ENDING}"), *folder.glob(f"{STYLES}/*{ENDING}"))):
        if not path.name.startswith((".", "~", "#")):
            yield path.relative_to(folder).as_posix()


def read(own: Path | None = None) -> dict[str, Page]:
    """Every page by its name; those in the folder ``own`` go first. Raises ConfigProblems."""
    if own is not None and not own.is_dir():
        raise refused(str(own), "there is no such folder")
    found: dict[str, Page] = {}
    problems: list[Problem] = []
    for folder in (FOLDER, own) if own else (FOLDER,):
        for name in listed(folder):
            try:
                found[name] = _page(name, folder / name)
            except ConfigProblems as error:
                problems += error.problems
    if problems:
        raise ConfigProblems(problems)
    return found


def digest(own: Path | None, *names: str) -> str:
    """Of the texts of these pages and of the pages that they name. What cannot be read gives a digest too: whoever fills it in refuses."""
    try:
        pages = read(own)
    except ConfigProblems as error:
        return _hash(str(error))
    return _hash(json.dumps({name: pages[name].text for name in sorted(_used(pages, names))}))


def _page(name: str, path: Path) -> Page:
    content = files.content(path, LARGEST, through_link=True)
    try:
        return Page(name, str(path), (content or b"").decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise refused(str(path), "this is not UTF-8 text", advice="save it as UTF-8") from None


def _used(pages: Mapping[str, Page], names: tuple[str, ...]) -> set[str]:
    """``names`` with all that they include, directly or not."""
    used = {name for name in names if name in pages}
    while more := {name for name in pages for page in used if name in pages[page].text} - used:
        used |= more
    return used


def _hash(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()
