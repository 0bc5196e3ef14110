"""The inboxes, and the kernel's limits on watching them."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from config.settings import Settings
from daemon.contract.doctor import Finding
from daemon.contract.status import Inbox
from daemon.contract.values import shown
from daemon.inbox.place import remote_devices

LIMITS = Path("/proc/sys/fs/inotify")
MOST_FOLDERS = 100_000  # that are counted
SHARE = 0.8  # of the kernel's limit


def inbox(path: Path, known: Inbox | None, settings: Settings) -> Finding:
    """Whether films can be read there, scripts written next to them, and how it is watched; ``known``: as the daemon has it."""
    name = f"inbox {shown(path)}"
    try:
        device = path.stat().st_dev
    except OSError as error:
        advice = "Make the folder, or mount its disk. A service sees only the inboxes that its unit names."
        return Finding(name=name, verdict="bad", found=f"is not there: {error.strerror}", advice=advice)
    if not path.is_dir() or not os.access(path, os.R_OK | os.X_OK):
        return Finding(name=name, verdict="bad", found="cannot be read", advice="Mend its rights: chmod u+rx")
    if known and known.watched == "missing":
        return Finding(name=name, verdict="bad", found=known.note or "is missing", advice="Mount its disk.")
    how = _watched(known, settings, device)
    if not os.access(path, os.W_OK) and settings.output is None:
        advice = "Scripts go to the state directory. Mend its rights, or set output: FOLDER."
        return Finding(name=name, verdict="warn", found=f"can be read, not written; {how}", advice=advice)
    advice = "It is looked through again and again, which takes longer to notice a film." if known and known.note else ""
    return Finding(name=name, verdict="warn" if advice else "ok", found=f"can be read and written; {how}", advice=advice)


def none() -> Finding:
    """Nothing is watched."""
    advice = "Name one in the configuration: inboxes: ~/Videos/inbox"
    return Finding(name="inboxes", verdict="warn", found="none is set", advice=advice)


def watches(inboxes: tuple[Path, ...], limits: Path = LIMITS) -> Finding:
    """The kernel's limit on watched folders against those that there are."""
    try:
        most = int((limits / "max_user_watches").read_text())
        instances = int((limits / "max_user_instances").read_text())
    except (OSError, ValueError):
        return Finding(name="inotify", verdict="ok", found="the kernel's limits cannot be read from here")
    folders = sum(1 for _ in islice(_folders(inboxes), MOST_FOLDERS))
    found = f"{folders} folders, {most} may be watched, {instances} watches at a time"
    advice = f"sysctl fs.inotify.max_user_watches={max(2 * most, 524_288)}"
    if len(inboxes) >= instances:
        return Finding(name="inotify", verdict="bad", found=found, advice=f"sysctl fs.inotify.max_user_instances={4 * len(inboxes)}")
    if folders >= most:
        return Finding(name="inotify", verdict="bad", found=found, advice=advice)
    if folders >= SHARE * most:
        return Finding(name="inotify", verdict="warn", found=found, advice=advice)
    return Finding(name="inotify", verdict="ok", found=found)


def _watched(known: Inbox | None, settings: Settings, device: int) -> str:
    if known:
        return known.note or f"watched by {known.watched}"
    polled = settings.watch.polling or device in remote_devices()
    return "watched by polling" if polled else "watched by events"


def _folders(inboxes: tuple[Path, ...]) -> Iterator[str]:
    for one in inboxes:
        for folder, _, _ in os.walk(one):
            yield folder
