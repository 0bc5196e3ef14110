"""Which inboxes there are and by which rules they are read: what the settings say, and what the mounts add to it."""

import os
from pathlib import Path

from config.override_files import Mirrors
from config.settings import Settings
from daemon.inbox.admit import Rules
from daemon.inbox.folder import Folder
from daemon.inbox.place import Place, remote_devices
from daemon.inbox.scan import Part
from daemon.inbox.settle import Patience

NOWHERE = b""  # the inbox of films that lie in none and were added by hand


class Inboxes:
    """The inboxes by their paths. ``remote``: devices that other machines write to. Below ``state_dir`` lie overrides."""

    def __init__(self, settings: Settings, state_dir: Path | None) -> None:
        self._state_dir = state_dir
        self.remote: frozenset[int] = frozenset()
        self.folders: dict[bytes, Folder] = {}
        self.take(settings)

    def take(self, settings: Settings) -> None:
        """Goes by these settings; an inbox that stays one stays as it is watched."""
        self.settings = settings
        self.rules = Rules.of(settings.watch.extensions, settings.watch.ignore)
        wanted = {os.fsencode(inbox.path.expanduser().absolute()): inbox.recipe for inbox in settings.inboxes}
        self.folders = {path: self.folders.get(path) or Folder(path, recipe) for path, recipe in wanted.items()}

    def patience(self) -> Patience:
        """How long a file must rest."""
        return Patience(self.settings.settle, self.settings.settle_unsure)

    def natively(self, place: Place) -> bool:
        """Whether a folder that stands there is watched by events."""
        return not self.settings.watch.polling and place.device not in self.remote

    def read_mounts(self) -> None:
        """Learns which file systems other machines write to; blocks."""
        self.remote = remote_devices()

    def holding(self, path: bytes) -> Folder | None:
        """The inbox that a path lies in: the innermost."""
        holding = (folder for folder in self.folders.values() if path.startswith(folder.path.rstrip(b"/") + b"/"))
        return max(holding, key=lambda folder: len(folder.path), default=None)

    def want_all(self) -> None:
        """Wants every inbox looked through."""
        for folder in self.folders.values():
            folder.want(folder.path)

    def part(self, inbox: bytes, folder: bytes) -> Part:
        """A folder of an inbox with all below it, to be looked through."""
        mirrors = Mirrors(Path(os.fsdecode(inbox)), self.settings.output, self._state_dir)
        return Part(inbox, folder, self.rules, frozenset(self.folders), lambda one: _mirrors_of(one, mirrors))


def _mirrors_of(folder: bytes, mirrors: Mirrors) -> tuple[bytes, ...]:
    """Where else the overrides of a folder may lie."""
    return tuple(os.fsencode(place) for place in mirrors.of(Path(os.fsdecode(folder)))[1:])
