"""The memory that the service itself may use, as its control groups say: version 1 and 2, each with all that lie above it.

Pure but for reading: everything is looked up below a ``root``, so that any tree of groups can be laid out for it.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

ENDLESS = 1 << 60  # version 1 writes a number like this where there is no limit


class Bound(NamedTuple):
    """Bytes: what this process and its children may take, and how much of that is left."""

    limit: int
    free: int


def own(root: Path = Path("/")) -> Bound | None:
    """The tightest limit of all groups that this process is in; None: there is none."""
    bounds = [bound for folder in _groups(root) if (bound := _bound(folder))]
    if not bounds:
        return None
    return Bound(min(bound.limit for bound in bounds), max(0, min(bound.free for bound in bounds)))


def killed(root: Path = Path("/")) -> int:
    """How often the kernel has ended a process of these groups for want of memory."""
    counts = (_count(folder / name) for folder in _groups(root) for name in ("memory.events", "memory.oom_control"))
    return max(counts, default=0)


def _count(file: Path) -> int:
    with suppress(OSError, ValueError):
        return int(dict(line.split() for line in file.read_text().splitlines()).get("oom_kill", 0))
    return 0


def _groups(root: Path) -> Iterator[Path]:
    """The groups of this process and those above them. In a container its own group may be the top that can be seen."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for number, controllers, path in (line.split(":", 2) for line in lines if line.count(":") >= 2):
        for top in _tops(root / "sys/fs/cgroup", number, controllers):
            group = top / path.lstrip("/")
            yield from (folder for folder in (group, *group.parents) if folder.is_relative_to(top) and folder.is_dir())


def _tops(mount: Path, number: str, controllers: str) -> tuple[Path, ...]:
    if number == "0":
        return mount, mount / "unified"
    return (mount / "memory",) if "memory" in controllers.split(",") else ()


def _bound(folder: Path) -> Bound | None:
    limits = [limit for name in ("memory.max", "memory.high", "memory.limit_in_bytes") if (limit := _number(folder / name)) is not None]
    used = next((used for name in ("memory.current", "memory.usage_in_bytes") if (used := _number(folder / name)) is not None), 0)
    if not limits or min(limits) >= ENDLESS:
        return None
    return Bound(min(limits), min(limits) - max(0, used - _reclaimable(folder)))


def _reclaimable(folder: Path) -> int:
    """Bytes of files that were read, which go as soon as somebody needs the room."""
    with suppress(OSError, ValueError):
        facts = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        return int(facts.get("total_inactive_file", facts.get("inactive_file", 0)))
    return 0


def _number(file: Path) -> int | None:
    """None where the file is not there, or says ``max``."""
    with suppress(OSError, ValueError):
        return int(file.read_text())
    return None
