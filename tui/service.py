"""One person's hardened service (``systemd/reelscribe@.service``) as its administrator sees it: the folders that are let in, and its state.

An inbox is let in by two lines of a drop-in, and watched by a line in ``/etc/reelscribe/USER.yaml``; both are written here together.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from config.documents import read
from daemon.contract.values import shown
from tui.failures import Failed

DROP_IN = "inboxes.conf"
HEAD = """# Written by `reelscribe service add-inbox` and `remove-inbox`: the only folders of a person's home that the service sees.
[Service]
"""
LINE = re.compile(r'^BindPaths="-(.*)"$', re.MULTILINE)
SHOWN = ("ActiveState", "SubState", "StatusText", "MainPID", "ActiveEnterTimestamp", "MemoryCurrent", "NRestarts")
NO_SYSTEMD = "systemd does not run here"
YAML_WIDE = 4096  # characters: no line is folded


class Service:
    """The service of ``person``, on a machine whose files lie below ``root``."""

    def __init__(self, person: str, root: Path = Path("/"), systemctl: Sequence[str] = ("systemctl",)) -> None:
        self.unit = f"reelscribe@{person}.service"
        self._drop_in = root / "etc/systemd/system" / f"{self.unit}.d" / DROP_IN
        self._config = root / "etc/reelscribe" / f"{person}.yaml"
        self._systemctl = systemctl

    def inboxes(self) -> list[Path]:
        """The folders that are let in."""
        text = self._drop_in.read_text() if self._drop_in.exists() else ""
        return [Path(_unquoted(line)) for line in LINE.findall(text)]

    def add(self, inbox: Path) -> None:
        """Lets a folder in and has it watched. Raises Failed."""
        inbox = _real(inbox)
        known = self.inboxes()
        for other in known:
            if other != inbox and (other in inbox.parents or inbox in other.parents):
                raise Failed(f"{shown(inbox)} and {shown(other)}, which is an inbox already, overlap")
        if inbox not in known:
            self._let_in([*known, inbox])
        self._watch(inbox, watched=True)
        self._restart()

    def remove(self, inbox: Path) -> None:
        """Shuts a folder out; what lies in it stays. Raises Failed."""
        inbox = Path(os.path.realpath(inbox))
        known = self.inboxes()
        if inbox not in known:
            raise Failed(f"{shown(inbox)} is no inbox of {self.unit}", "`reelscribe service status` lists them.")
        self._watch(inbox, watched=False)
        self._let_in([other for other in known if other != inbox])
        self._restart()

    def state(self) -> dict[str, str]:
        """What systemd says of the unit. Raises Failed."""
        said = self._control("show", self.unit, f"--property={','.join(SHOWN)}")
        return dict(line.partition("=")[::2] for line in said.splitlines())

    def _let_in(self, inboxes: Iterable[Path]) -> None:
        lines = [f'BindPaths="-{_quoted(inbox)}"\nNoExecPaths="-{_quoted(inbox)}"\n' for inbox in inboxes]
        _write(self._drop_in, HEAD + "".join(lines), 0o644)

    def _watch(self, inbox: Path, *, watched: bool) -> None:
        """The line in the person's configuration; comments and order stay."""
        from ruamel.yaml import YAML

        if self._config.exists():
            read(self._config)  # whatever is wrong with it is said with its line
        yaml = YAML()
        yaml.width = YAML_WIDE
        before = self._config.read_text() if self._config.exists() else ""
        settings: Any = yaml.load(before) or {}
        listed = settings.get("inboxes") or []
        rest = [entry for entry in ([listed] if isinstance(listed, str | dict) else listed) if _path_of(entry) != str(inbox)]
        settings["inboxes"] = [*rest, str(inbox)] if watched else rest
        text = StringIO()
        yaml.dump(settings, text)
        _write(self._config, text.getvalue(), 0o640)

    def _restart(self) -> None:
        self._control("daemon-reload")
        self._control("try-restart", self.unit)

    def _control(self, *words: str) -> str:
        try:
            done = subprocess.run([*self._systemctl, *words], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise Failed(NO_SYSTEMD) from None
        if done.returncode:
            raise Failed(f"systemctl {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout


def _real(inbox: Path) -> Path:
    """The folder itself. Raises Failed for what systemd or the configuration could not name."""
    found = Path(os.path.realpath(inbox))
    if not found.is_dir():
        raise Failed(f"there is no folder {shown(inbox)}", "Make it first, as the person whose films it will hold.")
    if len(found.parts) < 3 or not str(found).isprintable():
        raise Failed(
            f"{shown(found)} cannot be an inbox of the service", "Take a folder below /home/… or /srv/…, with a name in plain letters."
        )
    return found


def _write(path: Path, text: str, mode: int) -> None:
    """In one go, keeping the owner that a file has. Raises Failed."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text)
        fresh.chmod(path.stat().st_mode & 0o777 if path.exists() else mode)
        if path.exists():
            os.chown(fresh, path.stat().st_uid, path.stat().st_gid)
        fresh.replace(path)
    except PermissionError:
        raise Failed(f"{shown(path)} may not be written", "It takes root: sudo reelscribe service …") from None


def _quoted(path: Path) -> str:
    r"""As systemd.syntax(7) and BindPaths= want it: ``\``, ``"`` and ``:`` behind a backslash, ``%`` twice."""
    return re.sub(r'([\\":])', r"\\\1", str(path)).replace("%", "%%")


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text.replace("%%", "%"))


def _path_of(entry: Any) -> str:
    return str(entry.get("path")) if isinstance(entry, dict) else str(entry)
