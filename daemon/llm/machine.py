"""How much memory this machine has; also where ``/proc`` shows processes alone, as a hardened service sees it."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

KIB = 1024
PAGE = os.sysconf("SC_PAGE_SIZE")


class Memory(NamedTuple):
    """Bytes. ``available``: what can be had without anything being swapped out; all of it where nobody tells."""

    total: int
    available: int


def memory(root: Path = Path("/"), sysconf: Callable[[str], int] = os.sysconf) -> Memory:
    """The machine's memory, below the file system's ``root``.

    Where ``/proc/meminfo`` is not to be seen the kernel is asked (sysinfo(2)); only the nodes tell how much of the rest is files that
    were read, and would go. Their own totals are not believed: memory that a virtual machine was given later may be missing there.
    """
    with suppress(OSError):
        facts = _facts([(root / "proc/meminfo").read_text()])
        return Memory(facts["MemTotal"] * KIB, facts.get("MemAvailable", _free(facts)) * KIB)
    facts = _facts(path.read_text() for path in sorted(root.glob("sys/devices/system/node/node*/meminfo")))
    total, free = (sysconf(name) * PAGE for name in ("SC_PHYS_PAGES", "SC_AVPHYS_PAGES"))
    return Memory(total, min(total, free + _reclaimable(facts) * KIB) if facts else total)


def _free(facts: Mapping[str, int]) -> int:
    """KiB, as an older kernel tells it."""
    return facts.get("MemFree", 0) + _reclaimable(facts)


def _reclaimable(facts: Mapping[str, int]) -> int:
    return facts.get("Inactive(file)", 0) + facts.get("SReclaimable", 0)


def _facts(texts: Iterable[str]) -> dict[str, int]:
    """Name → KiB, added up over the machine's nodes."""
    facts: dict[str, int] = {}
    for text in texts:
        for name, value in re.findall(r"^(?:Node \d+ )?([\w()]+):\s+(\d+)", text, re.MULTILINE):
            facts[name] = facts.get(name, 0) + int(value)
    return facts
