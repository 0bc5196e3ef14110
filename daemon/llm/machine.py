"""How much memory this machine has; also where ``/proc`` shows processes alone, as a hardened service sees it."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

KIB = 1024
PAGE = os.sysconf("SC_PAGE_SIZE")


class Memory(NamedTuple):
    """Bytes. ``available``: what can be had without anything being swapped out."""

    total: int
    available: int


def memory(root: Path = Path("/")) -> Memory:
    """The machine's memory, below the file system's ``root``; where only its size is known, all of it counts as available."""
    try:
        facts = _facts([(root / "proc/meminfo").read_text()])
    except OSError:
        facts = _facts(path.read_text() for path in sorted(root.glob("sys/devices/system/node/node*/meminfo")))
    free = facts.get("MemAvailable", facts.get("MemFree", 0) + facts.get("Inactive(file)", 0) + facts.get("SReclaimable", 0))
    return Memory(facts["MemTotal"] * KIB, free * KIB) if "MemTotal" in facts else Memory(*[os.sysconf("SC_PHYS_PAGES") * PAGE] * 2)


def _facts(texts: Iterable[str]) -> dict[str, int]:
    """Name → KiB, added up over the machine's nodes."""
    facts: dict[str, int] = {}
    for text in texts:
        for name, value in re.findall(r"^(?:Node \d+ )?([\w()]+):\s+(\d+)", text, re.MULTILINE):
            facts[name] = facts.get(name, 0) + int(value)
    return facts
