"""What processes take of the memory, read where the kernel says it."""

import os
from contextlib import suppress
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
PROC = Path("/proc")


def of(pid: int) -> int:
    """Bytes that a process and all that it started have in memory; 0 where it is gone."""
    with suppress(OSError, ValueError, IndexError):
        return int((PROC / str(pid) / "statm").read_text().split()[1]) * PAGE + of_children(pid)
    return 0


def of_children(pid: int) -> int:
    """The same of what it started alone."""
    children: list[int] = []
    with suppress(OSError, ValueError):
        for thread in (PROC / str(pid) / "task").iterdir():
            children += map(int, (thread / "children").read_text().split())
    return sum(map(of, children))
