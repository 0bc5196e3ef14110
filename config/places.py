"""Where things lie: configuration files, state, cache, models, the socket.

Under systemd ``$STATE_DIRECTORY``, ``$CACHE_DIRECTORY`` and ``$RUNTIME_DIRECTORY`` decide; elsewhere platformdirs does, which looks at
the process's own environment. Nothing is made here, and nothing is read at import.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from config.settings import Settings

APP = "reelscribe"
SOCKET = "reelscribe.sock"
ETC = Path("/etc/reelscribe")
VAR_CACHE = Path("/var/cache")

Environ = Mapping[str, str]


@dataclass(frozen=True)
class Places:
    """The service's own places, found once at its start."""

    state: Path
    models: Path
    socket: Path
    environ: Environ


def find(settings: Settings, environ: Environ) -> Places:
    """Where a service with these settings keeps its things."""
    return Places(state_dir(settings, environ), models_dir(environ), socket(settings, environ), environ)


def home(environ: Environ) -> Path | None:
    """The person's home, None for a service that has none."""
    return _whole(environ.get("HOME"))


def config_files(environ: Environ, etc: Path = ETC) -> tuple[Path, ...]:
    """Where configuration is looked for, the strongest last: the machine's, this person's on the machine, the person's own."""
    files = [etc / "config.yaml"]
    user = _user(environ)
    if user:
        files.append(etc / f"{user}.yaml")
    at_home = home(environ)
    folder = _whole(environ.get("XDG_CONFIG_HOME")) or (at_home / ".config" if at_home else None)
    if folder:
        files.append(folder / APP / "config.yaml")
    return tuple(files)


def state_dir(settings: Settings, environ: Environ) -> Path:
    """Database, artefacts, versions."""
    return settings.state_dir or _given(environ, "STATE_DIRECTORY") or platformdirs.user_state_path(APP)


def cache_dir(environ: Environ, var_cache: Path = VAR_CACHE) -> Path:
    """What can be fetched or made again; a person whose service has such a folder shares it."""
    return _given(environ, "CACHE_DIRECTORY") or _of_the_service(environ, var_cache) or platformdirs.user_cache_path(APP)


def models_dir(environ: Environ) -> Path:
    """Speech models that were fetched."""
    return cache_dir(environ) / "models"


def runtime_dir(settings: Settings, environ: Environ) -> Path:
    """Where the service makes its socket; without any runtime directory, the state directory, which nobody else can write."""
    return _given(environ, "RUNTIME_DIRECTORY") or _whole(environ.get("XDG_RUNTIME_DIR")) or state_dir(settings, environ)


def socket(settings: Settings, environ: Environ) -> Path:
    """The socket that the service makes."""
    return settings.socket or runtime_dir(settings, environ) / SOCKET


def sockets(settings: Settings, environ: Environ, named: Path | None = None) -> tuple[Path, ...]:
    """Where a client looks for the service, in order. A socket ``named`` by hand or in the configuration is the only one."""
    only = named or settings.socket
    if only:
        return (only,)
    user = _user(environ)
    of_the_service = [Path("/run", f"{APP}-{user}", SOCKET)] if user else []
    return (*of_the_service, runtime_dir(settings, environ) / SOCKET)


def mirrored_overrides(folder: Path, state: Path) -> Path:
    """Where the overrides of ``folder`` lie when it cannot be written: the same path below the state directory."""
    return state / "overrides" / folder.relative_to(folder.anchor)


def mirrored_output(folder: Path, inbox: Path, output: Path) -> Path:
    """Where scripts and overrides of ``folder`` lie when ``output`` is set: the inbox's tree below it."""
    return output / folder.relative_to(inbox) if folder.is_relative_to(inbox) else output


def _of_the_service(environ: Environ, var_cache: Path) -> Path | None:
    user = _user(environ)
    folder = var_cache / f"{APP}-{user}"
    return folder if user and folder.is_dir() else None


def _given(environ: Environ, variable: str) -> Path | None:
    """A directory that systemd made; of several, the first."""
    return _whole(environ.get(variable, "").partition(":")[0])


def _whole(path: str | None) -> Path | None:
    return Path(path) if path and path.startswith("/") else None


def _user(environ: Environ) -> str:
    """The person's name, ``""`` where it is not known or cannot be a file's name."""
    name = environ.get("USER") or environ.get("LOGNAME") or ""
    return "" if "/" in name or name in (".", "..") else name
