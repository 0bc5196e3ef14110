"""The names that one format of a script may take: ``movie.fountain``, ``movie.v2.fountain``, and so on, and whose file stands there."""

import os
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

from daemon.screenplay.formats import mark
from daemon.screenplay.formats.listed import Format
from daemon.stages.placing import attribute

LARGEST = 64 << 20  # bytes; no script of ours is larger
READ_BACK = 16 << 20  # bytes of an edited file; a script of a day's film has a few


class Slots:
    """The slots below ``base`` (the script's path without an ending).

    ``known`` is what we last wrote: file (its name, or its whole path) → SHA-256 of all its bytes.
    """

    def __init__(self, base: Path, form: Format, known: Mapping[Path, str]) -> None:
        self.form = form
        self._base = base
        self._known = known

    def __iter__(self) -> Iterator[Path]:
        yield self.first
        for number in count(2):
            yield self._base.with_name(f"{self._base.name}.v{number}.{self.form.extension}")

    @property
    def first(self) -> Path:
        """The plain name."""
        return self._base.with_name(f"{self._base.name}.{self.form.extension}")

    def there(self, path: Path) -> bytes | None:
        """What stands at ``path``: None where nothing does, no bytes where it can be none of ours (a folder, a link, a huge file)."""
        try:
            plain = path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST
            return path.read_bytes() if plain else b"" if os.path.lexists(path) else None
        except FileNotFoundError:
            return None

    def known(self, path: Path) -> str:
        """The digest of what we last wrote at ``path``; ``""``: nothing that we know of."""
        return self._known.get(path) or self._known.get(Path(path.name), "")

    def last_known(self) -> Path | None:
        """The highest slot that we know to have written."""
        written = [path for _, path in zip(range(len(self._known) + 1), self, strict=False) if self.known(path)]
        return written[-1] if written else None

    def said(self, path: Path, data: bytes) -> mark.Mark | None:
        """What the file at ``path``, which holds ``data``, says of itself."""
        return mark.read(data, self.form.mark, attribute(path, mark.ATTRIBUTE) if self.form.mark == "attribute" else b"")

    def is_ours(self, path: Path, data: bytes, version: int) -> bool:
        """Whether ``data`` at ``path`` is what we wrote, byte for byte. A file that the database does not know is told by its mark.

        So is one of ``version``, which is about to be written, or a later one: that run was cut short between writing the file and
        the database's hearing of it.
        """
        if self.known(path) == mark.digest(data):
            return True
        said = self.said(path, data)
        return said is not None and said.intact and (not self.known(path) or said.version >= version)

    def is_edit(self, path: Path, data: bytes) -> bool:
        """Whether ``data`` at ``path`` is a script of ours with a person's changes, which are still to be read back."""
        said = self.said(path, data)
        theirs = self.known(path) not in ("", mark.digest(data)) and not (said and said.intact)
        plain = path.is_file() and not path.is_symlink() and path.stat().st_size <= READ_BACK
        return self.form.comes_home and theirs and plain

    def newest(self) -> int:
        """The highest version of ours that lies here; 0 where none does."""
        found = 0
        for path in self:
            data = self.there(path)
            if data is None:
                return found
            said = self.said(path, data)
            found = max(found, said.version if said else 0)
        return found
