"""Where the override files of a film may lie: next to it, and where its folder cannot be written, in one of two mirrors.

``movie.reelscribe.yaml`` is for ``movie.mp4``; ``movie.mp4.reelscribe.yaml`` always is, and must be its name where two films share a
stem. ``reelscribe.yaml`` is for every film in its folder and below.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config import places
from config.errors import ConfigProblems, printable, refused

OF_FILM = ".reelscribe.yaml"
OF_FOLDER = "reelscribe.yaml"
EXAMPLE = f"movie{OF_FILM}"


@dataclass(frozen=True)
class Mirrors:
    """Where else the files of an inbox's folders may lie: below ``output`` and below the state directory."""

    inbox: Path
    output: Path | None = None
    state_dir: Path | None = None

    def of(self, folder: Path) -> tuple[Path, ...]:
        """The folder itself and its mirrors; the first that has the file is taken."""
        below_output = (places.mirrored_output(folder, self.inbox, self.output),) if self.output else ()
        below_state = (places.mirrored_overrides(folder, self.state_dir),) if self.state_dir else ()
        return (folder, *below_output, *below_state)


def folder_wide(video: Path, mirrors: Mirrors) -> Iterator[tuple[Path, ...]]:
    """For each folder from the inbox down to the film's: the places of its ``reelscribe.yaml``."""
    below = video.parent.is_relative_to(mirrors.inbox)
    for folder in reversed([video.parent, *video.parent.parents] if below else [video.parent]):
        if not below or folder.is_relative_to(mirrors.inbox):
            yield tuple(place / OF_FOLDER for place in mirrors.of(folder))


def of_film(video: Path, mirrors: Mirrors, extensions: tuple[str, ...]) -> tuple[Path, ...]:
    """The places of the film's own file, in the order in which they are looked at.

    Raises ConfigProblems where the only one there is could be meant for two films.
    """
    full = tuple(place / f"{video.name}{OF_FILM}" for place in mirrors.of(video.parent))
    by_stem = tuple(path.with_name(f"{video.stem}{OF_FILM}") for path in full)
    unclear = next((path for path in by_stem if os.path.lexists(path)), None)
    if unclear is None:
        return full
    twins = _twins(video, extensions)
    if not twins:
        return tuple(path for pair in zip(full, by_stem, strict=True) for path in pair)
    if not any(map(os.path.lexists, full)):
        raise _unclear(unclear, video, twins)
    return full


def to_make(video: Path, mirrors: Mirrors, extensions: tuple[str, ...]) -> tuple[Path, ...]:
    """Where the film's own file may be made, best first."""
    name = f"{video.name if _twins(video, extensions) else video.stem}{OF_FILM}"
    return tuple(place / name for place in mirrors.of(video.parent))


def to_edit(video: Path, extensions: tuple[str, ...]) -> Path:
    """The film's own file next to it: the one that is there, else the one to make. Raises ConfigProblems as ``of_film`` does."""
    there = next((path for path in of_film(video, Mirrors(video.parent), extensions) if path.exists()), None)
    return there or video.with_name(f"{video.name if _twins(video, extensions) else video.stem}{OF_FILM}")


def _twins(video: Path, extensions: tuple[str, ...]) -> list[str]:
    """Other films in the folder that share the stem."""
    try:
        others = [path for path in video.parent.iterdir() if path.name != video.name]
    except OSError:
        return []
    return sorted(path.name for path in others if path.stem == video.stem and path.suffix.lower() in extensions)


def _unclear(path: Path, video: Path, twins: list[str]) -> ConfigProblems:
    return refused(
        str(path),
        f"could be for {video.name} or for {', '.join(twins)}",
        advice=f"name it {printable(video.name)}{OF_FILM}",
    )
